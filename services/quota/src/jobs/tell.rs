//! Tells hearers outside what happens in the lines (docs/decisions/0013-the-line-is-told-outside.md): straight from the journal,
//! after the commit, a few large strokes a second, so that no reservation waits for it.

use std::time::Duration;

use messaging::{BrokerConfig, MessagingError, Outgoing, Publisher, routing_key};
use prost::{Message, Name};
use proto::quota::{PlaceReleased, PlaceTaken, RoundClosed, RoundOpened};
use tokio::time;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use vocabulary::ProgrammeId;

use crate::app::App;
use crate::domain::{Digest, Happening};
use crate::store::outlet::{self, Happened};

/// Where hearers outside fetch it.
const OUTLET: &str = "yuanmeng.quota.outlet";
/// The most operations of a line that are told together.
const MOST: i64 = 500;
/// How often is looked for what there is to tell.
const PACE: Duration = Duration::from_millis(250);
/// How long to rest after a failure.
const PAUSE: Duration = Duration::from_secs(2);

/// Tells for as long as the process runs.
pub async fn tell(app: App, broker: BrokerConfig, service: &'static str, stop: CancellationToken) {
    let mut publisher = None;
    while !stop.is_cancelled() {
        let rest = match publish(&app, &broker, service, &mut publisher).await {
            Ok(()) => PACE,
            Err(error) => {
                tracing::warn!(%error, "hearers outside cannot be told just now");
                publisher = None;
                PAUSE
            }
        };
        stop.run_until_cancelled(time::sleep(rest)).await;
    }
}

/// Publishes the next stretch of each line.
async fn publish(
    app: &App,
    broker: &BrokerConfig,
    service: &str,
    publisher: &mut Option<Publisher>,
) -> Result<(), MessagingError> {
    for (programme, after) in outlet::claim(&app.database).await? {
        let happened = outlet::after(&app.database, &programme, after, MOST).await?;
        let events: Vec<Outgoing> = happened.iter().filter_map(|one| event(&programme, one)).collect();
        let connected = match publisher.take() {
            Some(connected) => connected,
            None => connect(broker, service).await?,
        };
        let delivered = connected.publish(&events).await?;
        *publisher = Some(connected);

        let is_told = |one: &&Happened| one.what.is_none() || delivered.contains(&message_id(one.digest));
        let last = happened.iter().take_while(is_told).last().map_or(after, |one| one.seq);
        outlet::told(&app.database, &programme, last).await?;
    }
    Ok(())
}

/// A publisher whose events the outlet takes, whether or not anybody has fetched from it yet.
async fn connect(broker: &BrokerConfig, service: &str) -> Result<Publisher, MessagingError> {
    let connected = Publisher::connect(broker, service).await?;
    let keys = [
        routing_key::<PlaceTaken>(),
        routing_key::<PlaceReleased>(),
        routing_key::<RoundOpened>(),
        routing_key::<RoundClosed>(),
    ];
    for key in keys {
        connected.declare_outlet(OUTLET, &key).await?;
    }
    Ok(connected)
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
