//! `subsidy.application_submitted.v1` opens a case.

use messaging::{Event, Handler, HandlerError};
use proto::subsidy::{ApplicationSubmitted, ReviewUnion as ReviewUnionMessage};
use refusal::{Fields, Refusal};
use sqlx::PgConnection;
use vocabulary::UnionPath;

use super::unreadable;
use crate::app::{App, Submission};
use crate::domain::ReviewUnion;

/// Opens a case.
pub struct OpenCase(pub App);

impl Handler for OpenCase {
    type Message = ApplicationSubmitted;

    async fn handle(
        &self,
        connection: &mut PgConnection,
        event: Event<Self::Message>,
    ) -> Result<(), HandlerError> {
        let submission = submission(event.message).map_err(unreadable)?;
        Ok(self.0.open_case(connection, submission).await?)
    }
}

fn submission(message: ApplicationSubmitted) -> Result<Submission, Refusal> {
    let mut fields = Fields::new();
    let application_id = fields.parse("application_id", &message.application_id);
    let programme_id = fields.parse("programme_id", &message.programme_id);
    let round_id = fields.parse("round_id", &message.round_id);
    let person_id = fields.parse("person_id", &message.person_id);
    let review_until = fields.parse("review_until", &message.review_until);
    let submitted_at = fields.require("submitted_at", proto::instant(message.submitted_at.as_ref()));
    let union_path = union_path(&mut fields, &message.chain);
    let chain: Option<Vec<_>> = message.chain.iter().map(|union| review_union(&mut fields, union)).collect();
    let (
        Some(application_id),
        Some(programme_id),
        Some(round_id),
        Some(person_id),
        Some(review_until),
        Some(submitted_at),
        Some(union_path),
        Some(chain),
    ) = (application_id, programme_id, round_id, person_id, review_until, submitted_at, union_path, chain)
    else {
        return Err(fields.refusal());
    };
    Ok(Submission {
        application_id,
        application_number: message.application_number,
        programme_id,
        round_id,
        person_id,
        masked_name: message.masked_name,
        arrival_number: message.arrival_number,
        chain,
        union_path,
        revision: message.revision,
        submitted_at,
        review_until,
    })
}

/// The chosen union comes first in the chain.
fn union_path(fields: &mut Fields, chain: &[ReviewUnionMessage]) -> Option<UnionPath> {
    let chosen = fields.require("chain", chain.first())?;
    fields.require("chain.path", chosen.path.parse().ok())
}

fn review_union(fields: &mut Fields, union: &ReviewUnionMessage) -> Option<ReviewUnion> {
    let id = fields.parse("chain.union_id", &union.union_id)?;
    Some(ReviewUnion { id, name: union.name.clone() })
}
