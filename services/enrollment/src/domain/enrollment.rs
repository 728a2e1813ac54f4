//! A worker's place on an offering, with its tuition.

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use refusal::{Reason, Refusal};
use vocabulary::{Day, EnrollmentId, Fen, UnionId, UnionPath, WorkerId};

use super::offering::{Offering, named};

/// An enrollment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrollment {
    /// Its id.
    pub id: EnrollmentId,
    /// Who studies.
    pub worker_id: WorkerId,
    /// What, as it was when enrolled.
    pub offering: Offering,
    /// The season of entry.
    pub season: Season,
    /// The day of entry.
    pub entered_on: Day,
    /// The unit's union, where it has one in the tree.
    pub unit_union: Option<UnionId>,
    /// The chosen union.
    pub chosen_union: UnionId,
    /// The path of the unit's union, or of the chosen one.
    pub union_path: UnionPath,
    /// The post and work that the major is to fit.
    pub work: String,
    /// When the union agreed to the major.
    pub major_agreed_at: Option<DateTime<Utc>>,
    /// Tuition paid so far.
    pub paid: Fen,
    /// Each payment, oldest first.
    pub payments: Vec<Payment>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// The days of entry that are taken: nobody is still studying who entered before the tenth year before this one, and nobody
/// enrols more than a year ahead.
pub fn entry_days(today: Day) -> RangeInclusive<Day> {
    let first = Day::from_ymd(today.year() - 10, 1, 1).unwrap_or(Day::EARLIEST);
    first..=today.plus_months(12).unwrap_or(Day::LATEST)
}

/// One payment of tuition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// The institution's receipt number.
    pub receipt_number: String,
    /// How much.
    pub amount: Fen,
    /// When it was paid.
    pub paid_on: Day,
}

named! {
    /// Seasons of entry.
    Season {
        /// 春季
        Spring = "spring",
        /// 秋季
        Autumn = "autumn",
    }
}

impl Season {
    /// The season of a day of entry: from March to August it is spring.
    pub fn of(day: Day) -> Self {
        if (3..=8).contains(&NaiveDate::from(day).month()) { Self::Spring } else { Self::Autumn }
    }
}

impl Enrollment {
    /// Who agrees to the major: the unit's union, or the chosen one where the unit has none.
    pub fn agreeing_union(&self) -> UnionId {
        self.unit_union.unwrap_or(self.chosen_union)
    }

    /// Adds a payment; together they never exceed the tuition.
    pub fn pay(&mut self, payment: Payment, today: Day) -> Result<(), Refusal> {
        if payment.paid_on > today {
            return Err(Reason::PaidInFuture.into());
        }
        let left = self.offering.terms.tuition.checked_sub(self.paid).unwrap_or(Fen::ZERO);
        if payment.amount > left {
            return Err(Refusal::new(Reason::TuitionExceeded).with("left", left));
        }
        self.paid = self.paid.checked_add(payment.amount).unwrap_or(self.paid);
        self.payments.push(payment);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use vocabulary::OfferingId;

    use super::super::offering::{Level, StudyForm, Terms};
    use super::*;

    fn fen(amount: i64) -> Fen {
        Fen::try_from(amount).unwrap()
    }

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[rstest]
    #[case("2010-12-31", false)]
    #[case("2011-01-01", true)]
    #[case("2022-05-10", true)]
    #[case("2022-05-11", false)]
    fn entry_is_neither_long_ago_nor_far_ahead(#[case] entered_on: &str, #[case] taken: bool) {
        assert_eq!(entry_days(day("2021-05-10")).contains(&day(entered_on)), taken);
    }

    fn enrollment(unit_union: Option<UnionId>) -> Enrollment {
        let terms = Terms {
            institution_code: "10427".to_owned(),
            institution_name: "济南大学".to_owned(),
            major: "会计学".to_owned(),
            level: Level::Bachelor,
            study_form: StudyForm::Correspondence,
            length_months: 30,
            tuition: fen(600_000),
        };
        Enrollment {
            id: EnrollmentId::new(),
            worker_id: WorkerId::new(),
            offering: Offering { id: OfferingId::new(), terms },
            season: Season::Spring,
            entered_on: day("2021-03-01"),
            unit_union,
            chosen_union: UnionId::new(),
            union_path: UnionPath::root(UnionId::new()),
            work: "钳工".to_owned(),
            major_agreed_at: None,
            paid: Fen::ZERO,
            payments: Vec::new(),
            created_at: day("2021-03-01").starts_at(),
        }
    }

    fn payment(amount: i64, paid_on: &str) -> Payment {
        Payment { receipt_number: "R1".to_owned(), amount: fen(amount), paid_on: day(paid_on) }
    }

    /// the unit's union agrees, or the chosen one where the unit has none.
    #[test]
    fn the_unit_union_agrees_where_there_is_one() {
        let unit = UnionId::new();
        assert_eq!(enrollment(Some(unit)).agreeing_union(), unit);
        let without = enrollment(None);
        assert_eq!(without.agreeing_union(), without.chosen_union);
    }

    /// payments add up, never exceed the tuition and are not of the future.
    #[test]
    fn payments_stay_within_the_tuition() {
        let (mut enrollment, today) = (enrollment(None), day("2021-03-05"));
        enrollment.pay(payment(400_000, "2021-03-05"), today).unwrap();

        let refused = enrollment.pay(payment(200_001, "2021-03-05"), today).unwrap_err();
        assert_eq!(refused.reason(), Reason::TuitionExceeded);
        assert_eq!(refused.text(), "缴费超过学费总额，尚可登记2000.00元");
        let refused = enrollment.pay(payment(1, "2021-03-06"), today).unwrap_err();
        assert_eq!(refused.reason(), Reason::PaidInFuture);

        enrollment.pay(payment(200_000, "2021-03-01"), today).unwrap();
        assert_eq!((enrollment.paid, enrollment.payments.len()), (fen(600_000), 2));
    }

    /// from March to August the season of entry is spring.
    #[rstest]
    #[case("2021-02-28", Season::Autumn)]
    #[case("2021-03-01", Season::Spring)]
    #[case("2021-08-31", Season::Spring)]
    #[case("2021-09-01", Season::Autumn)]
    fn the_day_of_entry_has_a_season(#[case] day: Day, #[case] season: Season) {
        assert_eq!(Season::of(day), season);
    }
}
