//! A name stands for all its addresses, now and later.

use channel::{Failure, NeighbourConfig};

use crate::neighbour::{Replica, client, config, question};

fn named(address: &str) -> NeighbourConfig {
    NeighbourConfig { address: address.parse().unwrap(), plain: true, ..config([([127, 0, 0, 1], 1).into()]) }
}

#[tokio::test]
async fn a_name_is_resolved() {
    let replica = Replica::well().await;
    let config = named(&format!("http://localhost:{}", replica.address.port()));
    let mut client = client(&config);
    client.check(question()).await.unwrap();
    client.check(question()).await.unwrap();
    assert_eq!(replica.calls(), 2);
}

#[tokio::test]
async fn a_name_that_nobody_has_is_unavailable() {
    let config = named("http://no-such-neighbour.invalid:7001");
    let status = client(&config).check(question()).await.unwrap_err();
    assert!(matches!(Failure::from(status), Failure::Unavailable(_)));
}
