//! Appoints an official of the caller's union or of one below it.

use audit::{Action, Detail, Entry, Subject};
use auth::{Caller, Scope};
use chrono::TimeDelta;
use postgres::{Request, violated};
use refusal::Reason;
use vocabulary::{IdNumber, OfficialId, PersonName, Role, UnionId};

use super::open_session::fresh_secret;
use super::{App, people};
use crate::domain::Official;
use crate::domain::Union;
use crate::domain::{SignInName, hash_of};
use crate::error::Error;
use crate::store;

const APPOINTED: Action = Action::new("OFFICIAL_APPOINTED");

/// How long an appointment waits to be activated.
pub const APPOINTMENT_LIFETIME: TimeDelta = TimeDelta::days(7);

/// An appointment that is asked for.
#[derive(Debug, Clone)]
pub struct AppointOfficial {
    /// The call, for repetition.
    pub request: Request,
    /// Who appoints.
    pub caller: Caller,
    /// The union to act for.
    pub union_id: UnionId,
    /// True for the Culture Centre.
    pub centre: bool,
    /// The name shown to colleagues.
    pub display_name: PersonName,
    /// The name to sign in with.
    pub sign_in_name: SignInName,
    /// The person.
    pub id_number: IdNumber,
    /// What the official may do.
    pub roles: Vec<Role>,
}

/// The appointment, with its secret.
#[derive(Clone)]
pub struct Appointed {
    /// The official, not yet active.
    pub official: Official,
    /// What activation needs.
    pub secret: String,
}

impl App {
    /// Appoints. Of the ID number only the opaque person id is kept.
    pub async fn appoint_official(self, command: AppointOfficial) -> Result<Appointed, Error> {
        let mut tx = self.database.begin().await?;
        command.request.first_time(&mut tx).await?;
        let union = store::union_node::get(&mut tx, &command.caller.scope()?, command.union_id).await?;
        let union = union.ok_or_else(Error::not_found)?;
        may_appoint(&command, &union)?;
        let (now, secret) = (self.clock.now(), fresh_secret());
        let official = self.official(&command, union);
        store::official::insert(&mut tx, &official, &hash_of(&secret), now + APPOINTMENT_LIFETIME)
            .await
            .map_err(taken)?;
        let roles: Vec<&'static str> = official.roles.iter().map(|role| role.as_str()).collect();
        let entry = Entry::new(now, &command.caller, APPOINTED, Subject::new("official", official.id))
            .under(&official.path)
            .asked_by(command.request.id())
            .with(Detail::new().with("roles", roles).with("centre", official.centre));
        audit::record(&mut tx, &entry).await?;
        tx.commit().await?;
        Ok(Appointed { official, secret })
    }

    fn official(&self, command: &AppointOfficial, union: Union) -> Official {
        Official {
            id: OfficialId::new(),
            union: union.id,
            path: union.path,
            centre: command.centre,
            display_name: command.display_name.expose().to_owned(),
            sign_in_name: command.sign_in_name.as_str().to_owned(),
            person: people::person_of(&self.keyring, &command.id_number),
            roles: command.roles.clone(),
            credentials: None,
        }
    }
}

/// Within the own subtree, to a union that acts; to the Centre only by the city or the Centre itself.
fn may_appoint(command: &AppointOfficial, union: &Union) -> Result<(), Error> {
    let in_scope = match command.caller.scope()? {
        Scope::Subtree(top) => top.contains(&union.path),
        Scope::Everything => true,
        Scope::Worker(_) => false,
    };
    let official = command.caller.official()?;
    if !in_scope {
        return Err(Error::not_found());
    }
    if !union.approved {
        return Err(Reason::UnionPending.into());
    }
    let at_the_top = union.parent.is_none() && (official.centre || official.of_the_city());
    if command.centre && !at_the_top {
        return Err(Reason::CentreNotYours.into());
    }
    Ok(())
}

pub fn taken(error: sqlx::Error) -> Error {
    match violated(&error) {
        Some("one_official_a_sign_in_name") => Reason::SignInNameTaken.into(),
        _ => error.into(),
    }
}
