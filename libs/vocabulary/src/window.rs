//! Windows: from the first moment of one day to the last of another (R-10).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::Day;

/// A stretch of whole days in Asia/Shanghai, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Days", into = "Days")]
pub struct Window {
    first: Day,
    last: Day,
}

/// Why two days are not a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidWindow {
    /// The last day lies before the first.
    #[error("the last day is before the first")]
    EndsBeforeItBegins,
}

impl Window {
    /// The window from the first day to the last.
    pub fn new(first: Day, last: Day) -> Result<Self, InvalidWindow> {
        if last < first { Err(InvalidWindow::EndsBeforeItBegins) } else { Ok(Self { first, last }) }
    }

    /// Its first day.
    pub const fn first(self) -> Day {
        self.first
    }

    /// Its last day.
    pub const fn last(self) -> Day {
        self.last
    }

    /// The first instant inside: 00:00 of the first day.
    pub fn opens_at(self) -> DateTime<Utc> {
        self.first.starts_at()
    }

    /// The first instant outside again: 24:00 of the last day.
    pub fn closes_at(self) -> DateTime<Utc> {
        self.last.ends_at()
    }

    /// Whether an instant lies inside.
    pub fn contains(self, instant: DateTime<Utc>) -> bool {
        self.opens_at() <= instant && instant < self.closes_at()
    }
}

/// The window as a file or a JSON body writes it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Days {
    first: Day,
    last: Day,
}

impl TryFrom<Days> for Window {
    type Error = InvalidWindow;

    fn try_from(days: Days) -> Result<Self, InvalidWindow> {
        Self::new(days.first, days.last)
    }
}

impl From<Window> for Days {
    fn from(window: Window) -> Self {
        Self { first: window.first, last: window.last }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// R-10, R-18: a window holds exactly the instants of its days.
        #[test]
        fn a_window_is_half_open(start in 0_u32..30_000, length in 0_u32..400, millis in -1_000_i64..1_000) {
            let first = Day::from_ymd(2000, 1, 1).unwrap().plus_days(start).unwrap();
            let window = Window::new(first, first.plus_days(length).unwrap()).unwrap();
            let shift = TimeDelta::milliseconds(millis);

            prop_assert_eq!(window.contains(window.opens_at() + shift), millis >= 0);
            prop_assert_eq!(window.contains(window.closes_at() + shift), millis < 0);
        }

        #[test]
        fn a_window_survives_json(start in 0_u32..30_000, length in 0_u32..400) {
            let first = Day::from_ymd(2000, 1, 1).unwrap().plus_days(start).unwrap();
            let window = Window::new(first, first.plus_days(length).unwrap()).unwrap();
            let json = serde_json::to_string(&window).unwrap();
            prop_assert_eq!(serde_json::from_str::<Window>(&json).unwrap(), window);
        }
    }

    /// R-10: the spring round of 2021, 5 May 00:00 to 31 May 24:00.
    #[test]
    fn the_spring_window_of_the_notice() {
        let window: Window = serde_json::from_str(r#"{"first":"2021-05-05","last":"2021-05-31"}"#).unwrap();
        assert_eq!(window.opens_at().to_rfc3339(), "2021-05-04T16:00:00+00:00");
        assert_eq!(window.closes_at().to_rfc3339(), "2021-05-31T16:00:00+00:00");
    }

    #[test]
    fn a_window_never_ends_before_it_begins() {
        let day = Day::from_ymd(2021, 5, 5).unwrap();
        assert_eq!(Window::new(day.plus_days(1).unwrap(), day), Err(InvalidWindow::EndsBeforeItBegins));
        assert!(serde_json::from_str::<Window>(r#"{"first":"2021-05-31","last":"2021-05-05"}"#).is_err());
        assert!(
            serde_json::from_str::<Window>(r#"{"first":"2021-05-05","last":"2021-05-31","to":1}"#).is_err()
        );
    }
}
