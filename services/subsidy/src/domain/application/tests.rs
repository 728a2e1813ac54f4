//! What may happen to an application when.

use rstest::rstest;

use super::super::fields::Household;
use super::super::specimen::{complete, day, first_morning, programme};
use super::super::{eligible, granted};
use super::*;

fn moved(application: &mut Application, household: &str) -> Result<bool, Refusal> {
    application.change(vec![Change::Household(Household(household.to_owned()))], first_morning())
}

/// a change after printing makes a new revision, further changes before the next print do not, and what changes
/// nothing leaves the print good.
#[test]
fn a_change_after_printing_makes_a_new_revision() {
    let mut application = complete();
    assert_eq!(moved(&mut application, "山东省济南市钢城区"), Ok(false));
    assert_eq!(application.revision, 1);

    assert_eq!(moved(&mut application, "山东省济南市莱芜区"), Ok(true));
    assert_eq!((application.revision, application.printed_revision), (2, 1));
    assert_eq!(moved(&mut application, "山东省济南市历下区"), Ok(true));
    assert_eq!(application.revision, 2);
}

/// a returned application is changed and corrected until the end of the last day, and no other is.
#[test]
fn a_correction_is_made_in_time() {
    let mut application = complete();
    assert_eq!(application.may_correct(first_morning()).unwrap_err().reason(), Reason::NotReturned);
    application.state = ApplicationState::InReview;
    assert_eq!(moved(&mut application, "济南").unwrap_err().reason(), Reason::ApplicationLocked);

    let correct_by = day("2021-05-10");
    application.state = ApplicationState::Returned { correction: "补照片".to_owned(), correct_by };
    let last_moment = correct_by.ends_at() - chrono::TimeDelta::milliseconds(1);
    assert!(application.may_correct(last_moment).is_ok());
    let too_late = application.may_correct(correct_by.ends_at()).unwrap_err();
    assert_eq!(too_late.reason(), Reason::CorrectionTooLate);
}

/// withdrawing gives up a place where there is one; what has ended is not withdrawn.
#[rstest]
#[case(ApplicationState::Draft, Ok(false))]
#[case(ApplicationState::InReview, Ok(true))]
#[case(ApplicationState::Approved, Err(Reason::ApplicationEnded))]
#[case(ApplicationState::Withdrawn, Err(Reason::ApplicationEnded))]
#[case(
    ApplicationState::Submitting { operation: OperationId::new(), chain: Vec::new() },
    Err(Reason::SubmissionUnderWay)
)]
fn withdrawing_gives_up_the_place(#[case] state: ApplicationState, #[case] outcome: Result<bool, Reason>) {
    let was_open = state != ApplicationState::Withdrawn;
    let mut application = Application { state, ..complete() };
    assert_eq!(application.withdraw().map_err(|refusal| refusal.reason()), outcome);
    assert_eq!(outcome.is_ok(), application.state == ApplicationState::Withdrawn && was_open);
}

/// a grant needs the approval and the seat, and is made once for a pool.
#[test]
fn a_grant_needs_approval_and_a_seat() {
    let (mut application, programme) = (complete(), programme());
    let pool = &programme.pools[0];
    application.state = ApplicationState::InReview;
    assert_eq!(granted(&application, pool, &[]), None);

    application.state = ApplicationState::Approved;
    let grant = granted(&application, pool, &[]).unwrap();
    assert_eq!((&grant.pool, grant.amount), (&pool.id, pool.amount));
    assert_eq!(granted(&application, pool, std::slice::from_ref(&pool.id)), None);
}

/// eligibility is looked at again, by the same law.
#[test]
fn eligibility_is_one_law() {
    let application = complete();
    let mut missing = refusal::Missing::new();
    eligible(&programme(), &application.fields, &application.study, &mut missing);
    assert!(missing.is_empty());
}
