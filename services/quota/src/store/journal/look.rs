//! What is committed: of a line, and under an operation's own id.

use sqlx::PgConnection;
use vocabulary::{OperationId, ProgrammeId};

use super::rows::{digest, hash, line_row, unreadable};
use crate::domain::{HaltCause, Looked, Recorded, Row, Sequence, Server};

/// Begins a transaction whose reads all see one moment.
pub const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// The committed row of a line, and which server showed it.
#[derive(Debug, Clone)]
pub struct Committed {
    /// The row.
    pub row: Row,
    /// The server.
    pub server: Server,
    /// The last arrival number given.
    pub arrivals: i64,
    /// Why it is halted.
    pub halted_by: Option<HaltCause>,
}

/// Reads the committed row of a line.
pub async fn committed(
    db: &mut PgConnection,
    programme: &ProgrammeId,
) -> Result<Option<Committed>, sqlx::Error> {
    let found = sqlx::query!(
        r#"SELECT epoch, base_seq, last_seq, last_chain, digest, open_round, mode, arrivals, halted_by,
                  pg_postmaster_start_time() AS "began!",
                  vouched_for IS NOT DISTINCT FROM pg_postmaster_start_time() AS "vouched_for!"
           FROM line WHERE programme = $1"#,
        programme.as_str()
    )
    .fetch_optional(db)
    .await?;
    let Some(found) = found else { return Ok(None) };
    let row = line_row!(found);
    let server = Server { began: found.began, is_vouched_for: found.vouched_for };
    let cause = found.halted_by.map(|cause| HaltCause::read(&cause).ok_or_else(|| unreadable("line")));
    let (row, arrivals, halted_by) = (row.try_into()?, found.arrivals, cause.transpose()?);
    Ok(Some(Committed { row, server, arrivals, halted_by }))
}

/// Marks a server as one that shows all that was ever committed; if it is still the one that answers.
pub async fn vouch_for(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    server: Server,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE line SET vouched_for = $2 WHERE programme = $1 AND pg_postmaster_start_time() = $2",
        programme.as_str(),
        server.began
    )
    .execute(db)
    .await
    .map(drop)
}

/// Looks for an operation by its own id, and at the line, in one snapshot.
pub async fn look(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    id: OperationId,
) -> Result<Option<Looked>, sqlx::Error> {
    let found = sqlx::query!(
        r#"SELECT line.epoch, line.base_seq, line.last_seq, line.last_chain, line.digest, line.open_round, line.mode,
                  operation.seq AS "seq?", operation.body_hash AS "body_hash?", operation.digest AS "proof?",
                  operation.decision::text AS "decision?"
           FROM line LEFT JOIN operation ON operation.programme = line.programme AND operation.op_id = $2
           WHERE line.programme = $1"#,
        programme.as_str(),
        id.uuid()
    )
    .fetch_optional(db)
    .await?;
    let Some(found) = found else { return Ok(None) };
    let recorded = match (found.seq, found.body_hash, found.proof, found.decision) {
        (Some(seq), Some(body_hash), Some(proof), Some(decision)) => Some(Recorded {
            seq: Sequence::from(seq),
            body_hash: hash(body_hash)?,
            digest: digest(proof)?,
            outcome: serde_json::from_str(&decision).map_err(|_| unreadable("operation"))?,
        }),
        _ => None,
    };
    let row = line_row!(found);
    Ok(Some(Looked { row: row.try_into()?, found: recorded }))
}
