//! Pools and their seats.

use futures::future::join_all;
use refusal::Reason;

use crate::calls::{Applicant, Programme, assert_refused, stands};
use crate::house::shared;

/// more seats at any time, and the waiting list moves up; fewer only by free ones.
#[tokio::test(flavor = "multi_thread")]
async fn capacity_goes_up_at_any_time_and_down_by_free_seats() {
    let programme = Programme::open(shared().await, 2, 2).await;
    let people: Vec<Applicant> = (0..4).map(|_| Applicant::new()).collect();
    for applicant in &people {
        programme.reserve(applicant).await.unwrap();
    }

    let pool = programme.set_capacity("city", 5).await.unwrap();
    assert_eq!((pool.capacity, pool.taken, pool.waiting), (5, 4, 0));
    assert_eq!(stands(&programme.place(&people[2]).await, "city"), 3);
    assert_eq!(stands(&programme.place(&people[3]).await, "city"), 4);

    assert_refused(programme.set_capacity("city", 3).await, Reason::CapacityBelowTaken);
    assert_eq!(programme.set_capacity("city", 4).await.unwrap().capacity, 4);

    programme.release(&people[1]).await.unwrap();
    let pool = programme.set_capacity("city", 3).await.unwrap();
    assert_eq!((pool.capacity, pool.taken), (3, 3));
    assert_eq!(stands(&programme.place(&people[3]).await, "city"), 4, "nobody is moved from a seat");
}

/// a pool that is added later takes in everybody in its scope, in arrival order.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_pool_takes_in_everybody_in_its_scope() {
    let programme = Programme::open(shared().await, 1, 1).await;
    let people: Vec<Applicant> = (0..4).map(|_| Applicant::new()).collect();
    for applicant in &people {
        programme.reserve(applicant).await.unwrap();
    }
    programme.release(&people[0]).await.unwrap();

    let pool = programme.add_pool("second", programme.district, 2).await.unwrap();
    assert_eq!((pool.taken, pool.waiting), (2, 1));
    for (who, expected) in [(1, 1), (2, 2), (3, -1)] {
        let place = programme.place(&people[who]).await;
        assert_eq!(stands(&place, "second"), expected);
        let pools: Vec<&str> = place.standings.iter().map(|standing| standing.pool_id.as_str()).collect();
        assert_eq!(pools, ["city", "district", "second"]);
    }

    assert_refused(programme.add_pool("second", programme.city, 2).await, Reason::PoolExists);
    assert_refused(programme.set_capacity("third", 2).await, Reason::NotFound);
}

/// a programme has so many pools and no more; the one too many is refused, and the others stand.
#[tokio::test(flavor = "multi_thread")]
async fn a_programme_has_a_thousand_pools_at_most() {
    let programme = Programme::open(shared().await, 1, 1).await;
    let names: Vec<String> = (2..1_000).map(|number| format!("pool-{number}")).collect();
    let adding = names.iter().map(|name| programme.add_pool(name, programme.city, 1));
    for added in join_all(adding).await {
        added.unwrap();
    }

    assert_refused(programme.add_pool("one-too-many", programme.city, 1).await, Reason::PoolsTooMany);
    let place = programme.reserve(&Applicant::new()).await.unwrap();
    assert_eq!(place.standings.len(), 1_000);
}
