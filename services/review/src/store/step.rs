//! `review_step`: the decisions of a case, one row for each union in its chain.

use std::collections::HashMap;

use sqlx::{Error, PgConnection, query, query_as};
use uuid::Uuid;

use super::row::{StepRow, decision_name};
use crate::domain::{Case, Step, StepDecision};

/// Adds the steps of a new case.
pub async fn insert(connection: &mut PgConnection, case: &Case) -> Result<(), Error> {
    let unions: Vec<Uuid> = case.steps.iter().map(|step| step.union_id.uuid()).collect();
    let names: Vec<String> = case.steps.iter().map(|step| step.union_name.clone()).collect();
    let centres: Vec<bool> = case.steps.iter().map(|step| step.centre).collect();
    query!(
        "INSERT INTO review_step (case_id, step, union_id, union_name, centre)
         SELECT $1, given.position - 1, given.union_id, given.union_name, given.centre
         FROM unnest($2::uuid[], $3::text[], $4::bool[]) WITH ORDINALITY
              AS given (union_id, union_name, centre, position)",
        case.id.uuid(),
        &unions,
        &names,
        &centres,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The steps of these cases, in order.
pub async fn of(connection: &mut PgConnection, cases: &[Uuid]) -> Result<HashMap<Uuid, Vec<Step>>, Error> {
    let rows = query_as!(
        StepRow,
        "SELECT case_id, union_id, union_name, centre, decision, official_id, person_id, decided_at, late, note
         FROM review_step
         WHERE case_id = ANY ($1)
         ORDER BY case_id, step",
        cases,
    )
    .fetch_all(connection)
    .await?;
    let mut steps: HashMap<Uuid, Vec<Step>> = HashMap::new();
    for row in rows {
        steps.entry(row.case_id).or_default().push(row.try_into()?);
    }
    Ok(steps)
}

/// Writes the decision of the step that has changed: a case changes one step at a time, so all are written, a handful.
pub async fn save(connection: &mut PgConnection, case: &Case) -> Result<(), Error> {
    for (index, step) in case.steps.iter().enumerate() {
        let index = i32::try_from(index).map_err(|error| Error::Encode(error.into()))?;
        let decision = step.decision.as_ref();
        query!(
            "UPDATE review_step
             SET decision = $3, official_id = $4, person_id = $5, decided_at = $6, late = $7, note = $8
             WHERE case_id = $1 AND step = $2 AND (decision, decided_at) IS DISTINCT FROM ($3, $6)",
            case.id.uuid(),
            index,
            decision.map(|made| decision_name(made.kind)),
            decision.map(|made| made.official_id.uuid()),
            decision.map(|made| made.person_id.uuid()),
            decision.map(|made| made.at),
            decision.is_some_and(|made| made.late),
            decision.map_or("", note),
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

fn note(made: &StepDecision) -> &str {
    &made.note
}
