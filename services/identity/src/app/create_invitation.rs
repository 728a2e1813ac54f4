//! Invites a union or a unit to join below one's own.

use audit::{Action, Detail, Entry, Subject};
use auth::Caller;
use chrono::{DateTime, TimeDelta, Utc};
use fast_qr::QRBuilder;
use fast_qr::convert::svg::SvgBuilder;
use postgres::Request;
use refusal::{Fields, Reason};
use vocabulary::InvitationId;

use super::App;
use super::open_session::fresh_secret;
use crate::domain::Invitation;
use crate::domain::{UnionKind, hash_of};
use crate::error::Error;
use crate::store;

const INVITED: Action = Action::new("UNION_INVITED");

/// An invitation that is asked for.
#[derive(Debug, Clone)]
pub struct CreateInvitation {
    /// The call, for repetition.
    pub request: Request,
    /// Who invites.
    pub caller: Caller,
    /// What kind of union may join.
    pub kind: UnionKind,
    /// How long it stays open.
    pub valid: TimeDelta,
}

/// The invitation, with its secret.
#[derive(Clone)]
pub struct Invited {
    /// What is kept.
    pub invitation: Invitation,
    /// What is not.
    pub secret: String,
    /// The link that carries the secret.
    pub link: String,
    /// The link as a picture.
    pub qr_svg: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

impl App {
    /// Makes an invitation. Its secret is shown once and kept as a hash.
    pub async fn create_invitation(self, command: CreateInvitation) -> Result<Invited, Error> {
        let official = command.caller.official()?;
        let scope = command.caller.scope()?;
        let mut tx = self.database.begin().await?;
        command.request.first_time(&mut tx).await?;
        let parent =
            store::union_node::get(&mut tx, &scope, official.union).await?.ok_or_else(Error::not_found)?;
        if !parent.approved {
            return Err(Reason::UnionPending.into());
        }
        if !parent.kind.may_invite(command.kind) {
            let mut fields = Fields::new();
            fields.refuse("kind", Reason::KindNotBelow);
            return Err(fields.refusal().into());
        }
        let (now, secret) = (self.clock.now(), fresh_secret());
        let invitation = Invitation { id: InvitationId::new(), parent: parent.id, kind: command.kind };
        let expires_at = now + command.valid;
        store::invitation::insert(&mut tx, &invitation, &hash_of(&secret), expires_at).await?;
        let entry = Entry::new(now, &command.caller, INVITED, Subject::new("invitation", invitation.id))
            .under(&parent.path)
            .asked_by(command.request.id())
            .with(Detail::new().with("kind", command.kind.as_str()));
        audit::record(&mut tx, &entry).await?;
        tx.commit().await?;
        let link = format!("{}/join/{secret}", self.invitation_base);
        let qr_svg = qr_svg(&link)?;
        Ok(Invited { invitation, secret, link, qr_svg, expires_at })
    }
}

fn qr_svg(link: &str) -> Result<String, Error> {
    let code = QRBuilder::new(link).build().map_err(|_| Error::Stored("a link too long for a QR code"))?;
    Ok(SvgBuilder::default().to_str(&code))
}
