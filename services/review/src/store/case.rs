//! `review_case`: read within a scope, locked to be decided, written whole.

use auth::Scope;
use sqlx::{Error, PgConnection, query, query_as, query_scalar};
use uuid::Uuid;
use vocabulary::{ApplicationId, CaseId, ProgrammeId};

use super::row::{CaseRow, state_name};
use super::step;
use crate::domain::{After, Case, CaseState, Filter};

/// Opens a case with its steps. False where the application has one already.
pub async fn open(connection: &mut PgConnection, case: &Case) -> Result<bool, Error> {
    let current_step = current_step(case)?;
    let opened = query!(
        "INSERT INTO review_case (case_id, application_id, application_number, programme_id, round_id, person_id,
             masked_name, arrival_number, state, current_step, revision, union_path, review_until, submitted_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         ON CONFLICT ON CONSTRAINT one_case_per_application DO NOTHING",
        case.id.uuid(),
        case.application_id.uuid(),
        case.application_number,
        case.programme_id.as_str(),
        case.round_id.as_str(),
        case.person_id.uuid(),
        case.masked_name,
        case.arrival_number,
        state_name(&case.state),
        current_step,
        case.revision,
        case.union_path.as_str(),
        case.review_until.date(),
        case.submitted_at,
    )
    .execute(&mut *connection)
    .await?
    .rows_affected()
        == 1;
    if opened {
        step::insert(connection, case).await?;
    }
    Ok(opened)
}

/// Reads a case within the scope.
pub async fn get(connection: &mut PgConnection, scope: &Scope, id: CaseId) -> Result<Option<Case>, Error> {
    let row = query_as!(
        CaseRow,
        "SELECT case_id, application_id, application_number, programme_id, round_id, person_id, masked_name,
                arrival_number, state, current_step, revision, correction, correct_by, union_path, review_until,
                submitted_at
         FROM review_case
         WHERE ($1 OR union_path LIKE $2) AND case_id = $3",
        scope.sees_everything(),
        scope.subtree_pattern(),
        id.uuid(),
    )
    .fetch_optional(&mut *connection)
    .await?;
    whole(connection, row).await
}

/// Reads a case within the scope, and holds it until the transaction ends.
pub async fn lock(connection: &mut PgConnection, scope: &Scope, id: CaseId) -> Result<Option<Case>, Error> {
    let seen = query_scalar!(
        "SELECT case_id FROM review_case WHERE ($1 OR union_path LIKE $2) AND case_id = $3 FOR UPDATE",
        scope.sees_everything(),
        scope.subtree_pattern(),
        id.uuid(),
    )
    .fetch_optional(&mut *connection)
    .await?;
    match seen {
        Some(_) => get(connection, scope, id).await,
        None => Ok(None),
    }
}

/// Reads the case of an application, and holds it until the transaction ends.
pub async fn lock_of(
    connection: &mut PgConnection,
    scope: &Scope,
    application: ApplicationId,
) -> Result<Option<Case>, Error> {
    let id = query_scalar!("SELECT case_id FROM review_case WHERE application_id = $1", application.uuid())
        .fetch_optional(&mut *connection)
        .await?;
    match id {
        Some(id) => lock(connection, scope, id.into()).await,
        None => Ok(None),
    }
}

/// Lists cases within the scope, in order of arrival.
pub async fn list(
    connection: &mut PgConnection,
    scope: &Scope,
    filter: &Filter,
    after: Option<After>,
    limit: i64,
) -> Result<Vec<Case>, Error> {
    let (turn_union, turn_centre) = filter.turn_of.map(|(union, centre)| (union.uuid(), centre)).unzip();
    let rows = query_as!(
        CaseRow,
        "SELECT c.case_id, application_id, application_number, programme_id, round_id, c.person_id, masked_name,
                arrival_number, state, current_step, revision, correction, correct_by, union_path, review_until,
                submitted_at
         FROM review_case c
         WHERE ($1 OR union_path LIKE $2)
           AND ($3::text IS NULL OR state = $3)
           AND ($4::text IS NULL OR programme_id = $4)
           AND ($5::uuid IS NULL OR state = 'in_review' AND EXISTS (
                   SELECT FROM review_step s
                   WHERE s.case_id = c.case_id AND s.step = c.current_step AND s.union_id = $5 AND s.centre = $6))
           AND ($7::bigint IS NULL OR (arrival_number, c.case_id) > ($7, $8))
         ORDER BY arrival_number, c.case_id
         LIMIT $9",
        scope.sees_everything(),
        scope.subtree_pattern(),
        filter.state,
        filter.programme.as_ref().map(ProgrammeId::as_str),
        turn_union,
        turn_centre,
        after.map(|after| after.arrival_number),
        after.map(|after| after.case_id.uuid()),
        limit,
    )
    .fetch_all(&mut *connection)
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.case_id).collect();
    let mut steps = step::of(connection, &ids).await?;
    rows.into_iter()
        .map(|row| {
            let steps = steps.remove(&row.case_id).unwrap_or_default();
            row.with_steps(steps)
        })
        .collect()
}

/// Writes where a case stands, with its steps' decisions.
pub async fn save(connection: &mut PgConnection, case: &Case) -> Result<(), Error> {
    let (correction, correct_by) = match &case.state {
        CaseState::Returned { correction, correct_by, .. } => {
            (Some(correction.as_str()), Some(correct_by.date()))
        }
        _ => (None, None),
    };
    query!(
        "UPDATE review_case
         SET state = $2, current_step = $3, revision = $4, correction = $5, correct_by = $6
         WHERE case_id = $1",
        case.id.uuid(),
        state_name(&case.state),
        current_step(case)?,
        case.revision,
        correction,
        correct_by,
    )
    .execute(&mut *connection)
    .await?;
    step::save(connection, case).await
}

async fn whole(connection: &mut PgConnection, row: Option<CaseRow>) -> Result<Option<Case>, Error> {
    let Some(row) = row else { return Ok(None) };
    let steps = step::of(connection, &[row.case_id]).await?.remove(&row.case_id).unwrap_or_default();
    row.with_steps(steps).map(Some)
}

fn current_step(case: &Case) -> Result<Option<i32>, Error> {
    case.current_step().map(i32::try_from).transpose().map_err(|error| Error::Encode(error.into()))
}
