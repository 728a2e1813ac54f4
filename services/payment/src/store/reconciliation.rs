//! `reconciliation` and `discrepancy`: what the comparison of a day has found.

use auth::Scope;
use chrono::{DateTime, Utc};
use sqlx::{Error, PgConnection, query};
use vocabulary::Day;

use super::names::{Named, fen, unreadable};
use crate::domain::{Discrepancy, DiscrepancyKind, Reconciliation};

/// Keeps a day's reconciliation in the place of an earlier one.
pub async fn replace(
    connection: &mut PgConnection,
    found: &Reconciliation,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    query!("DELETE FROM reconciliation WHERE day = $1", found.day.date()).execute(&mut *connection).await?;
    query!(
        "INSERT INTO reconciliation (day, statement_lines, statement_fen, matched_lines, matched_fen, imported_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        found.day.date(),
        count(found.statement_lines)?,
        found.statement_sum.get(),
        count(found.matched_lines)?,
        found.matched_sum.get(),
        at,
    )
    .execute(&mut *connection)
    .await?;
    for one in &found.discrepancies {
        query!(
            "INSERT INTO discrepancy (day, number, kind, statement_fen, ledger_fen) VALUES ($1, $2, $3, $4, $5)",
            found.day.date(),
            one.number,
            one.kind.name(),
            one.statement.get(),
            one.ledger.get(),
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Reads a day's reconciliation within the scope.
pub async fn get(
    connection: &mut PgConnection,
    scope: &Scope,
    day: Day,
) -> Result<Option<Reconciliation>, Error> {
    let head = query!(
        "SELECT statement_lines, statement_fen, matched_lines, matched_fen FROM reconciliation
         WHERE $1 AND day = $2",
        scope.sees_everything(),
        day.date(),
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(head) = head else { return Ok(None) };
    let rows = query!(
        "SELECT number, kind, statement_fen, ledger_fen FROM discrepancy WHERE day = $1 ORDER BY number",
        day.date(),
    )
    .fetch_all(connection)
    .await?;
    let discrepancies = rows.into_iter().map(|row| {
        Ok(Discrepancy {
            number: row.number,
            kind: DiscrepancyKind::named(&row.kind)?,
            statement: fen(row.statement_fen)?,
            ledger: fen(row.ledger_fen)?,
        })
    });
    Ok(Some(Reconciliation {
        day,
        statement_lines: usize::try_from(head.statement_lines).map_err(unreadable)?,
        statement_sum: fen(head.statement_fen)?,
        matched_lines: usize::try_from(head.matched_lines).map_err(unreadable)?,
        matched_sum: fen(head.matched_fen)?,
        discrepancies: discrepancies.collect::<Result<_, Error>>()?,
    }))
}

fn count(lines: usize) -> Result<i32, Error> {
    i32::try_from(lines).map_err(|error| Error::Encode(error.into()))
}
