//! What a test stands on: a database and a virtual host of its own, in which one service announces and hears.

use std::sync::Mutex;

use lapin::options::{QueueDeclareOptions, QueueDeleteOptions};
use lapin::types::FieldTable;
use lapin::{Connection, ConnectionProperties};
use messaging::{BrokerConfig, Consumer, Handler, Outgoing, Parked, Publisher};
use postgres::DatabaseConfig;
use runtime::Secret;
use sqlx::migrate::Migrator;
use sqlx::{Executor, PgPool};
use stack::Addresses;
use testkit::{Database, eventually, stores};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::event::{Counted, counted, plainly};

/// The service that hears.
pub const SERVICE: &str = "listener";
pub const QUEUE: &str = "yuanmeng.listener";
pub const PARKING: &str = "yuanmeng.listener.parked";

/// Comes after all the others: who has heard it has heard them.
const LAST: u32 = 1_000_000;

/// Virtual hosts that tests have left empty, for others: it is much work for a broker to make one.
static LEFT_EMPTY: Mutex<Vec<String>> = Mutex::new(Vec::new());

pub struct Ground {
    pub database: PgPool,
    pub broker: BrokerConfig,
    /// The database, seen from outside.
    pub own: Database,
    is_shared: bool,
    stop: CancellationToken,
    jobs: TaskTracker,
}

impl Ground {
    /// On the stores that are running for tests.
    pub async fn new() -> Self {
        let stores = stores();
        let left = LEFT_EMPTY.lock().unwrap().pop();
        let virtual_host = match left {
            Some(url) => url,
            None => virtual_host(&stores).await,
        };
        Self { is_shared: true, ..Self::at(&stores, virtual_host).await }
    }

    /// On stores of the test's own.
    pub async fn on(stores: &Addresses) -> Self {
        Self::at(stores, virtual_host(stores).await).await
    }

    async fn at(stores: &Addresses, virtual_host: String) -> Self {
        let own = Database::on(stores, "messaging").await;
        let config = DatabaseConfig { acquire_timeout_ms: 1_000, ..own.config() };
        postgres::migrate(&config, &Migrator::DEFAULT).await.unwrap();
        let database = postgres::connect(&config, "messaging").unwrap();
        database.execute("CREATE TABLE effect (number bigint NOT NULL)").await.unwrap();
        let url = Secret::new(virtual_host);
        Self {
            database,
            broker: BrokerConfig { url, confirm_timeout_ms: 5_000, prefetch: 64 },
            own,
            is_shared: false,
            stop: CancellationToken::new(),
            jobs: TaskTracker::new(),
        }
    }

    /// Runs a relay, until it is aborted or the test is over.
    pub fn relay(&self) -> JoinHandle<()> {
        let (database, broker) = (self.database.clone(), self.broker.clone());
        self.jobs.spawn(messaging::relay(database, broker, "counter", self.stop.clone()))
    }

    /// Runs a consumer, until it is aborted or the test is over.
    pub fn hear(&self, handler: impl Handler) -> JoinHandle<()> {
        let consumer = Consumer::new(SERVICE).on(handler);
        self.jobs.spawn(consumer.run(self.database.clone(), self.broker.clone(), self.stop.clone()))
    }

    /// Hears for a moment, so that the queue is there.
    pub async fn have_a_queue(&self) {
        let consumer = self.hear(plainly());
        eventually("it hears", async || self.hearers().await == 1).await;
        self.kill(consumer).await;
    }

    /// Ends a consumer wherever it is, and waits until the broker has noticed.
    pub async fn kill(&self, consumer: JoinHandle<()>) {
        let others = self.hearers().await - 1;
        consumer.abort();
        assert!(consumer.await.unwrap_err().is_cancelled());
        eventually("the broker has noticed", async || self.hearers().await == others).await;
    }

    /// How many hear the queue.
    async fn hearers(&self) -> u32 {
        let queue = self.channel().await.look_at(QUEUE).await;
        queue.map_or(0, |queue| queue.consumer_count())
    }

