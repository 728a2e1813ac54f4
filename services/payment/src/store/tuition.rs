//! `tuition`: how much of each enrollment's tuition is paid.

use sqlx::{Error, PgConnection, query_as};
use vocabulary::EnrollmentId;

use super::names::fen;
use crate::domain::Progress;

struct Row {
    paid_fen: i64,
    tuition_fen: i64,
}

/// Notes a payment's total, and answers the largest there is: events may come out of order.
pub async fn note(
    connection: &mut PgConnection,
    enrollment: EnrollmentId,
    progress: Progress,
) -> Result<Progress, Error> {
    let row = query_as!(
        Row,
        "INSERT INTO tuition (enrollment_id, paid_fen, tuition_fen) VALUES ($1, $2, $3)
         ON CONFLICT (enrollment_id) DO UPDATE
         SET paid_fen = greatest(tuition.paid_fen, excluded.paid_fen), tuition_fen = excluded.tuition_fen
         RETURNING paid_fen, tuition_fen",
        enrollment.uuid(),
        progress.paid.get(),
        progress.tuition.get(),
    )
    .fetch_one(connection)
    .await?;
    Ok(Progress { paid: fen(row.paid_fen)?, tuition: fen(row.tuition_fen)? })
}

/// What has been noted. The grant that asks is locked: a payment noted later finds it open.
pub async fn of(connection: &mut PgConnection, enrollment: EnrollmentId) -> Result<Option<Progress>, Error> {
    let row = query_as!(
        Row,
        "SELECT paid_fen, tuition_fen FROM tuition WHERE enrollment_id = $1",
        enrollment.uuid()
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| Ok(Progress { paid: fen(row.paid_fen)?, tuition: fen(row.tuition_fen)? })).transpose()
}
