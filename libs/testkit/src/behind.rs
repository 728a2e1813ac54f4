//! What a test does behind the services' backs: it looks into their tables, and tells the broker what a service would.

use std::collections::BTreeMap;
use std::time::Duration;

use messaging::{BrokerConfig, Outgoing, Publisher, routing_key};
use prost::{Message, Name};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, RedisError};
use runtime::Secret;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use stack::Service;
use uuid::Uuid;

use crate::{City, eventually};

/// A test looks into a table now and then; many tests share one PostgreSQL.
const CONNECTIONS: u32 = 2;
/// How long a test waits for Redis.
const PATIENCE: Duration = Duration::from_secs(30);

/// A Redis, with the patience that a busy machine needs: by itself the client gives up after half a second.
pub async fn redis_at(url: &str) -> Result<MultiplexedConnection, RedisError> {
    let patient = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(PATIENCE))
        .set_response_timeout(Some(PATIENCE));
    redis::Client::open(url)?.get_multiplexed_async_connection_with_config(&patient).await
}

impl City {
    /// A service's own tables, in that service's own role.
    ///
    /// # Panics
    /// Where the service is not part of this city.
    pub async fn database(&self, service: Service) -> PgPool {
        let url = self.stack.database_url(service).expect("the service is part of this city");
        PgPoolOptions::new().max_connections(CONNECTIONS).connect(url).await.unwrap()
    }

    /// Where events of this city go.
    pub fn broker(&self) -> BrokerConfig {
        let url = Secret::new(self.stack.broker_url().to_owned());
        BrokerConfig { url, confirm_timeout_ms: 5_000, prefetch: 8 }
    }

    /// Publishes an event under this id, and waits until some queue has it.
    ///
    /// # Panics
    /// Where the broker cannot be reached, or nobody hears the event.
    pub async fn publish<M: Message + Name>(&self, message_id: Uuid, message: &M) {
        let event = Outgoing {
            message_id,
            routing_key: routing_key::<M>(),
            subject: "a test".to_owned(),
            body: message.encode_to_vec(),
            traceparent: None,
        };
        let publisher = Publisher::connect(&self.broker(), "test").await.unwrap();
        eventually("somebody hears the event", async || {
            let taken = publisher.publish(std::slice::from_ref(&event)).await.unwrap();
            taken.contains(&message_id)
        })
        .await;
    }

    /// The Redis that orders the lines loses everything it holds, functions too.
    ///
    /// # Panics
    /// Where it cannot be reached.
    pub async fn wipe_order(&self) {
        let mut connection = redis_at(self.stack.order().url()).await.unwrap();
        redis::pipe().cmd("FLUSHALL").cmd("FUNCTION").arg("FLUSH").exec_async(&mut connection).await.unwrap();
    }

    /// What each instance of each service has logged so far, by its name.
    ///
    /// # Panics
    /// Where one has no log.
    pub fn logs(&self) -> BTreeMap<String, String> {
        let services = self.stack.services();
        let read = |name: &str| std::fs::read_to_string(services.log(name).unwrap()).unwrap();
        services.status().into_iter().map(|(name, _)| (name.clone(), read(&name))).collect()
    }
}
