//! A union or unit joins through an invitation, and waits for its parent's approval.

use audit::{Action, Actor, Entry, Subject};
use auth::Scope;
use postgres::{Request, violated};
use proto::identity as pb;
use refusal::{Fields, Reason};
use vocabulary::{CreditCode, UnionId};

use super::App;
use crate::domain::Invitation;
use crate::domain::Union;
use crate::domain::{AdministrativeCode, UnionKind, hash_of};
use crate::error::Error;
use crate::store;

const JOINED: Action = Action::new("UNION_JOINED");

/// A union that wants to join.
#[derive(Clone)]
pub struct JoinUnion {
    /// The call, for repetition.
    pub request: Request,
    /// The invitation's secret.
    pub secret: String,
    /// The name.
    pub name: String,
    /// The administrative code, if it has one.
    pub administrative_code: Option<AdministrativeCode>,
    /// The credit code, if it is a unit.
    pub credit_code: Option<CreditCode>,
}

impl App {
    /// Adds the union, PENDING, and uses the invitation up.
    pub async fn join_union(self, command: JoinUnion) -> Result<pb::JoinUnionResponse, Error> {
        let mut tx = self.database.begin().await?;
        if let Some(answer) = command.request.answered(&mut tx).await? {
            return Ok(answer);
        }
        let now = self.clock.now();
        let invitation = store::invitation::lock(&mut tx, &hash_of(&command.secret), now).await?;
        let invitation = invitation.ok_or(Reason::InvitationInvalid)?;
        let parent = store::union_node::get(&mut tx, &Scope::Everything, invitation.parent).await?;
        let union = joined(&command, &invitation, &parent.ok_or_else(Error::not_found)?)?;
        if store::union_node::has_place(&mut tx, &union.administrative_code).await? {
            return Err(Reason::AdministrativeCodeTaken.into());
        }
        store::union_node::insert(&mut tx, &union).await.map_err(taken)?;
        store::invitation::used(&mut tx, invitation.id, union.id.uuid()).await?;
        let entry = Entry::new(now, Actor::Anyone, JOINED, Subject::new("union", union.id))
            .under(&union.path)
            .asked_by(command.request.id());
        audit::record(&mut tx, &entry).await?;
        let answer = pb::JoinUnionResponse { union: Some((&union).into()) };
        command.request.keep(&mut tx, &answer).await?;
        tx.commit().await?;
        Ok(answer)
    }
}

fn joined(command: &JoinUnion, invitation: &Invitation, parent: &Union) -> Result<Union, Error> {
    let mut fields = Fields::new();
    if invitation.kind == UnionKind::Unit && command.credit_code.is_none() {
        fields.refuse("credit_code", Reason::FieldRequired);
    }
    if !invitation.kind.may_have_place() && command.administrative_code.is_some() {
        fields.refuse("administrative_code", Reason::AdministrativeCodeUnexpected);
    }
    if !fields.all_right() {
        return Err(fields.refusal().into());
    }
    let id = UnionId::new();
    Ok(Union {
        id,
        name: command.name.clone(),
        kind: invitation.kind,
        approved: false,
        parent: Some(parent.id),
        path: parent.path.child(id).map_err(|_| Reason::KindNotBelow)?,
        administrative_code: command.administrative_code.as_ref().map_or("", |code| code.as_str()).to_owned(),
        credit_code: command.credit_code.as_ref().map_or("", |code| code.as_str()).to_owned(),
    })
}

fn taken(error: sqlx::Error) -> Error {
    match violated(&error) {
        Some("names_differ_among_siblings") => Reason::UnionNameTaken.into(),
        Some("one_unit_a_credit_code") => Reason::CreditCodeTaken.into(),
        _ => error.into(),
    }
}
