//! Makes the city federation and its first administrator, once, by the operator.

use audit::{Action, Actor, Entry, Subject};
use runtime::Clock;
use sealing::Keyring;
use sqlx::PgPool;
use vocabulary::{IdNumber, OfficialId, PersonName, Role, UnionId, UnionPath};

use super::appoint_official::APPOINTMENT_LIFETIME;
use super::open_session::fresh_secret;
use super::people;
use crate::domain::Official;
use crate::domain::Union;
use crate::domain::{AdministrativeCode, SignInName, UnionKind, hash_of};
use crate::error::Error;
use crate::store;

const BOOTSTRAPPED: Action = Action::new("CITY_BOOTSTRAPPED");

/// The city, and who administers it first.
#[derive(Debug, Clone)]
pub struct Bootstrap {
    /// The city federation's name.
    pub name: String,
    /// Its administrative code.
    pub administrative_code: AdministrativeCode,
    /// The administrator's name.
    pub administrator: PersonName,
    /// The name to sign in with.
    pub sign_in_name: SignInName,
    /// The administrator's ID number.
    pub id_number: IdNumber,
}

/// Makes both, and gives the secret that `ActivateOfficial` needs; none where the city is there already.
pub async fn bootstrap(
    database: &PgPool,
    keyring: &Keyring,
    clock: &Clock,
    command: Bootstrap,
) -> Result<Option<String>, Error> {
    let mut tx = database.begin().await?;
    if store::union_node::has_root(&mut tx).await? {
        return Ok(None);
    }
    let (id, now, secret) = (UnionId::new(), clock.now(), fresh_secret());
    let city = Union {
        id,
        name: command.name,
        kind: UnionKind::City,
        approved: true,
        parent: None,
        path: UnionPath::root(id),
        administrative_code: command.administrative_code.as_str().to_owned(),
        credit_code: String::new(),
    };
    store::union_node::insert(&mut tx, &city).await?;
    let administrator = Official {
        id: OfficialId::new(),
        union: id,
        path: city.path.clone(),
        centre: false,
        display_name: command.administrator.expose().to_owned(),
        sign_in_name: command.sign_in_name.as_str().to_owned(),
        person: people::person_of(keyring, &command.id_number),
        roles: vec![Role::Administrator],
        credentials: None,
    };
    store::official::insert(&mut tx, &administrator, &hash_of(&secret), now + APPOINTMENT_LIFETIME).await?;
    let entry = Entry::new(now, Actor::Operator, BOOTSTRAPPED, Subject::new("union", id)).under(&city.path);
    audit::record(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(Some(secret))
}
