//! A parent union approves a child that has joined.

use audit::{Action, Entry, Subject};
use auth::Caller;
use postgres::{Request, violated};
use proto::identity as pb;
use refusal::Reason;
use vocabulary::UnionId;

use super::App;
use crate::error::Error;
use crate::store;

const APPROVED: Action = Action::new("UNION_APPROVED");

/// A union that is to be approved.
#[derive(Debug, Clone)]
pub struct ApproveUnion {
    /// The call, for repetition.
    pub request: Request,
    /// Who approves.
    pub caller: Caller,
    /// The union.
    pub union_id: UnionId,
}

impl App {
    /// Approves a child of the caller's own union, unless another already stands for its place. One approved before stays so.
    pub async fn approve_union(self, command: ApproveUnion) -> Result<pb::ApproveUnionResponse, Error> {
        let official = command.caller.official()?;
        let scope = command.caller.scope()?;
        let mut tx = self.database.begin().await?;
        if let Some(answer) = command.request.answered(&mut tx).await? {
            return Ok(answer);
        }
        let union = store::union_node::get(&mut tx, &scope, command.union_id).await?;
        let mut union = union.ok_or_else(Error::not_found)?;
        if union.parent != Some(official.union) {
            return Err(Reason::NotTheParent.into());
        }
        if !union.approved {
            store::union_node::approve(&mut tx, union.id).await.map_err(taken)?;
            union.approved = true;
            let subject = Subject::new("union", union.id);
            let entry = Entry::new(self.clock.now(), &command.caller, APPROVED, subject).under(&union.path);
            audit::record(&mut tx, &entry.asked_by(command.request.id())).await?;
        }
        let answer = pb::ApproveUnionResponse { union: Some((&union).into()) };
        command.request.keep(&mut tx, &answer).await?;
        tx.commit().await?;
        Ok(answer)
    }
}

fn taken(error: sqlx::Error) -> Error {
    match violated(&error) {
        Some("one_approved_union_a_place") => Reason::AdministrativeCodeTaken.into(),
        _ => error.into(),
    }
}
