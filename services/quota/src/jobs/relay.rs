//! Tells others what happens in the lines, straight from the journal and after the commit: its sequences commit in order, so "after
//! the last one told" never skips one. A message's id follows from the chain, so what is told again, after a failure or a
//! PostgreSQL that was set back, is told under the same id.

mod outlet;
mod promotions;

use std::time::Duration;

use messaging::{BrokerConfig, MessagingError, Outgoing, Publisher};
use tokio::time;
use tokio_util::sync::CancellationToken;

pub use self::outlet::Outlet;
pub use self::promotions::Promotions;
use crate::app::App;
use crate::domain::Sequence;
use crate::store::relay::{self, Claimed, Hearer};

/// After a failure, and where no queue takes what is told, this long passes.
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
    /// The operations that say something, in order, with what they say.
    told: Vec<(Sequence, Vec<Outgoing>)>,
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
                publisher = None;
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
    let mut all_taken = true;
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
        let (told, is_whole) = if stretch.told.is_empty() {
            (stretch.end, true)
        } else {
            if publisher.is_none() {
                *publisher = Some(telling.connect(broker, service).await?);
            }
            let connected = publisher.as_ref().ok_or(MessagingError::Unconfirmed)?;
            stretch.send(connected, line.told).await?
        };
        let rest = if is_whole { T::REST } else { PAUSE };
        all_taken &= is_whole;
        relay::told(&app.database, T::HEARER, programme, told, rest).await?;
    }
    if !all_taken {
        // Somebody may have removed a queue: it is declared again with the next connection.
        *publisher = None;
    }
    Ok(())
}

impl Stretch {
    /// Publishes it; gives up to where it was taken, and whether that is all of it.
    async fn send(self, publisher: &Publisher, before: Sequence) -> Result<(Sequence, bool), MessagingError> {
        let events: Vec<Outgoing> = self.told.iter().flat_map(|(_, events)| events.iter().cloned()).collect();
        let taken = publisher.publish(&events).await?;
        let is_taken = |(_, events): &&(Sequence, Vec<Outgoing>)| {
            events.iter().all(|event| taken.contains(&event.message_id))
        };
        let whole = self.told.iter().take_while(is_taken);
        let (count, last) = whole.fold((0, before), |(count, _), (seq, _)| (count + 1, *seq));
        let is_whole = count == self.told.len();
        Ok((if is_whole { self.end } else { last }, is_whole))
    }
}
