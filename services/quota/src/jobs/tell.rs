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
/// The most operations that are told together, of all lines. With [`PACE`] it bounds what a rush costs: a thousand a second.
const MOST: i64 = 250;
/// How often is looked for what there is to tell.
const PACE: Duration = Duration::from_millis(250);
/// How long to rest after a failure.
const PAUSE: Duration = Duration::from_secs(2);

/// Tells for as long as the process runs.
pub async fn tell(app: App, broker: BrokerConfig, service: &'static str, stop: CancellationToken) {
    let mut publisher = None;
    while !stop.is_cancelled() {
        // What was under way is told again, under the same ids.
        let told = stop.run_until_cancelled(publish(&app, &broker, service, &mut publisher)).await;
        let rest = match told {
            Some(Ok(())) => PACE,
            Some(Err(error)) => {
                tracing::warn!(%error, "hearers outside cannot be told just now");
                publisher = None;
                PAUSE
            }
            None => break,
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
    let lines = outlet::claim(&app.database).await?;
    let share = MOST / i64::try_from(lines.len()).unwrap_or(MOST).max(1);
    for (programme, after) in lines {
        let happened = match outlet::after(&app.database, &programme, after, share.max(1)).await {
            Ok(happened) => happened,
            Err(error) => {
                // Others go on.
                tracing::warn!(%programme, seq = %after, %error, "what happened in a line cannot be read");
                continue;
            }
        };
        let events: Vec<Outgoing> = happened.iter().filter_map(|one| event(&programme, one)).collect();
        let connected = match publisher.take() {
            Some(connected) => connected,
            None => connect(broker, service).await?,
        };
        let delivered = connected.publish(&events).await?;

        let is_told = |one: &&Happened| one.what.is_none() || delivered.contains(&message_id(one.digest));
        let told = happened.iter().take_while(is_told);
        let last = told.last().map_or(after, |one| one.seq);
        if happened.last().is_none_or(|end| end.seq == last) {
            *publisher = Some(connected);
        } else {
            // Somebody removed the queue: it is declared again with the next connection.
            tracing::warn!(%programme, seq = %last, "the outlet does not take what happened after this operation");
        }
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
