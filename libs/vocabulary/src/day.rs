//! Days as people count them: in Asia/Shanghai, from midnight to midnight.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Asia::Shanghai;

use crate::text_form::serde_as_text;

/// A calendar day in Asia/Shanghai.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(NaiveDate);

/// Why a text is not a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDay {
    /// Not written as `2021-05-05`.
    #[error("not written as YYYY-MM-DD")]
    Malformed,
    /// Written well, but the calendar has no such day.
    #[error("no such day in the calendar")]
    NotInCalendar,
}

impl Day {
    /// The first day that a caller may write: before anybody was born, whom a programme concerns.
    pub const EARLIEST: Self = Self::first_of(1900);

    /// The last: after anything that is planned. Sums of days around it stay inside the calendar and the database.
    pub const LATEST: Self = Self::first_of(2200);

    const fn first_of(year: i32) -> Self {
        match NaiveDate::from_ymd_opt(year, 1, 1) {
            Some(date) => Self(date),
            None => Self(NaiveDate::MIN),
        }
    }

    /// The day of the calendar, if there is one.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).map(Self)
    }

    /// The day it is in Asia/Shanghai at an instant.
    pub fn of(instant: DateTime<Utc>) -> Self {
        Self(instant.with_timezone(&Shanghai).date_naive())
    }

    /// The day as the database knows it.
    pub const fn date(self) -> NaiveDate {
        self.0
    }

    /// The year it falls in.
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// The first instant of the day: 00:00.
    pub fn starts_at(self) -> DateTime<Utc> {
        let midnight = self.0.and_time(NaiveTime::MIN);
        match Shanghai.from_local_datetime(&midnight).earliest() {
            Some(instant) => instant.with_timezone(&Utc),
            // Clocks went forward at midnight (1940, 1941): the day began when standard time said 00:00.
            None => midnight.checked_sub_signed(TimeDelta::hours(8)).unwrap_or(midnight).and_utc(),
        }
    }

    /// The first instant after the day: 24:00.
    pub fn ends_at(self) -> DateTime<Utc> {
        self.plus_days(1).map_or(DateTime::<Utc>::MAX_UTC, Self::starts_at)
    }

    /// The day so many days later; none past the end of the calendar.
    pub fn plus_days(self, days: u32) -> Option<Self> {
        self.0.checked_add_days(Days::new(days.into())).map(Self)
    }

    /// The same day so many months later, or the last of a shorter month; none past the end of the calendar.
    pub fn plus_months(self, months: u32) -> Option<Self> {
        self.0.checked_add_months(Months::new(months)).map(Self)
    }

    /// How many days the other day is later than this one; negative if it is earlier.
    pub fn days_until(self, other: Self) -> i64 {
        other.0.signed_duration_since(self.0).num_days()
    }
}

impl From<NaiveDate> for Day {
    fn from(date: NaiveDate) -> Self {
        Self(date)
    }
}

impl From<Day> for NaiveDate {
    fn from(day: Day) -> Self {
        day.0
    }
}

impl FromStr for Day {
    type Err = InvalidDay;

    fn from_str(text: &str) -> Result<Self, InvalidDay> {
        let shape = |(index, byte): (usize, u8)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        };
        if text.len() != "YYYY-MM-DD".len() || !text.bytes().enumerate().all(shape) {
            return Err(InvalidDay::Malformed);
        }
        NaiveDate::parse_from_str(text, "%Y-%m-%d").map(Self).map_err(|_| InvalidDay::NotInCalendar)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0.format("%Y-%m-%d"))
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Day({self})")
    }
}

serde_as_text!(Day);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day() -> impl Strategy<Value = Day> {
        (1900..2200, 1_u32..=365)
            .prop_map(|(year, of_year)| NaiveDate::from_yo_opt(year, of_year).unwrap().into())
    }

    proptest! {
        #[test]
        fn a_day_survives_text_and_json(day in day()) {
            prop_assert_eq!(day.to_string().parse(), Ok(day));
            prop_assert_eq!(serde_json::from_str::<Day>(&serde_json::to_string(&day).unwrap()).unwrap(), day);
        }

        /// days follow one another without a gap, daylight saving of the last century included.
        #[test]
        fn a_day_ends_where_the_next_begins(day in day()) {
            let next = day.plus_days(1).unwrap();
            prop_assert_eq!(day.ends_at(), next.starts_at());
            prop_assert_eq!(Day::of(day.starts_at()), day);
            prop_assert_eq!(Day::of(day.ends_at()), next);
            prop_assert_eq!(Day::of(day.ends_at() - TimeDelta::nanoseconds(1)), day);
            prop_assert_eq!(day.days_until(next), 1);
        }
    }

    /// a day begins at 00:00 in Asia/Shanghai, which is 16:00 of the day before in UTC.
    #[test]
    fn a_day_begins_at_midnight_in_shanghai() {
        let day: Day = "2021-05-05".parse().unwrap();
        assert_eq!(day.starts_at().to_rfc3339(), "2021-05-04T16:00:00+00:00");
        assert_eq!(day.ends_at().to_rfc3339(), "2021-05-05T16:00:00+00:00");
    }

    #[test]
    fn a_bad_day_says_why() {
        for text in ["", "2021-5-5", "20210505", "+021-05-05", "2021-05-05 ", "２０２１-05"] {
            assert_eq!(text.parse::<Day>(), Err(InvalidDay::Malformed), "{text}");
        }
        for text in ["2021-02-29", "2021-13-01", "2021-00-10"] {
            assert_eq!(text.parse::<Day>(), Err(InvalidDay::NotInCalendar), "{text}");
        }
    }

    #[test]
    fn callers_write_days_from_1900_to_2200() {
        assert_eq!(Day::EARLIEST.to_string(), "1900-01-01");
        assert_eq!(Day::LATEST.to_string(), "2200-01-01");
    }

    /// six months from 31 August end on the last day of February.
    #[test]
    fn months_end_with_the_shorter_month() {
        let issued = Day::from_ymd(2021, 8, 31).unwrap();
        assert_eq!(issued.plus_months(6), Day::from_ymd(2022, 2, 28));
    }
}
