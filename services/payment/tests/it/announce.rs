//! What payment announces, subsidy hears once.

use std::time::Duration;

use messaging::{Consumer, Event, Handler, HandlerError};
use prost::{Message, Name};
use proto::payment::{GrantCompleted, GrantOpened, InstalmentPaid};
use sqlx::PgConnection;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::house::House;
use crate::story::Story;

/// Hands on the names of what it hears, with the amounts.
struct Hearer<M>(mpsc::Sender<(&'static str, i64)>, fn(&M) -> i64);

impl<M: Message + Name + Default + Clone + 'static> Handler for Hearer<M> {
    type Message = M;

    async fn handle(&self, _: &mut PgConnection, event: Event<M>) -> Result<(), HandlerError> {
        let heard = (M::NAME, (self.1)(&event.message));
        self.0.send(heard).await.map_err(HandlerError::permanent)
    }
}

/// a grant's opening, its instalments and its end are announced, each once.
#[tokio::test(flavor = "multi_thread")]
async fn progress_is_announced_once() {
    let house = House::start().await;
    let story = Story::begin(&house);
    let (sender, mut heard) = mpsc::channel(16);
    let stop = CancellationToken::new();
    let consumer = Consumer::new("subsidy")
        .on(Hearer::<GrantOpened>(sender.clone(), |event| event.payable_fen))
        .on(Hearer::<InstalmentPaid>(sender.clone(), |event| event.amount_fen))
        .on(Hearer::<GrantCompleted>(sender, |event| event.paid_fen));
    let hearing = tokio::spawn(consumer.run(house.database().await, house.broker(), stop.clone()));
    story.city.set_aside(&story.programme, "city", 1_000).await.unwrap();
    story.due_by_card(1_000, "6222020200001234567").await;
    let batch = story.pay_all().await;
    story.until_settled(&batch).await;

    let mut all = Vec::new();
    while let Ok(Some(one)) = timeout(Duration::from_secs(3), heard.recv()).await {
        all.push(one);
    }
    all.sort_unstable();
    assert_eq!(all, [("GrantCompleted", 100_000), ("GrantOpened", 100_000), ("InstalmentPaid", 100_000)]);
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM platform.outbox")
        .fetch_one(&house.database().await)
        .await
        .unwrap();
    assert_eq!(left, 0, "nothing is left in the outbox");
    stop.cancel();
    hearing.await.unwrap();
}
