//! Publishes who moved up, straight from the journal: its sequences commit in order, so "after the last published"
//! never skips one. A message's id follows from the chain, so what is folded again after a set-back is sent under the same
//! id, and has its effect once.

use std::time::Duration;

use messaging::{BrokerConfig, MessagingError, Outgoing, Publisher, routing_key};
use prost::Message;
use proto::quota::PlacePromoted;
use tokio::time;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use vocabulary::ProgrammeId;

use crate::app::App;
use crate::domain::{Digest, Promotion, Sequence};
use crate::store::promotions::{self, Promoting};

/// The most operations whose promotions are published together.
const MOST: i64 = 200;
/// How long to rest where nobody has moved up.
const REST: Duration = Duration::from_millis(100);
/// How long to rest after a failure.
const PAUSE: Duration = Duration::from_secs(1);

/// Publishes promotions for as long as the process runs.
pub async fn announce(app: App, broker: BrokerConfig, service: &'static str, stop: CancellationToken) {
    let mut publisher = None;
    while !stop.is_cancelled() {
        let rest = match publish(&app, &broker, service, &mut publisher).await {
            Ok(true) => continue,
            Ok(false) => REST,
            Err(error) => {
                tracing::warn!(%error, "promotions cannot be published just now");
                publisher = None;
                PAUSE
            }
        };
        stop.run_until_cancelled(time::sleep(rest)).await;
    }
}

/// Publishes what there is of each line; tells whether there may be more.
async fn publish(
    app: &App,
    broker: &BrokerConfig,
    service: &str,
    publisher: &mut Option<Publisher>,
) -> Result<bool, MessagingError> {
    let mut more = false;
    for (programme, after) in promotions::claim(&app.database).await? {
        let promoting = promotions::after(&app.database, &programme, after, MOST).await?;
        let connected = match publisher.take() {
            Some(connected) => connected,
            None => Publisher::connect(broker, service).await?,
        };
        let events: Vec<Outgoing> = promoting.iter().flat_map(|one| events(&programme, one)).collect();
        let delivered = connected.publish(&events).await?;
        *publisher = Some(connected);

        let all_of = |one: &&Promoting| {
            let mut ids = (0..one.promotions.len()).map(|number| message_id(one.digest, number));
            ids.all(|id| delivered.contains(&id))
        };
        let last = promoting.iter().take_while(all_of).last().map_or(after, |one| one.seq);
        promotions::published(&app.database, &programme, last).await?;
        more |= last > after;
    }
    Ok(more)
}

fn events(programme: &ProgrammeId, one: &Promoting) -> Vec<Outgoing> {
    let numbered = one.promotions.iter().enumerate();
    numbered.map(|(number, promotion)| event(programme, one.seq, one.digest, number, promotion)).collect()
}

fn event(
    programme: &ProgrammeId,
    seq: Sequence,
    digest: Digest,
    number: usize,
    promotion: &Promotion,
) -> Outgoing {
    let message = PlacePromoted {
        programme_id: programme.to_string(),
        application_id: promotion.application.to_string(),
        pool_id: promotion.pool.to_string(),
        seat_number: promotion.seat.into(),
        sequence: seq.get(),
    };
    Outgoing {
        message_id: message_id(digest, number),
        routing_key: routing_key::<PlacePromoted>(),
        subject: promotion.application.to_string(),
        body: message.encode_to_vec(),
        traceparent: None,
    }
}

/// The chain's value at the operation, and the number of the effect.
fn message_id(digest: Digest, number: usize) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{digest} {number}").as_bytes())
}
