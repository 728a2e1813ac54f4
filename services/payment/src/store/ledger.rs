//! `ledger_entry` and `ledger_line`: added to, never changed; PostgreSQL looks at the balance of each entry.

use std::collections::HashMap;

use auth::Scope;
use chrono::{DateTime, Utc};
use sqlx::{Error, PgConnection, query, query_as};
use uuid::Uuid;
use vocabulary::{Day, ProgrammeId};

use super::names::{Named, fen};
use crate::domain::{Booked, Entry, EntryKind, Fund, Line, Posted};

/// Posts an entry about a fund.
pub async fn post(
    connection: &mut PgConnection,
    fund: &Fund,
    entry: &Entry,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    let accounts: Vec<String> = entry.lines.iter().map(|line| line.account.clone()).collect();
    let amounts: Vec<i64> = entry.lines.iter().map(|line| line.amount_fen).collect();
    query!(
        "WITH entry AS (
             INSERT INTO ledger_entry (entry_id, kind, subject, programme_id, union_path, posted_at, reference)
             VALUES ($1, $2, $3, $4, $5, $6, $9))
         INSERT INTO ledger_line (entry_id, line, account, amount_fen)
         SELECT $1, given.line, given.account, given.amount
         FROM unnest($7::text[], $8::bigint[]) WITH ORDINALITY AS given (account, amount, line)",
        Uuid::now_v7(),
        entry.kind.name(),
        entry.subject,
        fund.programme_id.as_str(),
        fund.union_path.as_str(),
        at,
        &accounts,
        &amounts,
        entry.reference,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Lists entries within the scope, newest first, from before an entry.
pub async fn list(
    connection: &mut PgConnection,
    scope: &Scope,
    account: Option<&str>,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Posted>, Error> {
    let rows = query!(
        "SELECT entry_id, kind, subject, posted_at
         FROM ledger_entry
         WHERE ($1 OR union_path LIKE $2)
           AND ($3::text IS NULL OR entry_id IN (SELECT entry_id FROM ledger_line WHERE account = $3))
           AND ($4::uuid IS NULL OR entry_id < $4)
         ORDER BY entry_id DESC
         LIMIT $5",
        scope.sees_everything(),
        scope.subtree_pattern(),
        account,
        before,
        limit,
    )
    .fetch_all(&mut *connection)
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.entry_id).collect();
    let mut lines = lines(connection, &ids).await?;
    rows.into_iter()
        .map(|row| {
            Ok(Posted {
                id: row.entry_id,
                kind: EntryKind::named(&row.kind)?,
                subject: row.subject,
                lines: lines.remove(&row.entry_id).unwrap_or_default(),
                at: row.posted_at,
            })
        })
        .collect()
}

async fn lines(connection: &mut PgConnection, entries: &[Uuid]) -> Result<HashMap<Uuid, Vec<Line>>, Error> {
    let rows = query!(
        "SELECT entry_id, account, amount_fen FROM ledger_line WHERE entry_id = ANY ($1) ORDER BY entry_id, line",
        entries,
    )
    .fetch_all(connection)
    .await?;
    let mut lines: HashMap<Uuid, Vec<Line>> = HashMap::new();
    for row in rows {
        let line = Line { account: row.account, amount_fen: row.amount_fen };
        lines.entry(row.entry_id).or_default().push(line);
    }
    Ok(lines)
}

/// The balance of each account within the scope.
pub async fn balances(
    connection: &mut PgConnection,
    scope: &Scope,
    programme: Option<&ProgrammeId>,
) -> Result<Vec<Line>, Error> {
    query_as!(
        Line,
        r#"SELECT account, sum(amount_fen)::bigint AS "amount_fen!"
         FROM ledger_line JOIN ledger_entry USING (entry_id)
         WHERE ($1 OR union_path LIKE $2) AND ($3::text IS NULL OR programme_id = $3)
         GROUP BY account
         ORDER BY account
         LIMIT 1000"#,
        scope.sees_everything(),
        scope.subtree_pattern(),
        programme.map(ProgrammeId::as_str),
    )
    .fetch_all(connection)
    .await
}

/// The payments of a day in the books of bank and wallet, as the ledger has them.
pub async fn paid_on(connection: &mut PgConnection, scope: &Scope, day: Day) -> Result<Vec<Booked>, Error> {
    let rows = query!(
        r#"SELECT i.number, -l.amount_fen AS "amount_fen!"
         FROM instruction i
         JOIN ledger_entry e ON e.subject = 'instruction:' || i.instruction_id AND e.kind = 'paid'
         JOIN ledger_line l ON l.entry_id = e.entry_id AND l.account LIKE 'paid/%'
         WHERE $1 AND i.booked_on = $2"#,
        scope.sees_everything(),
        day.date(),
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| Ok(Booked { number: row.number, amount: fen(row.amount_fen)? })).collect()
}
