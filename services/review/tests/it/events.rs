//! Events come in any order, and twice.

use proto::review::{Case, CaseState, ListCasesRequest};
use proto::subsidy::{ApplicationCorrected, ApplicationSubmitted, ApplicationWithdrawn, ReviewUnion};
use testkit::{Gangcheng, eventually, request_id};
use uuid::Uuid;

use crate::calls::{decided, list, pass, send_back};
use crate::ground::shared;

/// What subsidy announces of a submission in a programme of the test's own.
fn submission(gangcheng: &Gangcheng, programme: &str, arrival_number: i64) -> ApplicationSubmitted {
    let (city, district) = (&gangcheng.federation.union_id, &gangcheng.district.union_id);
    let street = &gangcheng.street.union_id;
    let union = |id: &str, name: &str, path: String| ReviewUnion {
        union_id: id.to_owned(),
        name: name.to_owned(),
        path,
    };
    ApplicationSubmitted {
        application_id: request_id(),
        application_number: format!("QXYM-2021-{arrival_number:06}"),
        programme_id: programme.to_owned(),
        round_id: "spring".to_owned(),
        worker_id: request_id(),
        person_id: request_id(),
        masked_name: "张**".to_owned(),
        arrival_number,
        chain: vec![
            union(street, "艾山街道总工会", format!("/{city}/{district}/{street}/")),
            union(district, "钢城区总工会", format!("/{city}/{district}/")),
            union(city, "济南市总工会", format!("/{city}/")),
        ],
        revision: 1,
        submitted_at: Some(proto::timestamp(runtime::Clock::real_now())),
        review_until: "2021-06-07".to_owned(),
    }
}

fn withdrawal(of: &ApplicationSubmitted) -> ApplicationWithdrawn {
    let application_id = of.application_id.clone();
    let withdrawn_at = Some(proto::timestamp(runtime::Clock::real_now()));
    ApplicationWithdrawn { application_id, expired: false, withdrawn_at }
}

fn correction(of: &ApplicationSubmitted, revision: i32) -> ApplicationCorrected {
    let application_id = of.application_id.clone();
    let corrected_at = Some(proto::timestamp(runtime::Clock::real_now()));
    ApplicationCorrected { application_id, revision, corrected_at }
}

/// The cases of a programme, once all is heard that was published before: what comes last is a submission.
async fn heard(gangcheng: &Gangcheng, programme: &str) -> Vec<Case> {
    let last = submission(gangcheng, programme, i64::MAX);
    gangcheng.city.publish(Uuid::now_v7(), &last).await;
    eventually("the last event is heard", async || {
        let request = ListCasesRequest { programme_id: programme.to_owned(), ..Default::default() };
        let mut cases = list(&gangcheng.street, request).await.unwrap().into_inner().cases;
        let is_last = cases.last().is_some_and(|case| case.application_id == last.application_id);
        cases.pop().filter(|_| is_last).map(|_| cases)
    })
    .await
}

/// an application that ended before its submission was heard has a case that has ended.
#[tokio::test(flavor = "multi_thread")]
async fn an_end_heard_before_the_beginning_is_an_end() {
    let gangcheng = shared().await;
    let submitted = submission(gangcheng, "ended-early", 1);
    gangcheng.city.publish(Uuid::now_v7(), &withdrawal(&submitted)).await;
    gangcheng.city.publish(Uuid::now_v7(), &withdrawal(&submitted)).await;
    gangcheng.city.publish(Uuid::now_v7(), &submitted).await;

    let cases = heard(gangcheng, "ended-early").await;

    let found: Vec<_> = cases.iter().map(|case| (&case.application_id, case.state())).collect();
    assert_eq!(found, [(&submitted.application_id, CaseState::Ended)]);
}

/// a submission that is heard twice, as the same event and as another, opens one case, and what was decided stands.
#[tokio::test(flavor = "multi_thread")]
async fn a_submission_heard_twice_opens_one_case() {
    let gangcheng = shared().await;
    let (submitted, id) = (submission(gangcheng, "heard-twice", 1), Uuid::now_v7());
    gangcheng.city.publish(id, &submitted).await;
    let case = heard(gangcheng, "heard-twice").await.remove(0);
    let passed = decided(pass(&gangcheng.street, &case).await);
    gangcheng.city.publish(id, &submitted).await;
    gangcheng.city.publish(Uuid::now_v7(), &submitted).await;

    let mut cases = heard(gangcheng, "heard-twice").await;

    cases.retain(|case| case.application_id == submitted.application_id);
    assert_eq!(cases, [passed]);
}

/// a correction that comes twice counts once, and one that nobody asked for changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_correction_heard_twice_counts_once() {
    let gangcheng = shared().await;
    let submitted = submission(gangcheng, "corrected-twice", 1);
    gangcheng.city.publish(Uuid::now_v7(), &submitted).await;
    gangcheng.city.publish(Uuid::now_v7(), &correction(&submitted, 9)).await;
    let case = heard(gangcheng, "corrected-twice").await.remove(0);
    assert_eq!((case.state(), case.revision), (CaseState::InReview, 1));

    send_back(&gangcheng.street, &case, "2021-05-20").await.unwrap();
    gangcheng.city.publish(Uuid::now_v7(), &correction(&submitted, 2)).await;
    let corrected = eventually("the correction is heard", async || {
        let case = gangcheng.street.look_at(&case.id).await;
        (case.state() == CaseState::InReview).then_some(case)
    })
    .await;
    let passed = decided(pass(&gangcheng.street, &corrected).await);
    gangcheng.city.publish(Uuid::now_v7(), &correction(&submitted, 2)).await;
    heard(gangcheng, "corrected-twice").await;

    assert_eq!((passed.current_step, passed.revision), (1, 2));
    assert_eq!(gangcheng.street.look_at(&case.id).await, passed);
}

/// what is decided does not end again.
#[tokio::test(flavor = "multi_thread")]
async fn an_end_after_the_decision_changes_nothing() {
    let gangcheng = shared().await;
    let submitted = submission(gangcheng, "ended-late", 1);
    gangcheng.city.publish(Uuid::now_v7(), &submitted).await;
    let mut case = heard(gangcheng, "ended-late").await.remove(0);
    for official in [&gangcheng.street, &gangcheng.district, &gangcheng.federation, &gangcheng.centre] {
        case = decided(pass(official, &case).await);
    }
    gangcheng.city.publish(Uuid::now_v7(), &withdrawal(&submitted)).await;
    heard(gangcheng, "ended-late").await;

    assert_eq!(case.state(), CaseState::Approved);
    assert_eq!(gangcheng.street.look_at(&case.id).await, case);
}

/// a submission without a chain opens no case: it is parked for the operator, and holds up nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_submission_that_cannot_be_is_parked() {
    let gangcheng = shared().await;
    let id = Uuid::now_v7();
    let broken = ApplicationSubmitted { chain: Vec::new(), ..submission(gangcheng, "parked", 1) };
    gangcheng.city.publish(id, &broken).await;

    assert!(heard(gangcheng, "parked").await.is_empty());
    let shown = async || gangcheng.city.run("review", &["parked"]).unwrap();
    let kind = messaging::routing_key::<ApplicationSubmitted>();
    let is_it = |line: &str| line.starts_with(&id.to_string()) && line.contains(&kind);
    assert_eq!(shown().await.lines().filter(|line| is_it(line)).count(), 1);

    // Its cause is not mended, so that it comes back.
    assert_eq!(gangcheng.city.run("review", &["parked", "--replay", "1"]).unwrap(), "1 replayed\n");
    eventually("it is parked again", async || shown().await.lines().any(is_it)).await;
}
