//! Final places, and the end of a line.

use proto::quota as pb;
use refusal::Reason;
use vocabulary::OperationId;

use crate::calls::{Applicant, Programme, assert_refused, stands};
use crate::house::shared;

/// a final place is not released, and where it waits it still moves up.
#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_place_stays_and_still_moves_up() {
    let programme = Programme::open(shared().await, 5, 1).await;
    let (first, second) = (Applicant::new(), Applicant::new());
    programme.reserve(&first).await.unwrap();
    programme.reserve(&second).await.unwrap();

    let place = programme.confirm(&second).await.unwrap();
    assert_eq!((place.state(), stands(&place, "district")), (pb::PlaceState::Confirmed, -1));
    assert_refused(programme.confirm(&second).await, Reason::PlaceConfirmed);
    assert_refused(programme.release(&second).await, Reason::PlaceConfirmed);
    assert_refused(programme.confirm(&Applicant::new()).await, Reason::NotFound);

    programme.release(&first).await.unwrap();
    assert_refused(programme.confirm(&first).await, Reason::PlaceLeft);
    let place = programme.place(&second).await;
    assert_eq!((place.state(), stands(&place, "district")), (pb::PlaceState::Confirmed, 1));
}

/// a final place is released when it is clawed back, and by nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn a_final_place_is_released_when_it_is_clawed_back() {
    let programme = Programme::open(shared().await, 1, 1).await;
    let (first, second) = (Applicant::new(), Applicant::new());
    programme.reserve(&first).await.unwrap();
    programme.reserve(&second).await.unwrap();
    programme.confirm(&first).await.unwrap();

    let left = programme.release_for(&first, pb::ReleaseReason::ClawedBack).await.unwrap();
    assert_eq!(left.state(), pb::PlaceState::Released);
    assert_eq!(stands(&programme.place(&second).await, "city"), 1);
}

/// when the programme is closed nothing moves any more.
#[tokio::test(flavor = "multi_thread")]
async fn an_ended_line_moves_no_more() {
    let programme = Programme::open(shared().await, 5, 1).await;
    let (first, second) = (Applicant::new(), Applicant::new());
    programme.reserve(&first).await.unwrap();
    programme.reserve(&second).await.unwrap();

    let asked = pb::EndRequest {
        operation_id: OperationId::new().to_string(),
        programme_id: programme.id.to_string(),
    };
    programme.first().lines.end(asked.clone()).await.unwrap();
    programme.callers[1].clone().lines.end(asked).await.unwrap();

    assert_refused(programme.release(&first).await, Reason::LineEnded);
    assert_refused(programme.set_capacity("district", 2).await, Reason::LineEnded);
    assert_refused(programme.reserve(&Applicant::new()).await, Reason::RoundNotOpen);
    assert_eq!(stands(&programme.place(&second).await, "district"), -1);
}
