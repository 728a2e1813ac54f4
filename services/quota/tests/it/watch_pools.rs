//! Watching the pools of a line.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::future::join_all;
use proto::quota as pb;
use refusal::Reason;
use tokio::time;
use tonic::Streaming;

use crate::calls::{Applicant, Caller, Programme, assert_refused};
use crate::house::shared;

/// Far longer than a change takes to be shown.
const PATIENCE: Duration = Duration::from_secs(20);

async fn watch(caller: &Caller, programme: &Programme) -> Streaming<pb::WatchPoolsResponse> {
    let asked = pb::WatchPoolsRequest { programme_id: programme.id.to_string() };
    caller.pools.clone().watch_pools(asked).await.unwrap().into_inner()
}

/// Looks until the pools are like this: seats taken, and how many wait.
async fn until(shown: &mut Streaming<pb::WatchPoolsResponse>, expected: &[(&str, (i64, i64))]) {
    let expected: BTreeMap<String, (i64, i64)> =
        expected.iter().map(|(pool, figures)| ((*pool).to_owned(), *figures)).collect();
    let seen = time::timeout(PATIENCE, async {
        let mut before = 0;
        loop {
            let now = shown.message().await.unwrap().expect("the stream goes on");
            assert!(now.sequence >= before, "never back");
            before = now.sequence;
            let pools: BTreeMap<_, _> =
                now.pools.into_iter().map(|pool| (pool.pool_id, (pool.taken, pool.waiting))).collect();
            if pools == expected {
                return;
            }
        }
    });
    seen.await.expect("the pools come to be like this");
}

/// everybody sees seats and waiting lists as they are committed, wherever they look; two hundred as well as one.
#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_the_pools_as_they_change() {
    let house = shared().await;
    let programme = Programme::open(house, 3, 1).await;
    let worker = house.worker("quota-2", Applicant::new().worker);
    let mut shown = join_all((0..200).map(|number| {
        let caller = if number % 2 == 0 { programme.first() } else { worker.clone() };
        let programme = programme.clone();
        async move { watch(&caller, &programme).await }
    }))
    .await;
    join_all(shown.iter_mut().map(|one| until(one, &[("city", (0, 0)), ("district", (0, 0))]))).await;

    let people: Vec<Applicant> = (0..5).map(|_| Applicant::new()).collect();
    for applicant in &people {
        programme.reserve(applicant).await.unwrap();
    }
    join_all(shown.iter_mut().map(|one| until(one, &[("city", (3, 2)), ("district", (1, 4))]))).await;
    programme.release(&people[0]).await.unwrap();
    join_all(shown.iter_mut().map(|one| until(one, &[("city", (3, 1)), ("district", (1, 3))]))).await;
}

/// A line that is not there is not watched.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_not_watched() {
    let programme = Programme::bare(shared().await).await;
    let asked = pb::WatchPoolsRequest { programme_id: "nowhere".to_owned() };
    assert_refused(programme.first().pools.watch_pools(asked).await, Reason::NotFound);
}
