//! Tells others what happens in the lines, straight from the journal and after the commit: its sequences commit in order, so "after
//! the last one told" never skips one. A message's id follows from the chain, so what is told again, after a failure or a
//! PostgreSQL that was set back, is told under the same id.

mod outlet;
mod promotions;

use std::collections::HashSet;
use std::time::Duration;

use messaging::{BrokerConfig, MessagingError, Outgoing, Publisher};
use tokio::time;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub use self::outlet::Outlet;
pub use self::promotions::Promotions;
use crate::app::App;
use crate::domain::Sequence;
use crate::store::relay::{self, Claimed, Hearer};

/// So many events are published together, and confirmed in the broker's time: one operation may seat a hundred thousand.
const TOGETHER: usize = 1_000;
/// Where no queue takes what is told, this long passes; after a failure too, and until the lines that were claimed are free again.
const PAUSE: Duration = Duration::from_secs(1);

/// What is told, and to whom.
pub trait Telling: Send + Sync {
    /// Who is told.
    const HEARER: Hearer;
    /// How often is looked for what there is to tell.
    const PACE: Duration;
    /// How long a line rests between two stretches.
    const REST: Duration;

    /// A publisher whose events find a queue, as far as it is quota's to see to that.
    fn connect(
        &self,
        broker: &BrokerConfig,
        service: &str,
    ) -> impl Future<Output = Result<Publisher, MessagingError>> + Send;

    /// What there is to tell next of a line that was claimed together with others.
    fn read(
        &self,
        app: &App,
        line: &Claimed,
        lines: i64,
    ) -> impl Future<Output = Result<Stretch, sqlx::Error>> + Send;
}

/// What is told together of one line.
pub struct Stretch {
    /// What there is to say, in order.
    events: Vec<Outgoing>,
    /// Of which operation each of them says something.
    of: Vec<Sequence>,
    /// Up to here nothing else is to be told.
    end: Sequence,
}

/// Tells for as long as the process runs.
pub async fn relay<T: Telling>(
    telling: T,
    app: App,
    broker: BrokerConfig,
    service: &'static str,
    stop: CancellationToken,
) {
    let mut publisher = None;
    while !stop.is_cancelled() {
        // What was under way is told again, under the same ids.
        let told = stop.run_until_cancelled(publish(&telling, &app, &broker, service, &mut publisher)).await;
        let rest = match told {
            Some(Ok(())) => T::PACE,
            Some(Err(error)) => {
                tracing::warn!(hearer = ?T::HEARER, %error, "others cannot be told just now");
                PAUSE
            }
            None => break,
        };
        stop.run_until_cancelled(time::sleep(rest)).await;
    }
}

/// Publishes the next stretch of each line.
async fn publish<T: Telling>(
    telling: &T,
    app: &App,
    broker: &BrokerConfig,
    service: &str,
    publisher: &mut Option<Publisher>,
) -> Result<(), MessagingError> {
    let lines = relay::claim(&app.database, T::HEARER).await?;
    let count = i64::try_from(lines.len()).unwrap_or(i64::MAX);
    let mut missing = false;
    for line in &lines {
        let programme = &line.programme;
        let stretch = match telling.read(app, line, count).await {
            Ok(stretch) => stretch,
            Err(error) => {
                // Others go on.
                tracing::warn!(%programme, seq = %line.told, %error, "what is to be told of a line cannot be read");
                continue;
            }
        };
        let mut missed = None;
        if !stretch.events.is_empty() {
            let connected = match publisher.take() {
                Some(connected) => connected,
                None => telling.connect(broker, service).await?,
            };
            missed = stretch.missed(&taken_of(&connected, &stretch.events).await?);
            *publisher = Some(connected);
        }
        missing |= missed.is_some();
        let (told, rest) = missed.map_or((stretch.end, T::REST), |missed| (missed.before(), PAUSE));
        relay::told(&app.database, T::HEARER, programme, told, rest).await?;
    }
    if missing {
        // It may never have been there, or somebody removed it: what is quota's is declared again with the next connection.
        tracing::warn!(hearer = ?T::HEARER, "no queue takes what there is to tell");
        *publisher = None;
    }
    Ok(())
}

/// Which of these the broker has taken.
async fn taken_of(publisher: &Publisher, events: &[Outgoing]) -> Result<HashSet<Uuid>, MessagingError> {
    let mut taken = HashSet::with_capacity(events.len());
    for some in events.chunks(TOGETHER) {
        taken.extend(publisher.publish(some).await?);
    }
    Ok(taken)
}

impl Stretch {
    /// The first operation of which not everything was taken.
    fn missed(&self, taken: &HashSet<Uuid>) -> Option<Sequence> {
        let mut each = self.events.iter().zip(&self.of);
        each.find(|(event, _)| !taken.contains(&event.message_id)).map(|(_, of)| *of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(message_id: Uuid) -> Outgoing {
        let (routing_key, subject) = (String::new(), String::new());
        Outgoing { message_id, routing_key, subject, body: Vec::new(), traceparent: None }
    }

    /// An operation of which a part was taken is told again as a whole: the ids are the same.
    #[test]
    fn what_was_not_taken_is_told_again() {
        let ids: Vec<Uuid> = (1..=4).map(Uuid::from_u128).collect();
        let events = ids.iter().copied().map(event).collect();
        let stretch = Stretch { events, of: [3, 7, 7, 9].map(Sequence::from).to_vec(), end: 12.into() };
        let missed = |taken: &[Uuid]| stretch.missed(&taken.iter().copied().collect());
        assert_eq!(missed(&ids), None);
        assert_eq!(missed(&[ids[0], ids[1], ids[3]]), Some(7.into()));
        assert_eq!(missed(&[]), Some(3.into()));
    }
}
