//! subsidy is killed in the middle of a submission, at places that have names: nothing stays half done.

use proto::subsidy::ApplicationState;
use testkit::request_id;
use tokio::task::block_in_place;

use crate::calls::{line, place, times};
use crate::city::{OPEN, hurt};

/// the intent is stored, and quota was not asked.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_before_the_place_is_asked_for_leaves_nothing_half_done() {
    crash_at("subsidy.after_intent").await;
}

/// quota has given the place, and subsidy has not written it down.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_before_the_place_is_written_down_leaves_nothing_half_done() {
    crash_at("subsidy.after_reserve").await;
}

/// the place is written down, and the worker was not told.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_before_the_answer_leaves_nothing_half_done() {
    crash_at("subsidy.after_place").await;
}

/// One application, one place, one receipt, however the first call ended.
async fn crash_at(point: &str) {
    let ground = &hurt().await;
    let applicant = ground.applicant(OPEN).await;
    let (id, request_id) = (applicant.application.id.as_str(), request_id());
    let arrivals = line(ground, OPEN).await.arrivals;
    let services = ground.city.stack.services();
    let crashed = ground.city.folder().join(point);
    services.set_environment("subsidy", "YUANMENG_CRASH_AT", point).unwrap();
    services.set_environment("subsidy", "YUANMENG_CRASH_ONCE", crashed.to_str().unwrap()).unwrap();
    block_in_place(|| services.kill("subsidy").and_then(|()| services.restart("subsidy"))).unwrap();

    applicant.worker.submit(id, &request_id).await.unwrap_err();
    assert!(crashed.exists(), "subsidy did not come by {point}");
    block_in_place(|| services.restart("subsidy")).unwrap();

    let told = applicant.wait_for(ApplicationState::InReview).await.receipt.unwrap();
    let place = place(ground, &applicant).await.unwrap();
    assert_eq!((told.arrival_number, told.sequence), (place.arrival_number, place.sequence));
    assert_eq!(told.arrival_number, arrivals + 1);
    let repeated = applicant.worker.submit(id, &request_id).await.unwrap().into_inner();
    assert_eq!(repeated.receipt, Some(told));
    assert_eq!(line(ground, OPEN).await.arrivals, arrivals + 1);
    assert_eq!(times(ground, &applicant, "APPLICATION_SUBMITTED").await, 1);
    ground.case_of(&applicant, &ground.street).await;
}
