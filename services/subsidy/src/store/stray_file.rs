//! `stray_file`: files that no row of `material` speaks of. A file is noted here before it is stored, and taken off in the
//! transaction that makes its row: a crash in between leaves no file that nobody knows.

use sqlx::{Error, PgConnection, query, query_scalar};
use vocabulary::MaterialId;

/// Notes a file.
pub async fn note(connection: &mut PgConnection, id: MaterialId) -> Result<(), Error> {
    query!("INSERT INTO stray_file (material_id) VALUES ($1) ON CONFLICT DO NOTHING", id.uuid())
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes a file off: it has a row, or is gone.
pub async fn forget(connection: &mut PgConnection, id: MaterialId) -> Result<(), Error> {
    query!("DELETE FROM stray_file WHERE material_id = $1", id.uuid()).execute(connection).await?;
    Ok(())
}

/// Files that have strayed for longer than any upload takes; a bounded number.
pub async fn abandoned(connection: &mut PgConnection) -> Result<Vec<MaterialId>, Error> {
    let ids = query_scalar!(
        "SELECT material_id FROM stray_file WHERE strayed_at < now() - interval '10 minutes'
         ORDER BY strayed_at LIMIT 100"
    )
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(MaterialId::from).collect())
}
