//! Who moved up, for subsidy.

use std::time::Duration;

use messaging::{BrokerConfig, MessagingError, Outgoing, Publisher, routing_key};
use prost::Message;
use proto::quota::PlacePromoted;
use uuid::Uuid;
use vocabulary::ProgrammeId;

use super::{Stretch, Telling};
use crate::app::App;
use crate::domain::{Digest, Promotion, Sequence};
use crate::store::relay::{self, Claimed, Hearer};

/// The most operations whose promotions are published together.
const MOST: i64 = 200;

/// Tells subsidy who moved up.
pub struct Promotions;

impl Telling for Promotions {
    const HEARER: Hearer = Hearer::Subsidy;
    const PACE: Duration = Duration::from_millis(100);
    const REST: Duration = Duration::ZERO;

    async fn connect(&self, broker: &BrokerConfig, service: &str) -> Result<Publisher, MessagingError> {
        Publisher::connect(broker, service).await
    }

    async fn read(&self, app: &App, line: &Claimed, _: i64) -> Result<Stretch, sqlx::Error> {
        let promoting = relay::promotions(&app.database, line, MOST).await?;
        let may_go_on = i64::try_from(promoting.len()).is_ok_and(|read| read == MOST);
        let last = promoting.last().filter(|_| may_go_on).map(|one| one.seq);
        let mut stretch = Stretch { events: Vec::new(), of: Vec::new(), end: last.unwrap_or(line.last) };
        for one in &promoting {
            for (number, promotion) in one.promotions.iter().enumerate() {
                stretch.of.push(one.seq);
                stretch.events.push(event(&line.programme, one.seq, one.digest, number, promotion));
            }
        }
        Ok(stretch)
    }
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
