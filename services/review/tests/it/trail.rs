//! Every action stands in review's trail, and a trail that was changed says so.

use proto::review::Case;
use proto::shared::{Action, FindingKind, VerifyTrailRequest, VerifyTrailResponse};
use proto::subsidy::WithdrawApplicationRequest;
use stack::Service;
use testkit::{Gangcheng, Official, eventually, request_id};

use crate::calls::{decided, pass, send_back};
use crate::ground::{PROGRAMME, apart, shared, submitted};

/// What review's trail tells an official of a case, newest first.
async fn trail(official: &Official, case: &Case) -> Vec<Action> {
    official.api.trail(Service::Review, &format!("case:{}", case.id)).await
}

/// Verifies the trail once all of a case is chained.
async fn verify(gangcheng: &Gangcheng, case: &Case) -> VerifyTrailResponse {
    eventually("the case is chained", async || {
        let actions = trail(&gangcheng.maker, case).await;
        actions.iter().all(|action| action.sequence > 0)
    })
    .await;
    let mut audit = gangcheng.maker.api.audit(Service::Review);
    audit.verify_trail(VerifyTrailRequest::default()).await.unwrap().into_inner()
}

/// what is done to a case stands in the trail with who did it, for supervisors above it alone, and the trail is whole.
#[tokio::test(flavor = "multi_thread")]
async fn every_action_is_in_the_trail() {
    let gangcheng = shared().await;
    let (applicant, case) = submitted(gangcheng, PROGRAMME).await;
    let passed = decided(pass(&gangcheng.street, &case).await);
    send_back(&gangcheng.district, &passed, "2021-05-20").await.unwrap();
    let application_id = applicant.application.id.clone();
    let request = WithdrawApplicationRequest { request_id: request_id(), application_id };
    applicant.worker.api.applications().withdraw_application(request).await.unwrap();
    let actions = eventually("its end is in the trail", async || {
        let actions = trail(&gangcheng.district, &case).await;
        actions.iter().any(|one| one.action == "CASE_ENDED").then_some(actions)
    })
    .await;

    let told: Vec<_> = actions.iter().map(|one| (one.action.as_str(), one.actor.clone())).collect();
    let (by_subsidy, by) =
        ("service:subsidy".to_owned(), |official: &Official| format!("official:{}", official.id));
    let expected = [
        ("CASE_ENDED", by_subsidy.clone()),
        ("STEP_DECIDED", by(&gangcheng.district)),
        ("STEP_DECIDED", by(&gangcheng.street)),
        ("CASE_OPENED", by_subsidy),
    ];
    assert_eq!(told, expected);
    let decisions: Vec<bool> =
        actions.iter().map(|one| one.detail_json.contains("\"decision\":\"return\"")).collect();
    assert_eq!(decisions, [false, true, false, false]);
    assert!(!actions[1].detail_json.contains("公章"), "what reviewers write stays in the case");
    assert!(trail(&gangcheng.other_street, &case).await.is_empty());
    let verified = verify(gangcheng, &case).await;
    assert!(verified.whole && verified.entries >= 4, "{verified:?}");
}

/// a row that was changed in the table itself is found.
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_row_is_found() {
    let gangcheng = apart().await;
    let (_, case) = submitted(&gangcheng, PROGRAMME).await;
    pass(&gangcheng.street, &case).await.unwrap();
    assert!(verify(&gangcheng, &case).await.whole);
    let actions = trail(&gangcheng.maker, &case).await;
    let changed = actions.iter().find(|one| one.action == "STEP_DECIDED").unwrap().sequence;

    let database = gangcheng.city.database(Service::Review).await;
    let mut tx = database.begin().await.unwrap();
    // The guard rail stops a slip, not the owner of the table.
    let guard = "ALTER TABLE platform.audit_action DISABLE TRIGGER audit_action_chaining";
    sqlx::query(guard).execute(&mut *tx).await.unwrap();
    let change = "UPDATE platform.audit_action SET actor_id = 'another' WHERE seq = $1";
    let done = sqlx::query(change).bind(changed).execute(&mut *tx).await.unwrap();
    assert_eq!(done.rows_affected(), 1);
    let guard = "ALTER TABLE platform.audit_action ENABLE TRIGGER audit_action_chaining";
    sqlx::query(guard).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();

    let broken = verify(&gangcheng, &case).await;
    let found: Vec<_> = broken.findings.iter().map(|one| (one.sequence, one.kind())).collect();
    assert_eq!((broken.whole, found), (false, vec![(changed, FindingKind::Changed)]));
}

/// after the review window a case is still decided, and the step is marked as late.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_decision_is_marked() {
    let gangcheng = apart().await;
    let (_, case) = submitted(&gangcheng, PROGRAMME).await;
    gangcheng.city.clock.set("2021-06-07T23:00:00+08:00").unwrap();
    let in_time = decided(pass(&gangcheng.street, &case).await);
    gangcheng.city.clock.set("2021-06-08T00:01:00+08:00").unwrap();

    let late = decided(pass(&gangcheng.district, &in_time).await);

    assert_eq!(late.steps.iter().map(|step| step.late).collect::<Vec<_>>(), [false, true, false, false]);
    assert_eq!(late.current_step, 2);
}
