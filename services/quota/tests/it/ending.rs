//! A replica that is asked to end, as when a node is drained.

use std::process::Command;
use std::time::Duration;

use crate::calls::{Applicant, Programme};
use crate::house::House;

/// Callers go on coming until they have noticed, and each is served.
#[tokio::test(flavor = "multi_thread")]
async fn who_comes_to_a_replica_that_ends_is_served() {
    let house = House::own().await;
    tokio::task::block_in_place(|| {
        house.services().set_environment("quota-2", "YUANMENG_SERVER__DRAIN_NOTICE_MS", "4000").unwrap();
        house.services().restart("quota-2").unwrap();
    });
    let programme = Programme::open(&house, 10, 10).await;
    let id = house.services().process_id("quota-2").unwrap().unwrap();
    assert!(Command::new("kill").arg(id.to_string()).status().unwrap().success());
    tokio::time::sleep(Duration::from_millis(500)).await;
    for arrival in 1..=20 {
        let place = programme.reserve_at(1, &Applicant::new()).await.unwrap();
        assert_eq!(place.arrival_number, arrival);
    }
    let by_itself = tokio::task::block_in_place(|| house.services().terminate("quota-2").unwrap());
    assert!(by_itself, "it ends, and is not killed");
}
