//! `application`: read within a scope, locked to be changed, written whole.

use auth::Scope;
use chrono::{DateTime, Utc};
use sealing::Keyring;
use serde_json::Value;
use sqlx::{Error, PgConnection, query, query_as, query_scalar};
use uuid::Uuid;
use vocabulary::{ApplicationId, Day, PersonId, ProgrammeId};

use super::material;
use super::row::{ApplicationRow, decode, seal_fields};
use crate::domain::{After, Application, ApplicationState, Filter};

/// The next number that people will know an application by.
pub async fn next_number(connection: &mut PgConnection, year: i32) -> Result<String, Error> {
    let number =
        query_scalar!(r#"SELECT nextval('application_number') AS "number!""#).fetch_one(connection).await?;
    Ok(format!("QXYM-{year}-{number:06}"))
}

/// Writes a new draft. False where the person has an application that counts in this programme (R-17).
pub async fn insert(
    connection: &mut PgConnection,
    keyring: &Keyring,
    application: &Application,
) -> Result<bool, Error> {
    let written = query!(
        "INSERT INTO application (application_id, number, programme_id, round_id, worker_id, person_id, masked_name,
             state, fields, study, level, union_path, revision, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'draft', $8, $9, $10, $11, $12, $13)
         ON CONFLICT (person_id, programme_id) WHERE state NOT IN ('rejected', 'withdrawn', 'expired') DO NOTHING",
        application.id.uuid(),
        application.number,
        application.programme_id.as_str(),
        application.round_id.as_str(),
        application.worker_id.uuid(),
        application.person_id.uuid(),
        application.masked_name,
        seal_fields(keyring, application.id, &application.fields)?,
        serde_json::to_value(&application.study).map_err(decode)?,
        application.study.level.as_str(),
        application.union_path.as_str(),
        application.revision,
        application.created_at,
    )
    .execute(connection)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Reads an application within the scope: a subtree begins with its submission. Whoever sees everything, our own jobs
/// among them, sees drafts too; a door that answers officials looks at what it has read.
pub async fn get(
    connection: &mut PgConnection,
    scope: &Scope,
    keyring: &Keyring,
    id: ApplicationId,
) -> Result<Option<Application>, Error> {
    let row = query_as!(
        ApplicationRow,
        "SELECT application_id, number, programme_id, round_id, worker_id, person_id, masked_name, state, fields, study,
                union_path, revision, printed_revision, operation_id, chain, arrival_number, sequence, line_chain,
                standings, submitted_at, correction, correct_by, created_at
         FROM application
         WHERE ($1 OR worker_id = $2 OR union_path LIKE $3 AND submitted_at IS NOT NULL) AND application_id = $4",
        scope.sees_everything(),
        scope.worker_id(),
        scope.subtree_pattern(),
        id.uuid(),
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let materials = material::of(connection, &[row.application_id]).await?.remove(&row.application_id);
    row.with_materials(keyring, materials.unwrap_or_default()).map(Some)
}

/// Reads an application within the scope, and holds it until the transaction ends.
pub async fn lock(
    connection: &mut PgConnection,
    scope: &Scope,
    keyring: &Keyring,
    id: ApplicationId,
) -> Result<Option<Application>, Error> {
    let held = query_scalar!(
        "SELECT application_id FROM application
         WHERE ($1 OR worker_id = $2 OR union_path LIKE $3 AND submitted_at IS NOT NULL) AND application_id = $4
         FOR UPDATE",
        scope.sees_everything(),
        scope.worker_id(),
        scope.subtree_pattern(),
        id.uuid(),
    )
    .fetch_optional(&mut *connection)
    .await?;
    match held {
        Some(_) => get(connection, scope, keyring, id).await,
        None => Ok(None),
    }
}

/// The application of a person in a programme that counts for R-17, if there is one.
pub async fn counting(
    connection: &mut PgConnection,
    person: PersonId,
    programme: &ProgrammeId,
) -> Result<Option<ApplicationId>, Error> {
    let id = query_scalar!(
        "SELECT application_id FROM application
         WHERE person_id = $1 AND programme_id = $2 AND state NOT IN ('rejected', 'withdrawn', 'expired')",
        person.uuid(),
        programme.as_str(),
    )
    .fetch_optional(connection)
    .await?;
    Ok(id.map(ApplicationId::from))
}

/// Lists applications within the scope, newest first, without their materials.
pub async fn list(
    connection: &mut PgConnection,
    scope: &Scope,
    keyring: &Keyring,
    filter: &Filter,
    after: Option<After>,
    limit: i64,
) -> Result<Vec<Application>, Error> {
    let (created_at, id) = after.map(|after| (after.created_at, after.id.uuid())).unzip();
    let rows = query_as!(
        ApplicationRow,
        "SELECT application_id, number, programme_id, round_id, worker_id, person_id, masked_name, state, fields, study,
                union_path, revision, printed_revision, operation_id, chain, arrival_number, sequence, line_chain,
                standings, submitted_at, correction, correct_by, created_at
         FROM application
         WHERE ($1 AND submitted_at IS NOT NULL OR worker_id = $2 OR union_path LIKE $3 AND submitted_at IS NOT NULL)
           AND ($4::text IS NULL OR programme_id = $4)
           AND ($5::text IS NULL OR state = $5)
           AND ($6::timestamptz IS NULL OR (created_at, application_id) < ($6, $7))
         ORDER BY created_at DESC, application_id DESC LIMIT $8",
        scope.sees_everything(),
        scope.worker_id(),
        scope.subtree_pattern(),
        filter.programme.as_ref().map(ProgrammeId::as_str),
        filter.state,
        created_at,
        id,
        limit,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| row.with_materials(keyring, Vec::new())).collect()
}

/// Submissions that began a while ago and have no place yet; a bounded number.
pub async fn submitting(connection: &mut PgConnection) -> Result<Vec<ApplicationId>, Error> {
    let ids = query_scalar!(
        "SELECT application_id FROM application
         WHERE state = 'submitting' AND submitting_since < now() - interval '3 seconds'
         ORDER BY submitting_since LIMIT 200"
    )
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(ApplicationId::from).collect())
}

/// Returned applications whose correction was due before this day; a bounded number.
pub async fn overdue(connection: &mut PgConnection, today: Day) -> Result<Vec<ApplicationId>, Error> {
    let ids = query_scalar!(
        "SELECT application_id FROM application WHERE state = 'returned' AND correct_by < $1
         ORDER BY correct_by LIMIT 200",
        today.date(),
    )
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(ApplicationId::from).collect())
}

