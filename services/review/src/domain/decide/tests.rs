//! The law of deciding, rule by rule.

use chrono::TimeDelta;
use rstest::rstest;
use vocabulary::{ApplicationId, CaseId, OfficialId, PersonId, UnionId, UnionPath};

use super::*;
use crate::domain::{ReviewUnion, steps};

const LAST_STEP: usize = 3;

/// A fresh case with street, district and city before the Culture Centre.
fn case() -> Case {
    let unions: Vec<UnionId> = (0..LAST_STEP).map(|_| UnionId::new()).collect();
    let chain = unions.iter().map(|id| ReviewUnion { id: *id, name: "工会".to_owned() }).collect();
    let path = UnionPath::root(unions[2]).child(unions[1]).unwrap().child(unions[0]).unwrap();
    Case {
        id: CaseId::new(),
        application_id: ApplicationId::new(),
        application_number: "QXYM-2021-000001".to_owned(),
        programme_id: "jinan-2021".parse().unwrap(),
        round_id: "spring".parse().unwrap(),
        person_id: PersonId::new(),
        masked_name: "张**".to_owned(),
        arrival_number: 1,
        state: CaseState::InReview { step: 0 },
        revision: 1,
        union_path: path,
        review_until: "2021-06-07".parse().unwrap(),
        submitted_at: noon("2021-05-05"),
        steps: steps(chain).unwrap(),
    }
}

fn noon(day: &str) -> DateTime<Utc> {
    day.parse::<Day>().unwrap().starts_at() + TimeDelta::hours(12)
}

/// Somebody of the union whose step it is.
fn reviewer_of(case: &Case, step: usize) -> Reviewer {
    Reviewer {
        official_id: OfficialId::new(),
        person_id: PersonId::new(),
        union_id: case.steps[step].union_id,
        union_path: case.union_path.clone(),
        centre: case.steps[step].centre,
    }
}

fn pass(step: usize) -> Intent {
    Intent { step, revision: 1, verdict: Verdict::Pass }
}

fn return_by(day: &str) -> Intent {
    let verdict = Verdict::Return { correction: "公章不清".to_owned(), correct_by: day.parse().unwrap() };
    Intent { step: 0, revision: 1, verdict }
}

fn reason(decided: Result<Decided, Refusal>) -> Reason {
    decided.unwrap_err().reason()
}

/// each union in turn, the Culture Centre last.
#[test]
fn a_case_climbs_until_the_centre_approves() {
    let mut case = case();
    for step in 0..LAST_STEP {
        let reviewer = reviewer_of(&case, step);
        assert_eq!(decide(&mut case, &reviewer, pass(step), noon("2021-05-06")), Ok(Decided::Onward));
    }
    let centre = reviewer_of(&case, LAST_STEP);
    assert_eq!(decide(&mut case, &centre, pass(LAST_STEP), noon("2021-05-06")), Ok(Decided::Approved));
    assert_eq!(case.state, CaseState::Approved);
}

/// only the union whose step it is; the Culture Centre is not the city federation.
#[rstest]
#[case::later_union(1)]
#[case::centre(LAST_STEP)]
fn another_unions_step_is_refused(#[case] other: usize) {
    let mut case = case();
    let reviewer = reviewer_of(&case, other);
    assert_eq!(reason(decide(&mut case, &reviewer, pass(0), noon("2021-05-06"))), Reason::StepNotYours);
}

/// a step decided meanwhile is not decided again.
#[test]
fn a_step_decided_meanwhile_is_refused() {
    let mut case = case();
    let reviewer = reviewer_of(&case, 0);
    decide(&mut case, &reviewer, pass(0), noon("2021-05-06")).unwrap();
    assert_eq!(reason(decide(&mut case, &reviewer, pass(0), noon("2021-05-06"))), Reason::StepNotCurrent);
}

/// a decision is about the revision that was looked at.
#[test]
fn a_decision_about_an_older_revision_is_refused() {
    let mut case = case();
    case.revision = 2;
    let reviewer = reviewer_of(&case, 0);
    assert_eq!(reason(decide(&mut case, &reviewer, pass(0), noon("2021-05-06"))), Reason::RevisionChanged);
}

/// nobody decides their own application.
#[test]
fn the_applicant_does_not_decide() {
    let mut case = case();
    let reviewer = Reviewer { person_id: case.person_id, ..reviewer_of(&case, 0) };
    assert_eq!(reason(decide(&mut case, &reviewer, pass(0), noon("2021-05-06"))), Reason::OwnApplication);
}

/// nobody decides two steps, not even by two appointments.
#[test]
fn one_person_does_not_decide_two_steps() {
    let mut case = case();
    let first = reviewer_of(&case, 0);
    decide(&mut case, &first, pass(0), noon("2021-05-06")).unwrap();

    let second = Reviewer { person_id: first.person_id, ..reviewer_of(&case, 1) };
    assert_eq!(reason(decide(&mut case, &second, pass(1), noon("2021-05-06"))), Reason::AnotherStepDecided);
}

/// a returned case comes back to the step that asked; earlier passes stand.
#[test]
fn a_corrected_case_comes_back_to_the_step_that_asked() {
    let mut case = case();
    let street = reviewer_of(&case, 0);
    decide(&mut case, &street, pass(0), noon("2021-05-06")).unwrap();
    let district = reviewer_of(&case, 1);
    let intent = Intent { step: 1, ..return_by("2021-05-20") };
    assert_eq!(decide(&mut case, &district, intent, noon("2021-05-06")), Ok(Decided::Returned));
    assert_eq!(
        reason(decide(&mut case, &district, pass(1), noon("2021-05-07"))),
        Reason::CaseAwaitsCorrection
    );

    assert!(case.correct(2));

    assert_eq!(case.state, CaseState::InReview { step: 1 });
    assert!(case.steps[0].decision.is_some() && case.steps[1].decision.is_none());
    assert!(!case.correct(2), "a correction that comes twice counts once");
}

/// a correction is due from tomorrow to the end of the review window.
#[rstest]
#[case::today("2021-05-06")]
#[case::after_the_window("2021-06-08")]
fn a_correction_is_due_within_the_review_window(#[case] day: &str) {
    let mut case = case();
    let reviewer = reviewer_of(&case, 0);
    let decided = decide(&mut case, &reviewer, return_by(day), noon("2021-05-06"));
    assert_eq!(reason(decided), Reason::CorrectionDayOutOfReview);
}

/// a late decision is possible, and marked.
#[rstest]
#[case::last_day("2021-06-07", false)]
#[case::day_after("2021-06-08", true)]
fn a_decision_after_the_window_is_late(#[case] day: &str, #[case] late: bool) {
    let mut case = case();
    let reviewer = reviewer_of(&case, 0);
    decide(&mut case, &reviewer, pass(0), noon(day)).unwrap();
    assert_eq!(case.steps[0].decision.as_ref().unwrap().late, late);
}

/// a rejection ends the case at any step.
#[test]
fn a_rejected_case_is_closed() {
    let mut case = case();
    let reviewer = reviewer_of(&case, 0);
    let intent = Intent { verdict: Verdict::Reject { reason: "材料不实".to_owned() }, ..pass(0) };
    assert_eq!(decide(&mut case, &reviewer, intent, noon("2021-05-06")), Ok(Decided::Rejected));
    assert_eq!(reason(decide(&mut case, &reviewer, pass(0), noon("2021-05-06"))), Reason::CaseClosed);
    assert!(!case.end(), "what is over does not end again");
}
