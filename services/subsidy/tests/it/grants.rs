//! Grants: approved and seated.

use proto::payment::ListGrantsRequest;
use proto::subsidy::TimelineKind;
use testkit::{Applicant, eventually};

use crate::calls::{pool, submitted, times, withdraw};
use crate::city::{ONE_SEAT, shared};

/// who is approved while waiting is granted what they hold, and the rest when a seat comes free.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_approved_while_waiting_gets_the_seat_that_comes_free() {
    let ground = shared().await;
    let first = submitted(ground, ONE_SEAT).await;
    let second = submitted(ground, ONE_SEAT).await;
    let standings = second.now().await.receipt.unwrap().standings;
    let standing = standings.iter().find(|standing| standing.pool_id == "gangcheng").unwrap();
    assert_eq!((standing.seated, standing.seat_number, standing.waiting_position), (false, 0, 1));
    assert!(standings.iter().any(|standing| standing.pool_id == "city" && standing.seated));

    ground.approve(&second).await;
    assert_eq!(granted(&second, 1).await, ["city"]);

    withdraw(&first).await.unwrap();
    assert_eq!(granted(&second, 2).await, ["city", "gangcheng"]);
    let timeline = second.now().await.timeline;
    let promoted: Vec<_> = timeline.iter().filter(|one| one.kind() == TimelineKind::Promoted).collect();
    assert_eq!(promoted.len(), 1);
    assert!(promoted[0].text.contains("钢城区总工会配套补助"), "{}", promoted[0].text);
    let pool = pool(ground, ONE_SEAT, "gangcheng").await;
    assert_eq!((pool.capacity, pool.seats_left, pool.waiting), (1, 0, 0));
    assert_eq!(times(ground, &second, "APPLICATION_APPROVED").await, 1);
}

/// The pools of an applicant's grants, once payment has heard of so many.
pub async fn granted(applicant: &Applicant, count: usize) -> Vec<String> {
    eventually("payment has heard of the grants", async || {
        let request = ListGrantsRequest {
            application_id: applicant.application.id.clone(),
            ..ListGrantsRequest::default()
        };
        let answer = applicant.worker.api.grants().list_grants(request).await.unwrap().into_inner();
        let mut pools: Vec<_> = answer.grants.into_iter().map(|grant| grant.pool_id).collect();
        pools.sort_unstable();
        (pools.len() >= count).then_some(pools)
    })
    .await
}
