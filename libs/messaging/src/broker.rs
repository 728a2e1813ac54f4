//! One connection with one channel. It is never repaired: what fails is made anew.

use std::time::Duration;

use lapin::{Channel, Connection, ConnectionProperties};
use tokio_util::sync::CancellationToken;

use crate::error::chain;
use crate::{BrokerConfig, MessagingError};

const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How long the broker has to answer. A broker that hangs says nothing, and what is asked of a connection at the moment of
/// its end may be left without an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A channel, with the connection that it lives in.
pub struct Broker {
    pub channel: Channel,
    connection: Connection,
}

impl Broker {
    /// Whether it still has its connection.
    pub fn is_connected(&self) -> bool {
        self.connection.status().connected() && self.channel.status().connected()
    }
}

pub async fn connect(config: &BrokerConfig, name: &str) -> Result<Broker, MessagingError> {
    in_time(async {
        let properties = ConnectionProperties::default().with_connection_name(name.to_owned().into());
        let connection = Connection::connect(config.url.expose(), properties).await?;
        let channel = connection.create_channel().await?;
        Ok(Broker { channel, connection })
    })
    .await
}

/// What the broker answers, unless it takes too long.
pub async fn in_time<T>(
    answer: impl Future<Output = Result<T, MessagingError>>,
) -> Result<T, MessagingError> {
    tokio::time::timeout(PATIENCE, answer).await.unwrap_or(Err(MessagingError::Unanswered))
}

/// Does something that needs the broker until the process ends; where it fails, does it anew after a pause.
pub async fn again_and_again<F>(what: &'static str, stop: &CancellationToken, mut attempt: impl FnMut() -> F)
where
    F: Future<Output = Result<(), MessagingError>>,
{
    let mut pause = FIRST_PAUSE;
    while !stop.is_cancelled() {
        let begun = tokio::time::Instant::now();
        if let Err(error) = attempt().await {
            tracing::warn!(
                error = chain(&error),
                "the {what} lost the broker or the database; it begins anew"
            );
        }
        // What has worked for a while deserves a quick new beginning.
        pause = if begun.elapsed() > LONGEST_PAUSE { FIRST_PAUSE } else { (pause * 2).min(LONGEST_PAUSE) };
        stop.run_until_cancelled(tokio::time::sleep(pause)).await;
    }
}
