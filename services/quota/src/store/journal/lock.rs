//! The row of a line under its lock: whoever holds it folds, recovers or halts.

use sqlx::PgConnection;
use vocabulary::ProgrammeId;

use super::rows::{line_row, unreadable};
use crate::domain::{Change, Epoch, HaltCause, Mode, Row, Sequence, Server, Why};

/// Begins a transaction that may lock a line. Waiting for the lock, and idling with it, are bounded: a replica that hangs must
/// not hold up the others.
pub const BEGIN: &str =
    "BEGIN; SET LOCAL lock_timeout = '3s'; SET LOCAL idle_in_transaction_session_timeout = '5s'";

/// Locks the row of a line, for as long as the transaction lasts, and tells which server it is on.
pub async fn lock(
    db: &mut PgConnection,
    programme: &ProgrammeId,
) -> Result<Option<(Row, Server)>, sqlx::Error> {
    let found = sqlx::query!(
        r#"SELECT epoch, base_seq, last_seq, last_chain, digest, open_round, mode,
                  pg_postmaster_start_time() AS "began!",
                  vouched_for IS NOT DISTINCT FROM pg_postmaster_start_time() AS "vouched_for!"
           FROM line WHERE programme = $1 FOR UPDATE"#,
        programme.as_str()
    )
    .fetch_optional(db)
    .await?;
    let Some(found) = found else { return Ok(None) };
    let row = line_row!(found);
    let server = Server { began: found.began, is_vouched_for: found.vouched_for };
    Ok(Some((row.try_into()?, server)))
}

/// Changes a locked line.
pub async fn change(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    change: Change,
) -> Result<(), sqlx::Error> {
    match change {
        Change::Begin { epoch, base_seq, mode, why } => {
            begin_epoch(db, programme, epoch, base_seq, (mode, why)).await
        }
        Change::Halt(cause) => halt(db, programme, cause).await,
    }
}

/// Moves a locked line to another epoch and records why.
async fn begin_epoch(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    epoch: Epoch,
    base_seq: Sequence,
    (mode, why): (Mode, Why),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE line SET epoch = $2, base_seq = $3, mode = $4 WHERE programme = $1",
        programme.as_str(),
        epoch.get(),
        base_seq.get(),
        mode.as_str()
    )
    .execute(&mut *db)
    .await?;
    // After a PostgreSQL that was set back, an epoch may begin that began before.
    sqlx::query!(
        "INSERT INTO recovery (programme, epoch, base_seq, evidence) VALUES ($1, $2, $3, $4)
         ON CONFLICT (programme, epoch) DO UPDATE
         SET base_seq = EXCLUDED.base_seq, evidence = EXCLUDED.evidence, began_at = EXCLUDED.began_at",
        programme.as_str(),
        epoch.get(),
        base_seq.get(),
        why.as_str()
    )
    .execute(db)
    .await
    .map(drop)
}

/// How many epochs of a line began within the last minute because its order was lost or wrong.
pub async fn recent_recoveries(db: &mut PgConnection, programme: &ProgrammeId) -> Result<usize, sqlx::Error> {
    let recent = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM recovery
           WHERE programme = $1 AND began_at > clock_timestamp() - interval '1 minute' AND NOT (evidence = ANY($2::text[]))"#,
        programme.as_str(),
        &[Why::SetBack.as_str(), Why::RedisAway.as_str(), Why::RedisBack.as_str()] as &[&str]
    )
    .fetch_one(db)
    .await?;
    Ok(usize::try_from(recent).unwrap_or_default())
}

/// Halts a line: from here on nothing moves until an operator has judged.
async fn halt(db: &mut PgConnection, programme: &ProgrammeId, cause: HaltCause) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE line SET mode = 'HALTED', halted_by = $2 WHERE programme = $1 AND mode <> 'HALTED'",
        programme.as_str(),
        cause.as_str()
    )
    .execute(db)
    .await
    .map(drop)
}

/// Lets a line that is locked and halted go on as Redis has it, and tells what had halted it.
pub async fn resume(
    db: &mut PgConnection,
    programme: &ProgrammeId,
) -> Result<Option<HaltCause>, sqlx::Error> {
    let resumed = sqlx::query_scalar!(
        "WITH halted AS (SELECT halted_by FROM line WHERE programme = $1 AND mode = 'HALTED')
         UPDATE line SET mode = 'LOG', halted_by = NULL FROM halted WHERE programme = $1 RETURNING halted.halted_by",
        programme.as_str()
    );
    let halted_by = resumed.fetch_optional(db).await?.flatten();
    halted_by.map(|cause| HaltCause::read(&cause).ok_or_else(|| unreadable("line"))).transpose()
}
