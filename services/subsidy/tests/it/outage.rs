//! What subsidy stands on is gone for a while: a submission under way is finished later, in the order of arrival.

use proto::subsidy::ApplicationState;
use refusal::Reason;
use testkit::{assert_refused, request_id};
use tokio::task::block_in_place;

use crate::calls::{line, moves_to, place, submitted, times, withdraw};
use crate::city::{OPEN, hurt};

const REPLICAS: [&str; 2] = ["quota-1", "quota-2"];

/// without quota nobody gets a place, and nobody is forgotten.
#[tokio::test(flavor = "multi_thread")]
async fn a_submission_without_quota_is_finished_later() {
    let ground = &hurt().await;
    let services = ground.city.stack.services();
    let applicant = ground.applicant(OPEN).await;
    let (id, request_id) = (applicant.application.id.as_str(), request_id());
    for replica in REPLICAS {
        block_in_place(|| services.kill(replica)).unwrap();
    }

    assert_refused(applicant.worker.submit(id, &request_id).await, Reason::Unavailable);

    assert_eq!(applicant.now().await.state(), ApplicationState::Submitting);
    assert_refused(withdraw(&applicant).await, Reason::SubmissionUnderWay);
    let change = moves_to(&applicant, "济南市钢城区辛庄街道");
    let locked = applicant.worker.api.applications().update_application(change).await;
    assert_refused(locked, Reason::ApplicationLocked);

    for replica in REPLICAS {
        block_in_place(|| services.restart(replica)).unwrap();
    }
    let told = applicant.wait_for(ApplicationState::InReview).await.receipt.unwrap();
    assert_eq!(place(ground, &applicant).await.unwrap().arrival_number, told.arrival_number);
    let repeated = applicant.worker.submit(id, &request_id).await.unwrap().into_inner();
    assert_eq!(repeated.receipt, Some(told));
    assert_eq!(times(ground, &applicant, "APPLICATION_SUBMITTED").await, 1);
}

/// Redis loses everything between two submissions, and the second comes right behind the first.
#[tokio::test(flavor = "multi_thread")]
async fn a_wiped_redis_does_not_change_the_order() {
    let ground = &hurt().await;
    let first = submitted(ground, OPEN).await.now().await.receipt.unwrap();
    let second = ground.applicant(OPEN).await;
    let epoch = line(ground, OPEN).await.epoch;

    block_in_place(|| ground.city.stack.order().server().wipe()).unwrap();

    let receipt = second.submit().await;
    assert_eq!(receipt.arrival_number, first.arrival_number + 1);
    assert!(line(ground, OPEN).await.epoch > epoch, "quota did not notice");
}
