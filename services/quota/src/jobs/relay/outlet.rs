//! What happens in the lines, for hearers outside (docs/decisions/0013-the-line-is-told-outside.md): a few large strokes a second, and
//! less of it while people ask for places, so that no reservation waits for it.

use std::time::Duration;

use messaging::{BrokerConfig, MessagingError, Outgoing, Publisher, routing_key};
use prost::{Message, Name};
use proto::quota::{PlaceReleased, PlaceTaken, RoundClosed, RoundOpened};
use uuid::Uuid;
use vocabulary::ProgrammeId;

use super::{Stretch, Telling};
use crate::app::App;
use crate::domain::{Digest, Happening};
use crate::store::relay::{self, Claimed, Happened, Hearer};

/// Where hearers outside fetch it.
const QUEUE: &str = "yuanmeng.quota.outlet";
/// The most operations of all lines that one stroke tells. With the rest between two it bounds what telling costs: two thousand
/// a second,
const MOST: i64 = 1_000;
/// and a hundred while somebody waits at this replica.
const MOST_IN_A_RUSH: i64 = 50;

/// Tells hearers outside.
pub struct Outlet;

impl Telling for Outlet {
    const HEARER: Hearer = Hearer::Outside;
    const PACE: Duration = Duration::from_millis(250);
    const REST: Duration = Duration::from_millis(500);

    /// Whether or not anybody has fetched from it yet, the queue is there.
    async fn connect(&self, broker: &BrokerConfig, service: &str) -> Result<Publisher, MessagingError> {
        let connected = Publisher::connect(broker, service).await?;
        let keys = [
            routing_key::<PlaceTaken>(),
            routing_key::<PlaceReleased>(),
            routing_key::<RoundOpened>(),
            routing_key::<RoundClosed>(),
        ];
        for key in keys {
            connected.declare_outlet(QUEUE, &key).await?;
        }
        Ok(connected)
    }

    async fn read(&self, app: &App, line: &Claimed, lines: i64) -> Result<Stretch, sqlx::Error> {
        let most = if app.desks.are_wanted() { MOST_IN_A_RUSH } else { MOST };
        let share = (most / lines).max(1);
        let happened = relay::happened(&app.database, line, share).await?;
        let end = happened.last().map_or(line.last, |one| one.seq);
        let told = happened.iter().filter_map(|one| Some((event(&line.programme, one)?, one.seq)));
        let (events, of) = told.unzip();
        Ok(Stretch { events, of, end })
    }
}

fn event(programme: &ProgrammeId, one: &Happened) -> Option<Outgoing> {
    let (programme_id, sequence) = (programme.to_string(), one.seq.get());
    let id = message_id(one.digest);
    Some(match one.what.as_ref()? {
        Happening::Opened(round) => {
            let round_id = round.to_string();
            outgoing(id, programme, &RoundOpened { programme_id, round_id, sequence })
        }
        Happening::Closed(round) => {
            let round_id = round.to_string();
            outgoing(id, programme, &RoundClosed { programme_id, round_id, sequence })
        }
        Happening::Taken { application, arrival, round } => {
            let (application_id, round_id) = (application.to_string(), round.to_string());
            let taken =
                PlaceTaken { programme_id, application_id, arrival_number: *arrival, round_id, sequence };
            outgoing(id, application, &taken)
        }
        Happening::Released { application, arrival } => {
            let application_id = application.to_string();
            let released = PlaceReleased { programme_id, application_id, arrival_number: *arrival, sequence };
            outgoing(id, application, &released)
        }
    })
}

fn outgoing<M: Message + Name>(message_id: Uuid, subject: &impl ToString, message: &M) -> Outgoing {
    Outgoing {
        message_id,
        routing_key: routing_key::<M>(),
        subject: subject.to_string(),
        body: message.encode_to_vec(),
        traceparent: None,
    }
}

/// The chain's value at the operation, and that it is told of the operation itself: promotions by it have numbers.
fn message_id(digest: Digest) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{digest} itself").as_bytes())
}
