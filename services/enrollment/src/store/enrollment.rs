//! `enrollment` and `tuition_payment`: read within a scope, locked to be changed.

use auth::Scope;
use chrono::{DateTime, Utc};
use sqlx::{Error, PgConnection, query, query_as, query_scalar};
use vocabulary::{EnrollmentId, Fen, UnionId};

use super::row::{EnrollmentRow, decode};
use crate::domain::{Enrollment, Payment};

/// Writes a new enrollment. False where the worker is enrolled on the offering already.
pub async fn insert(connection: &mut PgConnection, enrollment: &Enrollment) -> Result<bool, Error> {
    let terms = &enrollment.offering.terms;
    let written = query!(
        "INSERT INTO enrollment (enrollment_id, worker_id, offering_id, institution_code, institution_name, major, level,
             study_form, length_months, tuition_fen, season, entered_on, unit_union_id, chosen_union_id, union_path,
             work, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
         ON CONFLICT ON CONSTRAINT one_enrollment_an_offering DO NOTHING",
        enrollment.id.uuid(),
        enrollment.worker_id.uuid(),
        enrollment.offering.id.uuid(),
        terms.institution_code,
        terms.institution_name,
        terms.major,
        terms.level.as_str(),
        terms.study_form.as_str(),
        terms.length_months,
        i64::from(terms.tuition),
        enrollment.season.as_str(),
        enrollment.entered_on.date(),
        enrollment.unit_union.map(UnionId::uuid),
        enrollment.chosen_union.uuid(),
        enrollment.union_path.as_str(),
        enrollment.work,
        enrollment.created_at,
    )
    .execute(connection)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Reads an enrollment within the scope.
pub async fn get(
    connection: &mut PgConnection,
    scope: &Scope,
    id: EnrollmentId,
) -> Result<Option<Enrollment>, Error> {
    let row = query_as!(
        EnrollmentRow,
        "SELECT enrollment_id, worker_id, offering_id, institution_code, institution_name, major, level, study_form,
                length_months, tuition_fen, season, entered_on, unit_union_id, chosen_union_id, union_path, work,
                major_agreed_at, paid_fen, created_at
         FROM enrollment WHERE ($1 OR worker_id = $2 OR union_path LIKE $3) AND enrollment_id = $4",
        scope.sees_everything(),
        scope.worker_id(),
        scope.subtree_pattern(),
        id.uuid(),
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    row.with_payments(payments(connection, id).await?).map(Some)
}

/// Reads an enrollment within the scope, and holds it until the transaction ends.
pub async fn lock(
    connection: &mut PgConnection,
    scope: &Scope,
    id: EnrollmentId,
) -> Result<Option<Enrollment>, Error> {
    let held = query_scalar!(
        "SELECT enrollment_id FROM enrollment WHERE ($1 OR worker_id = $2 OR union_path LIKE $3) AND enrollment_id = $4
         FOR UPDATE",
        scope.sees_everything(),
        scope.worker_id(),
        scope.subtree_pattern(),
        id.uuid(),
    )
    .fetch_optional(&mut *connection)
    .await?;
    match held {
        Some(_) => get(connection, scope, id).await,
        None => Ok(None),
    }
}

/// Writes that the union agreed to the major.
pub async fn agree(connection: &mut PgConnection, id: EnrollmentId, at: DateTime<Utc>) -> Result<(), Error> {
    query!("UPDATE enrollment SET major_agreed_at = $2 WHERE enrollment_id = $1", id.uuid(), at)
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes a payment and what is paid with it. False where the receipt was recorded before.
pub async fn pay(
    connection: &mut PgConnection,
    enrollment: &Enrollment,
    payment: &Payment,
    at: DateTime<Utc>,
) -> Result<bool, Error> {
    let written = query!(
        "INSERT INTO tuition_payment (enrollment_id, institution_code, receipt_number, amount_fen, paid_on, recorded_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        enrollment.id.uuid(),
        enrollment.offering.terms.institution_code,
        payment.receipt_number,
        i64::from(payment.amount),
        payment.paid_on.date(),
        at,
    )
    .execute(&mut *connection)
    .await?;
    if written.rows_affected() == 0 {
        return Ok(false);
    }
    query!(
        "UPDATE enrollment SET paid_fen = $2 WHERE enrollment_id = $1",
        enrollment.id.uuid(),
        i64::from(enrollment.paid),
    )
    .execute(connection)
    .await?;
    Ok(true)
}

async fn payments(connection: &mut PgConnection, id: EnrollmentId) -> Result<Vec<Payment>, Error> {
    let rows = query!(
        "SELECT receipt_number, amount_fen, paid_on FROM tuition_payment
         WHERE enrollment_id = $1 ORDER BY recorded_at, receipt_number",
        id.uuid()
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let amount = Fen::try_from(row.amount_fen).map_err(decode)?;
            Ok(Payment { receipt_number: row.receipt_number, amount, paid_on: row.paid_on.into() })
        })
        .collect()
}
