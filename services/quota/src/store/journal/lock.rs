//! The row of a line under its lock: whoever holds it folds, recovers or halts.

use sqlx::PgConnection;
use vocabulary::ProgrammeId;

use super::rows::LineRow;
use crate::domain::{Epoch, Evidence, HaltCause, Row, Sequence};

/// Locks the row of a line, for as long as the transaction lasts. Waiting for it, and idling with it, are bounded: a
/// replica that hangs must not hold up the others.
pub async fn lock(db: &mut PgConnection, programme: &ProgrammeId) -> Result<Option<Row>, sqlx::Error> {
    sqlx::query!(
        "SELECT set_config('lock_timeout', '3s', true) AS lock,
                set_config('idle_in_transaction_session_timeout', '5s', true) AS idle"
    )
    .fetch_one(&mut *db)
    .await?;
    let row = sqlx::query_as!(
        LineRow,
        "SELECT epoch, base_seq, last_seq, last_chain, digest, open_round, mode FROM line WHERE programme = $1
         FOR UPDATE",
        programme.as_str()
    )
    .fetch_optional(db)
    .await?;
    row.map(Row::try_from).transpose()
}

/// Moves a locked line to another epoch and records why.
pub async fn begin_epoch(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    epoch: Epoch,
    base_seq: Sequence,
    evidence: Evidence,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE line SET epoch = $2, base_seq = $3 WHERE programme = $1",
        programme.as_str(),
        epoch.get(),
        base_seq.get()
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "INSERT INTO recovery (programme, epoch, base_seq, evidence) VALUES ($1, $2, $3, $4)",
        programme.as_str(),
        epoch.get(),
        base_seq.get(),
        evidence.as_str()
    )
    .execute(db)
    .await
    .map(drop)
}

/// How many epochs of a line began within the last minute.
pub async fn recent_recoveries(db: &mut PgConnection, programme: &ProgrammeId) -> Result<usize, sqlx::Error> {
    let recent = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM recovery
           WHERE programme = $1 AND began_at > clock_timestamp() - interval '1 minute'"#,
        programme.as_str()
    )
    .fetch_one(db)
    .await?;
    Ok(usize::try_from(recent).unwrap_or_default())
}

/// Halts a line: from here on nothing moves until an operator has judged.
pub async fn halt(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    cause: HaltCause,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE line SET mode = 'HALTED', halted_by = $2 WHERE programme = $1 AND mode <> 'HALTED'",
        programme.as_str(),
        cause.as_str()
    )
    .execute(db)
    .await
    .map(drop)
}
