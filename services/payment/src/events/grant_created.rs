//! `subsidy.grant_created.v1` opens a grant.

use messaging::{Event, Handler, HandlerError};
use proto::subsidy::GrantCreated;
use refusal::{Fields, Refusal};
use sqlx::PgConnection;
use vocabulary::{Fen, UnionId};

use super::unreadable;
use crate::app::App;
use crate::domain::{Grant, GrantState};

/// Opens a grant.
pub struct OpenGrant(pub App);

impl Handler for OpenGrant {
    type Message = GrantCreated;

    async fn handle(
        &self,
        connection: &mut PgConnection,
        event: Event<Self::Message>,
    ) -> Result<(), HandlerError> {
        let (grant, union) = grant(event.message).map_err(unreadable)?;
        Ok(self.0.open_grant(connection, grant, union).await?)
    }
}

fn grant(message: GrantCreated) -> Result<(Grant, UnionId), Refusal> {
    let mut fields = Fields::new();
    let id = fields.parse("grant_id", &message.grant_id);
    let application_id = fields.parse("application_id", &message.application_id);
    let programme_id = fields.parse("programme_id", &message.programme_id);
    let pool_id = fields.parse("pool_id", &message.pool_id);
    let union = fields.parse::<UnionId>("funding_union_id", &message.funding_union_id);
    let union_path = fields.require("funding_union_path", message.funding_union_path.parse().ok());
    let enrollment_id = fields.parse("enrollment_id", &message.enrollment_id);
    let worker_id = fields.parse("worker_id", &message.worker_id);
    let amount = fields.convert::<Fen, _>("amount_fen", message.amount_fen);
    let tuition = fields.convert::<Fen, _>("tuition_fen", message.tuition_fen);
    let created_at = fields.require("created_at", proto::instant(message.created_at.as_ref()));
    let (Some(id), Some(application_id), Some(programme_id), Some(pool_id), Some(union), Some(union_path)) =
        (id, application_id, programme_id, pool_id, union, union_path)
    else {
        return Err(fields.refusal());
    };
    let (Some(enrollment_id), Some(worker_id), Some(amount), Some(tuition), Some(created_at)) =
        (enrollment_id, worker_id, amount, tuition, created_at)
    else {
        return Err(fields.refusal());
    };
    let grant = Grant {
        id,
        application_id,
        application_number: message.application_number,
        programme_id,
        pool_id,
        union_path,
        pool_depth: message.pool_depth,
        enrollment_id,
        worker_id,
        amount,
        tuition,
        payable: amount,
        released: Fen::ZERO,
        paid: Fen::ZERO,
        state: GrantState::WaitingForFund,
        created_at,
        instalments: Vec::new(),
    };
    Ok((grant, union))
}
