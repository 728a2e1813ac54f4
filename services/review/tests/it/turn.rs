//! Whose turn it is.

use proto::identity::OfficialRole::Reviewer;
use proto::review::{Case, CaseState, Decision, ListCasesRequest};
use refusal::Reason;
use testkit::{Official, assert_refused, decision_on, request_id};

use crate::calls::{decide, decided, listed, pass, read, reject};
use crate::ground::{IN_TURN, PROGRAMME, shared, submitted};

/// only the union whose step it is decides; to a union beside the path the case does not exist.
#[tokio::test(flavor = "multi_thread")]
async fn only_the_union_whose_step_it_is_decides() {
    let gangcheng = shared().await;
    let (_, case) = submitted(gangcheng, PROGRAMME).await;
    for later in [&gangcheng.district, &gangcheng.federation, &gangcheng.centre] {
        assert_refused(pass(later, &case).await, Reason::StepNotYours);
    }
    assert_refused(pass(&gangcheng.other_street, &case).await, Reason::NotFound);
    assert_refused(read(&gangcheng.other_street, &case).await, Reason::NotFound);
    assert_refused(pass(&gangcheng.unit, &case).await, Reason::NotFound);
    let nothing = Case { id: request_id(), revision: 1, ..Default::default() };
    assert_refused(pass(&gangcheng.street, &nothing).await, Reason::NotFound);

    let passed = decided(pass(&gangcheng.street, &case).await);

    assert_refused(pass(&gangcheng.street, &case).await, Reason::StepNotCurrent);
    let ahead = Case { current_step: 2, ..passed.clone() };
    assert_refused(pass(&gangcheng.federation, &ahead).await, Reason::StepNotCurrent);
    let passed = decided(pass(&gangcheng.district, &passed).await);
    // The city federation and its Culture Centre are one union, and two reviewers.
    assert_refused(pass(&gangcheng.centre, &passed).await, Reason::StepNotYours);
    let passed = decided(pass(&gangcheng.federation, &passed).await);
    assert_refused(pass(&gangcheng.federation, &passed).await, Reason::StepNotYours);
}

/// of two officials of one union who decide at once, one does, and the other learns of it.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_at_once_one_decides() {
    let gangcheng = shared().await;
    let street = &gangcheng.street;
    let colleague = street.takes(&street.union_id, false, "aishan.second", &[Reviewer]).await;
    let (_, case) = submitted(gangcheng, PROGRAMME).await;

    let (one, other) = tokio::join!(pass(street, &case), reject(&colleague, &case));

    assert_ne!(one.is_ok(), other.is_ok(), "one of them decides");
    let late = if one.is_ok() { &other } else { &one };
    let told = refusal::of(late.as_ref().unwrap_err()).unwrap();
    assert!([Reason::StepNotCurrent, Reason::CaseClosed].contains(&told), "{told:?}");
}

/// what is rejected is closed, with its reason, for every step.
#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_case_is_closed() {
    let gangcheng = shared().await;
    let (applicant, case) = submitted(gangcheng, PROGRAMME).await;

    let rejected = decided(reject(&gangcheng.street, &case).await);

    assert_eq!((rejected.state(), rejected.current_step), (CaseState::Rejected, -1));
    let step = &rejected.steps[0];
    assert_eq!((step.decision(), step.note.as_str()), (Decision::Reject, "材料不实"));
    assert_refused(pass(&gangcheng.street, &case).await, Reason::CaseClosed);
    assert_refused(pass(&gangcheng.district, &rejected).await, Reason::FieldsInvalid);
    assert_refused(pass(&gangcheng.district, &Case { current_step: 1, ..case }).await, Reason::CaseClosed);
    applicant.wait_for(proto::subsidy::ApplicationState::Rejected).await;
}

/// each union is shown whose turn is its own, and the case moves on from one to the next.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_in_the_next_unions_list() {
    let gangcheng = shared().await;
    let (applicant, mut case) = submitted(gangcheng, IN_TURN).await;
    let mine = async |official: &Official| {
        let programme_id = IN_TURN.to_owned();
        listed(official, ListCasesRequest { my_turn: true, programme_id, ..Default::default() }).await
    };
    let officials = [&gangcheng.street, &gangcheng.district, &gangcheng.federation, &gangcheng.centre];
    for step in 0..officials.len() {
        for (other, official) in officials.iter().enumerate() {
            let expected = if other == step { vec![applicant.application.id.clone()] } else { Vec::new() };
            assert_eq!(mine(official).await, expected, "step {step}, union {other}");
        }
        case = decided(pass(officials[step], &case).await);
    }
    assert_eq!(case.state(), CaseState::Approved);
    assert!(mine(&gangcheng.centre).await.is_empty());
}

/// The same request decides once and has the first answer; with another decision it is refused.
#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_decision_counts_once() {
    let gangcheng = shared().await;
    let (_, case) = submitted(gangcheng, PROGRAMME).await;
    let request = decision_on(&case, Decision::Pass, "", "");

    let first = decided(decide(&gangcheng.street, request.clone()).await);
    assert_eq!(decided(decide(&gangcheng.street, request.clone()).await), first);

    let mut another = request;
    another.set_decision(Decision::Reject);
    another.note = "材料不实".to_owned();
    assert_refused(decide(&gangcheng.street, another).await, Reason::RequestIdReused);
    assert_eq!(gangcheng.street.look_at(&case.id).await, first);
}
