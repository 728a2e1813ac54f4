//! Whether the broker answers, asked on a connection of its own.

use std::sync::Arc;

use tokio::sync::Mutex;

use crate::BrokerConfig;
use crate::broker::{Broker, connect};
use crate::topology::declare_events;

/// A connection of its own that is only asked whether it answers.
#[derive(Clone)]
pub struct Pulse {
    config: Arc<BrokerConfig>,
    name: String,
    broker: Arc<Mutex<Option<Broker>>>,
}

impl Pulse {
    /// For this broker. It is connected to when it is first asked.
    pub fn of(config: &BrokerConfig, service: &str) -> Self {
        let name = format!("{service} pulse");
        Self { config: Arc::new(config.clone()), name, broker: Arc::default() }
    }

    /// Whether it answers. Whoever gives up on the answer leaves no connection behind.
    pub async fn answers(&self) -> bool {
        let mut kept = self.broker.lock().await;
        // Taken out while it is asked: one that did not answer in time is not asked again.
        let broker = match kept.take().filter(Broker::is_connected) {
            Some(broker) => broker,
            None => match connect(&self.config, &self.name).await {
                Ok(broker) => broker,
                Err(_) => return false,
            },
        };
        // The exchange is there already: to declare it again is a question with an answer.
        let answers = declare_events(&broker.channel).await.is_ok();
        *kept = answers.then_some(broker);
        answers
    }
}
