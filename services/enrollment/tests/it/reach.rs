//! What enrollment stands on is not there: the call is refused, nothing is lost, and works later.

use refusal::Reason;
use testkit::assert_refused;

use crate::house::{House, payment, seen};

/// without identity nobody enrols; the same request does so later, and who has enrolled pays meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn enrolling_waits_for_identity() {
    let house = House::own().await;
    let (_, enrollment) = house.student().await;
    let (worker, offering_id) = (house.worker().await, house.offering().await);
    let wish = house.wish(&offering_id);
    let services = house.city.stack.services();

    services.kill("identity").unwrap();
    let answer = worker.api.enrollments().create_enrollment(wish.clone()).await;
    assert_refused(answer, Reason::Unavailable);
    house.gateway().enrollments().record_tuition(payment(&enrollment, "R-1", 100)).await.unwrap();
    assert_eq!(seen(&house.unit.api, &enrollment.id).await.tuition_paid_fen, 100);

    tokio::task::block_in_place(|| services.restart("identity")).unwrap();
    let answer = worker.api.enrollments().create_enrollment(wish).await.unwrap().into_inner();
    assert_eq!(answer.enrollment.unwrap().worker_id, worker.id);
}