/// Writes what changes in an application's life.
pub async fn save(
    connection: &mut PgConnection,
    keyring: &Keyring,
    application: &Application,
) -> Result<(), Error> {
    let state = StateColumns::of(&application.state)?;
    let place = PlaceColumns::of(application)?;
    query!(
        "UPDATE application
         SET state = $2, fields = $3, study = $4, revision = $5, printed_revision = $6,
             operation_id = COALESCE($7, operation_id), chain = COALESCE($8, chain),
             submitting_since = CASE WHEN state <> 'submitting' AND $2 = 'submitting' THEN now()
                                     ELSE submitting_since END,
             correction = $9, correct_by = $10,
             arrival_number = $11, sequence = $12, line_chain = $13, standings = $14, submitted_at = $15
         WHERE application_id = $1",
        application.id.uuid(),
        application.state.as_str(),
        seal_fields(keyring, application.id, &application.fields)?,
        serde_json::to_value(&application.study).map_err(decode)?,
        application.revision,
        application.printed_revision,
        state.operation,
        state.chain,
        state.correction,
        state.correct_by,
        place.arrival_number,
        place.sequence,
        place.chain,
        place.standings,
        place.submitted_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What a state has of its own.
#[derive(Default)]
struct StateColumns {
    operation: Option<Uuid>,
    chain: Option<Value>,
    correction: Option<String>,
    correct_by: Option<chrono::NaiveDate>,
}

impl StateColumns {
    fn of(state: &ApplicationState) -> Result<Self, Error> {
        Ok(match state {
            ApplicationState::Submitting { operation, chain } => Self {
                operation: Some(operation.uuid()),
                chain: Some(serde_json::to_value(chain).map_err(decode)?),
                ..Self::default()
            },
            ApplicationState::Returned { correction, correct_by } => Self {
                correction: Some(correction.clone()),
                correct_by: Some(correct_by.date()),
                ..Self::default()
            },
            _ => Self::default(),
        })
    }
}

#[derive(Default)]
struct PlaceColumns {
    arrival_number: Option<i64>,
    sequence: Option<i64>,
    chain: Option<String>,
    standings: Option<Value>,
    submitted_at: Option<DateTime<Utc>>,
}

impl PlaceColumns {
    fn of(application: &Application) -> Result<Self, Error> {
        let Some(receipt) = &application.receipt else { return Ok(Self::default()) };
        Ok(Self {
            arrival_number: Some(receipt.arrival_number),
            sequence: Some(receipt.sequence),
            chain: Some(receipt.chain.clone()),
            standings: Some(serde_json::to_value(&receipt.standings).map_err(decode)?),
            submitted_at: Some(receipt.submitted_at),
        })
    }
}
