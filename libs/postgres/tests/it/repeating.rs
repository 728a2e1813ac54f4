//! The same request many times at once, as from an impatient caller and two replicas.

use std::sync::Arc;
use std::time::Duration;

use sqlx::Executor;
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use vocabulary::RequestId;

use crate::ground::{effects, migrated, pool};
use crate::requests::{grant, wish};

/// Eight at once make one effect, and all eight get its answer.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_at_once_has_one_effect() {
    let config = migrated().await;
    let database = pool(&config);
    for round in 0..10 {
        let request = wish(RequestId::new(), "law");
        let start = Arc::new(Barrier::new(8));
        let mut callers = JoinSet::new();
        for caller in 0..8 {
            let (database, request, start) = (database.clone(), request.clone(), Arc::clone(&start));
            callers.spawn(async move {
                start.wait().await;
                grant(&database, &request, &format!("{round} by {caller}")).await.unwrap()
            });
        }
        let answers = callers.join_all().await;
        let done = effects(&config).await;
        assert_eq!(done.len(), round + 1);
        assert!(answers.iter().all(|answer| *answer == answers[0] && done.contains(answer)), "{answers:?}");
    }
}

/// One that waits for another gets its answer when that commits, and does the work itself when that fails.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_for_one_that_fails_does_it_itself() {
    for (fails, answer) in [(false, "first"), (true, "second")] {
        let config = migrated().await;
        let database = pool(&config);
        let request = wish(RequestId::new(), "law");
        let mut first = database.begin().await.unwrap();
        assert_eq!(request.answered::<String>(&mut first).await.unwrap(), None);
        first.execute("INSERT INTO effect (word) VALUES ('first')").await.unwrap();
        request.keep(&mut first, &"first".to_owned()).await.unwrap();

        let second = tokio::spawn({
            let (database, request) = (database.clone(), request.clone());
            async move { grant(&database, &request, "second").await.unwrap() }
        });
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(!second.is_finished(), "it does not wait");
        if fails {
            first.rollback().await.unwrap();
        } else {
            first.commit().await.unwrap();
        }
        assert_eq!(second.await.unwrap(), answer);
        assert_eq!(effects(&config).await, [answer]);
    }
}