    /// Announces these, in one transaction.
    pub async fn announce(&self, numbers: impl IntoIterator<Item = u32>) {
        let mut tx = self.database.begin().await.unwrap();
        for number in numbers {
            messaging::announce(&mut tx, &format!("step {number}"), &Counted { number }).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// Publishes past the outbox; each must reach a queue.
    pub async fn publish(&self, events: &[Outgoing]) {
        let publisher = Publisher::connect(&self.broker, "counter").await.unwrap();
        assert_eq!(publisher.publish(events).await.unwrap().len(), events.len());
    }

    /// What has been done, in order of numbers.
    pub async fn effects(&self) -> Vec<u32> {
        let query = sqlx::query_scalar("SELECT number FROM effect WHERE number < $1 ORDER BY number");
        let numbers: Vec<i64> = query.bind(i64::from(LAST)).fetch_all(&self.database).await.unwrap();
        numbers.into_iter().map(|number| number.try_into().unwrap()).collect()
    }

    /// Waits until these have been done.
    pub async fn does(&self, numbers: impl IntoIterator<Item = u32>) {
        let wanted: Vec<u32> = numbers.into_iter().collect();
        eventually("all is done", async || {
            let done = self.effects().await;
            wanted.iter().all(|number| done.contains(number))
        })
        .await;
    }

    /// How many events wait in the outbox.
    pub async fn in_outbox(&self) -> i64 {
        let query = sqlx::query_scalar("SELECT count(*) FROM platform.outbox");
        query.fetch_one(&self.database).await.unwrap()
    }

    /// The numbers of the parked events, by their subjects.
    pub async fn parked(&self) -> Vec<String> {
        let parked = messaging::parked(&self.broker, SERVICE, 1_000).await.unwrap();
        parked.into_iter().map(|Parked { subject, .. }| subject).collect()
    }

    /// A channel of the test's own to the broker.
    pub async fn channel(&self) -> Channel {
        let connection = Connection::connect(self.broker.url.expose(), ConnectionProperties::default());
        let connection = connection.await.unwrap();
        Channel { channel: connection.create_channel().await.unwrap(), _connection: connection }
    }

    /// The end of each test: these effects, each once, and nothing left in outbox, queue and parking.
    pub async fn ends_with(mut self, effects: impl IntoIterator<Item = u32>) {
        let mut effects: Vec<u32> = effects.into_iter().collect();
        effects.sort_unstable();
        eventually("the outbox is empty", async || self.in_outbox().await == 0).await;
        self.end_jobs().await;
        // Without it the queue might look empty with the last events in the consumer's hand.
        self.hear(plainly());
        self.publish(&[counted(LAST)]).await;
        eventually("the last is done", async || {
            let query = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM effect WHERE number = $1");
            query.bind(i64::from(LAST)).fetch_one(&self.database).await.unwrap_or(0) == 1
        })
        .await;
        self.end_jobs().await;
        assert_eq!(self.effects().await, effects);
        let channel = self.channel().await;
        assert_eq!(channel.ready_in(QUEUE).await, 0, "left in the queue");
        assert_eq!(channel.ready_in(PARKING).await, 0, "left in the parking");
        self.leave().await;
    }

    /// Leaves the virtual host empty for others.
    pub async fn leave(self) {
        self.database.close().await;
        self.own.remove().await;
        let channel = self.channel().await;
        for queue in [QUEUE, PARKING, "outlet", "narrow"] {
            let delete = channel.channel.queue_delete(queue.into(), QueueDeleteOptions::default());
            delete.await.unwrap();
        }
        if self.is_shared {
            LEFT_EMPTY.lock().unwrap().push(self.broker.url.expose().clone());
        }
    }

    async fn end_jobs(&mut self) {
        self.stop.cancel();
        self.jobs.close();
        self.jobs.wait().await;
        self.jobs.reopen();
        self.stop = CancellationToken::new();
    }
}

pub struct Channel {
    pub channel: lapin::Channel,
    _connection: Connection,
}

impl Channel {
    /// How many messages wait in a queue, those in a consumer's hand not counted.
    pub async fn ready_in(&self, queue: &str) -> u32 {
        self.look_at(queue).await.unwrap().message_count()
    }

    async fn look_at(&self, queue: &str) -> lapin::Result<lapin::Queue> {
        let options = QueueDeclareOptions { passive: true, ..Default::default() };
        self.channel.queue_declare(queue.into(), options, FieldTable::default()).await
    }
}

/// A busy broker takes its time to make one, and asked again it makes no other.
async fn virtual_host(stores: &Addresses) -> String {
    let name = format!("messaging_{}", Uuid::now_v7().simple());
    let mut made = None;
    eventually("a virtual host is made", async || {
        made = stack::city::virtual_host(stores, &name).ok();
        made.is_some()
    })
    .await;
    made.unwrap()
}
