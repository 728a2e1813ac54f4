//! Many decisions in one call, each for itself.

use proto::review::{Case, DecideStepRequest, DecideStepResult, DecideStepsRequest, Decision};
use refusal::Reason;
use testkit::{Official, decision_on, request_id};

use crate::ground::{PROGRAMME, shared, submitted};

async fn decide_all(official: &Official, decisions: &[DecideStepRequest]) -> Vec<DecideStepResult> {
    let request = DecideStepsRequest { decisions: decisions.to_vec() };
    official.api.cases().decide_steps(request).await.unwrap().into_inner().results
}

/// of many decisions each has its own result in its own place, and one that is refused undoes no other; asked
/// again, all of it is answered as before.
#[tokio::test(flavor = "multi_thread")]
async fn each_decision_has_its_own_result() {
    let gangcheng = shared().await;
    let ((_, passed), (_, returned), (_, rejected), (_, further)) = tokio::join!(
        submitted(gangcheng, PROGRAMME),
        submitted(gangcheng, PROGRAMME),
        submitted(gangcheng, PROGRAMME),
        submitted(gangcheng, PROGRAMME),
    );
    let further = gangcheng.street.decide(&further, Decision::Pass, "", "").await;
    let decisions = [
        decision_on(&passed, Decision::Pass, "", ""),
        decision_on(&further, Decision::Pass, "", ""),
        decision_on(&returned, Decision::Return, "公章不清", "2021-05-20"),
        decision_on(&returned, Decision::Reject, "", ""),
        decision_on(&rejected, Decision::Reject, "材料不实", ""),
    ];

    let results = decide_all(&gangcheng.street, &decisions).await;

    let ids: Vec<&String> = results.iter().map(|result| &result.case_id).collect();
    assert_eq!(ids, [&passed.id, &further.id, &returned.id, &returned.id, &rejected.id]);
    let reasons: Vec<&str> = results.iter().map(|result| result.refusal_reason.as_str()).collect();
    let (another, fields) = (Reason::StepNotYours.code(), Reason::FieldsInvalid.code());
    assert_eq!(reasons, ["", another, "", fields, ""]);
    assert_eq!(results[1].refusal_text, Reason::StepNotYours.text());
    for (result, decision) in results.iter().zip(&decisions) {
        assert_eq!(result.case.is_some(), result.refusal_reason.is_empty());
        let Some(case) = &result.case else { continue };
        assert_eq!(case.steps[0].decision(), decision.decision());
        assert_eq!(&gangcheng.street.look_at(&case.id).await, case);
    }
    assert_eq!(gangcheng.street.look_at(&further.id).await, further);
    let again = decide_all(&gangcheng.street, &decisions).await;
    assert_eq!((&again[0], &again[2], &again[4]), (&results[0], &results[2], &results[4]));
}

/// two hundred decisions fit into one call.
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_are_answered() {
    let gangcheng = shared().await;
    let nothing = || Case { id: request_id(), revision: 1, ..Default::default() };
    let decisions: Vec<_> = (0..200).map(|_| decision_on(&nothing(), Decision::Pass, "", "")).collect();

    let results = decide_all(&gangcheng.street, &decisions).await;

    assert_eq!(results.len(), 200);
    assert!(results.iter().all(|result| result.refusal_reason == Reason::NotFound.code()));
}
