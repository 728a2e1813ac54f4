//! What payment announces, each hearer hears once, subsidy among them.

use std::time::Duration;

use messaging::{Consumer, Event, Handler, HandlerError};
use prost::{Message, Name};
use proto::payment::{GrantCompleted, GrantOpened, InstalmentPaid};
use proto::subsidy::ApplicationState;
use sqlx::PgConnection;
use stack::Service;
use testkit::{City, eventually};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::ground::shared;
use crate::story::Story;

/// Longer than anything announced is on its way.
const PATIENCE: Duration = Duration::from_secs(30);

/// An event that only the hearer hears, `google.protobuf.Empty`.
type Mark = ();

/// What was heard: of which application, what, and how much.
type Heard = (String, &'static str, i64);

/// Hands on what it hears.
struct Hearer<M>(mpsc::Sender<Heard>, fn(&M) -> i64);

impl<M: Message + Name + Default + Clone + 'static> Handler for Hearer<M> {
    type Message = M;

    async fn handle(&self, _: &mut PgConnection, event: Event<M>) -> Result<(), HandlerError> {
        let heard = (event.subject, M::NAME, (self.1)(&event.message));
        self.0.send(heard).await.map_err(HandlerError::permanent)
    }
}

/// a grant's opening, its instalments and its end are announced, each once, and subsidy tells the worker.
#[tokio::test(flavor = "multi_thread")]
async fn progress_is_announced_once() {
    let gangcheng = shared().await;
    let story = Story::begin(gangcheng, "announced");
    let database = gangcheng.city.database(Service::Payment).await;
    let (sender, mut heard) = mpsc::channel(256);
    let stop = CancellationToken::new();
    let consumer = Consumer::new("hearer")
        .on(Hearer::<GrantOpened>(sender.clone(), |event| event.payable_fen))
        .on(Hearer::<InstalmentPaid>(sender.clone(), |event| event.amount_fen))
        .on(Hearer::<GrantCompleted>(sender.clone(), |event| event.paid_fen))
        .on(Hearer::<Mark>(sender, |()| 0));
    let hearing = tokio::spawn(consumer.run(database.clone(), gangcheng.city.broker(), stop.clone()));
    // Nothing is announced before the hearer has a queue: the broker would take it for subsidy alone.
    until_marked(&gangcheng.city, &mut heard).await;
    story.set_aside(1_000).await;
    let (applicant, _) = story.due().await;
    let batch = story.pay_all().await;
    story.until_settled(&batch).await;

    applicant.wait_for(ApplicationState::Paid).await;
    eventually("nothing of it is left in the outbox", async || {
        let left = "SELECT count(*) FROM platform.outbox WHERE subject = $1";
        let left = sqlx::query_scalar::<_, i64>(left).bind(&applicant.application.id);
        left.fetch_one(&database).await.unwrap() == 0
    })
    .await;
    let mut all = until_marked(&gangcheng.city, &mut heard).await;
    all.retain(|(application, ..)| *application == applicant.application.id);
    let mut all: Vec<_> = all.into_iter().map(|(_, name, fen)| (name, fen)).collect();
    all.sort_unstable();
    assert_eq!(all, [("GrantCompleted", 100_000), ("GrantOpened", 100_000), ("InstalmentPaid", 100_000)]);
    stop.cancel();
    hearing.await.unwrap();
}

/// All that is heard before a mark, which is set now: events are heard in the order in which the broker got them.
async fn until_marked(city: &City, heard: &mut mpsc::Receiver<Heard>) -> Vec<Heard> {
    city.publish::<Mark>(Uuid::now_v7(), &()).await;
    let mut all = Vec::new();
    loop {
        let one = timeout(PATIENCE, heard.recv()).await.expect("the mark is heard").unwrap();
        if one.1 == Mark::NAME {
            return all;
        }
        all.push(one);
    }
}
