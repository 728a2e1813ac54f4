//! `timeline`: what happened to an application.

use chrono::{DateTime, Utc};
use sqlx::{Error, PgConnection, query};
use vocabulary::ApplicationId;

use super::row::decode;
use crate::domain::{Happened, TimelineEntry, TimelineKind};

/// Adds a happening.
pub async fn add(
    connection: &mut PgConnection,
    application: ApplicationId,
    at: DateTime<Utc>,
    happened: &Happened,
) -> Result<(), Error> {
    query!(
        "INSERT INTO timeline (application_id, happened_at, kind, text) VALUES ($1, $2, $3, $4)",
        application.uuid(),
        at,
        happened.kind().as_str(),
        happened.text(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads the story of an application that the caller was allowed to read; its newest 200 happenings, oldest first.
pub async fn of(
    connection: &mut PgConnection,
    application: ApplicationId,
) -> Result<Vec<TimelineEntry>, Error> {
    let rows = query!(
        r#"SELECT happened_at, kind, text FROM
               (SELECT number, happened_at, kind, text FROM timeline WHERE application_id = $1
                ORDER BY number DESC LIMIT 200) AS newest
           ORDER BY happened_at, number"#,
        application.uuid()
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let kind = TimelineKind::read(&row.kind).ok_or_else(|| decode("a happening is not known"))?;
            Ok(TimelineEntry { at: row.happened_at, kind, text: row.text })
        })
        .collect()
}
