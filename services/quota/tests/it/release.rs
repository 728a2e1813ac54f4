//! Giving up a place, and who gets it.

use proto::quota as pb;
use refusal::Reason;
use vocabulary::OperationId;

use crate::calls::{Applicant, Programme, assert_refused, assert_refused_field, stands};
use crate::house::shared;

/// a seat that comes free goes at once to the first who waits, pool by pool.
#[tokio::test(flavor = "multi_thread")]
async fn a_free_seat_goes_to_the_first_who_waits() {
    let programme = Programme::open(shared().await, 3, 1).await;
    let people: Vec<Applicant> = (0..5).map(|_| Applicant::new()).collect();
    for applicant in &people {
        programme.reserve(applicant).await.unwrap();
    }

    let left = programme.release(&people[0]).await.unwrap();
    assert_eq!(left.state(), pb::PlaceState::Released);
    assert_eq!((left.arrival_number, stands(&left, "city"), stands(&left, "district")), (1, 0, 0));

    let now = |who: usize| programme.place(&people[who]);
    let places = [now(1).await, now(2).await, now(3).await, now(4).await];
    let standings = places.each_ref().map(|place| (stands(place, "city"), stands(place, "district")));
    assert_eq!(standings, [(2, 1), (3, -1), (1, -2), (-1, -3)]);

    assert_refused(programme.release(&people[0]).await, Reason::PlaceLeft);
}

/// released before it arrived, an application is barred: its late reservation finds the tombstone.
#[tokio::test(flavor = "multi_thread")]
async fn a_release_that_comes_first_bars_the_late_reservation() {
    let programme = Programme::open(shared().await, 3, 1).await;
    let applicant = Applicant::new();

    let barred = programme.release(&applicant).await.unwrap();
    assert_eq!((barred.arrival_number, barred.state()), (0, pb::PlaceState::Released));
    assert_refused(programme.reserve(&applicant).await, Reason::PlaceLeft);
    assert_eq!(programme.place(&applicant).await.state(), pb::PlaceState::Released);
    assert_eq!(programme.line().await.arrivals, 0);
}

/// the waiting list is listed in order, page by page.
#[tokio::test(flavor = "multi_thread")]
async fn the_waiting_list_is_in_order() {
    let programme = Programme::open(shared().await, 10, 1).await;
    for _ in 0..6 {
        programme.reserve(&Applicant::new()).await.unwrap();
    }
    let mut asked = pb::ListWaitingRequest {
        programme_id: programme.id.to_string(),
        pool_id: "district".to_owned(),
        page_size: 2,
        page_token: String::new(),
    };
    let mut listed = Vec::new();
    loop {
        let page = programme.first().lines.list_waiting(asked.clone()).await.unwrap().into_inner();
        listed.extend(page.waiting.iter().map(|one| (one.position, one.arrival_number)));
        asked.page_token = page.next_page_token;
        if asked.page_token.is_empty() {
            break;
        }
    }
    assert_eq!(listed, [(1, 2), (2, 3), (3, 4), (4, 5), (5, 6)]);

    asked.page_token = "nonsense".to_owned();
    assert_refused_field(programme.first().lines.list_waiting(asked).await, Reason::InvalidPageToken);
}

/// a worker sees the own place only.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_sees_the_own_place_only() {
    let house = shared().await;
    let programme = Programme::open(house, 1, 1).await;
    let (one, other) = (Applicant::new(), Applicant::new());
    let place = programme.reserve(&one).await.unwrap();
    programme.reserve(&other).await.unwrap();
    let caller = house.worker("quota-2", one.worker);

    let asked = |applicant: &Applicant| pb::GetPlaceRequest {
        programme_id: programme.id.to_string(),
        application_id: applicant.application.to_string(),
    };
    let own = caller.lines.clone().get_place(asked(&one)).await.unwrap().into_inner().place.unwrap();
    assert_eq!(own.receipt.as_ref().map(|receipt| receipt.signature.len()), Some(64), "with its receipt");
    assert_eq!(pb::Place { receipt: None, ..own }, place);
    assert_refused(caller.lines.clone().get_place(asked(&other)).await, Reason::NotFound);
    let mut reservation = programme.reservation(&one);
    reservation.operation_id = OperationId::new().to_string();
    assert_refused(caller.lines.clone().reserve(reservation).await, Reason::CallerNotAllowed);
}
