//! `official`: who acts for which union.

use chrono::{DateTime, Utc};
use sqlx::{Error, PgConnection, query, query_as};
use uuid::Uuid;
use vocabulary::OfficialId;

use super::decode;
use crate::domain::{Credentials, Official, SecretHash};

struct Row {
    official_id: Uuid,
    union_id: Uuid,
    path: String,
    centre: bool,
    display_name: String,
    sign_in_name: String,
    person_id: Uuid,
    roles: Vec<String>,
    password_hash: Option<String>,
    totp_sealed: Option<Vec<u8>>,
    totp_step: i64,
}

/// Adds an official who has not activated the appointment.
pub async fn insert(
    connection: &mut PgConnection,
    official: &Official,
    appointment_hash: &SecretHash,
    expires_at: DateTime<Utc>,
) -> Result<(), Error> {
    let roles: Vec<String> = official.roles.iter().map(|role| role.as_str().to_owned()).collect();
    query!(
        "INSERT INTO official (official_id, union_id, centre, display_name, sign_in_name, person_id, roles,
             appointment_hash, appointment_expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        official.id.uuid(),
        official.union.uuid(),
        official.centre,
        official.display_name,
        official.sign_in_name,
        official.person.uuid(),
        &roles,
        appointment_hash.as_slice(),
        expires_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The official whom an open appointment is for.
pub async fn appointed(
    connection: &mut PgConnection,
    appointment_hash: &SecretHash,
    now: DateTime<Utc>,
) -> Result<Option<Official>, Error> {
    let row = query_as!(
        Row,
        "SELECT official_id, o.union_id, u.path, centre, display_name, sign_in_name, person_id, roles, password_hash,
                totp_sealed, totp_step
         FROM official o JOIN union_node u USING (union_id)
         WHERE appointment_hash = $1 AND appointment_expires_at > $2",
        appointment_hash.as_slice(),
        now,
    )
    .fetch_optional(connection)
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// An active official by sign-in name.
pub async fn named(connection: &mut PgConnection, sign_in_name: &str) -> Result<Option<Official>, Error> {
    let row = query_as!(
        Row,
        "SELECT official_id, o.union_id, u.path, centre, display_name, sign_in_name, person_id, roles, password_hash,
                totp_sealed, totp_step
         FROM official o JOIN union_node u USING (union_id)
         WHERE sign_in_name = $1 AND password_hash IS NOT NULL",
        sign_in_name,
    )
    .fetch_optional(connection)
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// An active official by id.
pub async fn get(connection: &mut PgConnection, id: OfficialId) -> Result<Option<Official>, Error> {
    let row = query_as!(
        Row,
        "SELECT official_id, o.union_id, u.path, centre, display_name, sign_in_name, person_id, roles, password_hash,
                totp_sealed, totp_step
         FROM official o JOIN union_node u USING (union_id)
         WHERE official_id = $1 AND password_hash IS NOT NULL",
        id.uuid(),
    )
    .fetch_optional(connection)
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// The official is active, and the appointment has served; false where it had served before.
pub async fn activate(
    connection: &mut PgConnection,
    id: OfficialId,
    appointment_hash: &SecretHash,
    credentials: &Credentials,
) -> Result<bool, Error> {
    let activated = query!(
        "UPDATE official
         SET password_hash = $3, totp_sealed = $4, totp_step = $5, appointment_hash = NULL, appointment_expires_at = NULL
         WHERE official_id = $1 AND appointment_hash = $2",
        id.uuid(),
        appointment_hash.as_slice(),
        credentials.password_hash,
        credentials.totp_sealed,
        credentials.totp_step,
    )
    .execute(connection)
    .await?;
    Ok(activated.rows_affected() == 1)
}

/// Uses one-time passwords up to this time step up; false where they were before.
pub async fn use_step(connection: &mut PgConnection, id: OfficialId, step: i64) -> Result<bool, Error> {
    let used = query!(
        "UPDATE official SET totp_step = $2 WHERE official_id = $1 AND totp_step < $2",
        id.uuid(),
        step,
    )
    .execute(connection)
    .await?;
    Ok(used.rows_affected() == 1)
}

impl TryFrom<Row> for Official {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let credentials = row.password_hash.zip(row.totp_sealed).map(|(password_hash, totp_sealed)| {
            Credentials { password_hash, totp_sealed, totp_step: row.totp_step }
        });
        Ok(Self {
            id: row.official_id.into(),
            union: row.union_id.into(),
            path: row.path.parse().map_err(decode)?,
            centre: row.centre,
            display_name: row.display_name,
            sign_in_name: row.sign_in_name,
            person: row.person_id.into(),
            roles: row.roles.iter().map(|role| role.parse().map_err(decode)).collect::<Result<_, _>>()?,
            credentials,
        })
    }
}
