//! Asks quota for the place of a submission and writes down what it said. Repeated by a sweeper until there is an answer,
//! always with the same operation: quota decides it once.

use audit::{Action, Actor, Detail, Entry, Subject};
use auth::Scope;
use proto::subsidy as pb;
use proto::subsidy::ApplicationSubmitted;
use sqlx::PgConnection;
use vocabulary::{ApplicationId, Day, OperationId};

use super::App;
use crate::clients::Place;
use crate::domain::{Application, ApplicationState, Happened, Receipt, ReviewUnion};
use crate::error::Error;
use crate::store;

const SUBMITTED: Action = Action::new("APPLICATION_SUBMITTED");
const NOT_ADMITTED: Action = Action::new("APPLICATION_NOT_ADMITTED");

impl App {
    /// Takes the place of a submission. Where quota refuses, the application is a draft again and the refusal is passed on.
    pub async fn settle(&self, id: ApplicationId) -> Result<(), Error> {
        let mut connection = self.database.acquire().await?;
        let application = self.read(&mut connection, &Scope::Everything, id).await?;
        drop(connection);
        let ApplicationState::Submitting { operation, .. } = application.state else { return Ok(()) };
        match self.quota.reserve(operation, &application).await {
            Ok(place) => {
                runtime::crash_point!("subsidy.after_reserve");
                self.admit(id, operation, place).await
            }
            Err(Error::Neighbour(failure)) if failure.reason().is_some() => {
                self.turn_away(id, operation, failure.reason().map_or("", refusal::Reason::code)).await?;
                Err(failure.into())
            }
            Err(unanswered) => Err(unanswered),
        }
    }

    /// The submissions that began a while ago are asked for again.
    pub async fn sweep_submissions(&self) -> Result<(), Error> {
        let mut connection = self.database.acquire().await?;
        let left = store::application::submitting(&mut connection).await?;
        drop(connection);
        for id in left {
            match self.settle(id).await {
                Ok(()) => {}
                // Quota said no, and that is written down.
                Err(Error::Neighbour(failure)) if failure.reason().is_some() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Writes the place down and announces the submission: both or neither.
    async fn admit(&self, id: ApplicationId, operation: OperationId, place: Place) -> Result<(), Error> {
        let mut tx = self.database.begin().await?;
        let mut application = self.hold(&mut tx, &Scope::Everything, id).await?;
        let Some(chain) = waiting_for(&application, operation) else { return Ok(()) };
        let now = self.clock.now();
        let receipt = Receipt {
            arrival_number: place.arrival_number,
            sequence: place.sequence,
            chain: place.chain,
            standings: place.standings,
            submitted_at: now,
        };
        let arrival_number = receipt.arrival_number;
        application.receipt = Some(receipt);
        application.state = ApplicationState::InReview;
        self.save(&mut tx, &application).await?;
        self.tell(&mut tx, &application, Happened::Submitted { arrival_number }, now).await?;
        self.announce_submission(&mut tx, &application, &chain).await?;
        let detail = Detail::new().with("arrival", arrival_number).with("operation", operation);
        let entry = Entry::new(now, itself(), SUBMITTED, Subject::new("application", id))
            .under(&application.union_path)
            .with(detail);
        audit::record(&mut tx, &entry).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Quota will not admit it: the worker may submit again, by another operation.
    async fn turn_away(
        &self,
        id: ApplicationId,
        operation: OperationId,
        reason: &'static str,
    ) -> Result<(), Error> {
        let mut tx = self.database.begin().await?;
        let mut application = self.hold(&mut tx, &Scope::Everything, id).await?;
        if waiting_for(&application, operation).is_none() {
            return Ok(());
        }
        application.state = ApplicationState::Draft;
        self.save(&mut tx, &application).await?;
        let entry = Entry::new(self.clock.now(), itself(), NOT_ADMITTED, Subject::new("application", id))
            .under(&application.union_path)
            .with(Detail::new().with("operation", operation).with("reason", reason));
        audit::record(&mut tx, &entry).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn announce_submission(
        &self,
        connection: &mut PgConnection,
        application: &Application,
        chain: &[ReviewUnion],
    ) -> Result<(), Error> {
        let programme = self.programme_of(connection, application).await?;
        let round = programme.round(&application.round_id);
        let review_until: Option<Day> = round.map(|round| round.review.last());
        let (Some(review_until), Some(receipt)) = (review_until, &application.receipt) else {
            return Err(Error::BadAnswer("an application without its round"));
        };
        let event = ApplicationSubmitted {
            application_id: application.id.to_string(),
            application_number: application.number.clone(),
            programme_id: application.programme_id.to_string(),
            round_id: application.round_id.to_string(),
            worker_id: application.worker_id.to_string(),
            masked_name: application.masked_name.clone(),
            arrival_number: receipt.arrival_number,
            chain: chain.iter().map(review_union).collect(),
            revision: application.revision,
            submitted_at: Some(proto::timestamp(receipt.submitted_at)),
            review_until: review_until.to_string(),
            person_id: application.person_id.to_string(),
        };
        messaging::announce(connection, &event.application_id, &event).await?;
        Ok(())
    }
}

/// The review chain, where the application still waits for this very operation.
fn waiting_for(application: &Application, operation: OperationId) -> Option<Vec<ReviewUnion>> {
    match &application.state {
        ApplicationState::Submitting { operation: asked, chain } if *asked == operation => {
            Some(chain.clone())
        }
        _ => None,
    }
}

fn review_union(union: &ReviewUnion) -> pb::ReviewUnion {
    pb::ReviewUnion { union_id: union.id.to_string(), name: union.name.clone(), path: union.path.to_string() }
}

pub(super) fn itself() -> Actor {
    Actor::Service("subsidy".to_owned())
}
