//! `material`: what was uploaded; the files themselves lie sealed in the object store.

use sqlx::{Error, PgConnection, query, query_as};
use std::collections::HashMap;
use uuid::Uuid;
use vocabulary::{ApplicationId, MaterialId};

use super::row::{MaterialRow, decode};
use crate::domain::{Material, QrCheck};

/// Writes a material in the place of an earlier one of its kind, whose id is returned: that file has strayed.
pub async fn replace(
    connection: &mut PgConnection,
    application: ApplicationId,
    material: &Material,
    wrapped_key: &[u8],
) -> Result<Option<MaterialId>, Error> {
    let earlier = query!(
        "DELETE FROM material WHERE application_id = $1 AND kind = $2 RETURNING material_id",
        application.uuid(),
        material.kind.as_str(),
    )
    .fetch_optional(&mut *connection)
    .await?;
    query!(
        "INSERT INTO material (material_id, application_id, kind, media_type, size_bytes, data, qr_check,
             wrapped_key, uploaded_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        material.id.uuid(),
        application.uuid(),
        material.kind.as_str(),
        material.media_type.as_str(),
        material.size,
        serde_json::to_value(&material.data).map_err(decode)?,
        material.qr_check.map(QrCheck::as_str),
        wrapped_key,
        material.uploaded_at,
    )
    .execute(connection)
    .await?;
    Ok(earlier.map(|row| row.material_id.into()))
}

/// The materials of these applications, which the caller was allowed to read.
pub async fn of(
    connection: &mut PgConnection,
    applications: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Material>>, Error> {
    let rows = query_as!(
        MaterialRow,
        "SELECT application_id, material_id, kind, media_type, size_bytes, data, qr_check, uploaded_at
         FROM material WHERE application_id = ANY($1) ORDER BY uploaded_at, material_id",
        applications,
    )
    .fetch_all(connection)
    .await?;
    let mut materials: HashMap<Uuid, Vec<Material>> = HashMap::new();
    for row in rows {
        materials.entry(row.application_id).or_default().push(row.try_into()?);
    }
    Ok(materials)
}

/// The wrapped key of a material of an application that the caller was allowed to read.
pub async fn wrapped_key(
    connection: &mut PgConnection,
    application: ApplicationId,
    material: MaterialId,
) -> Result<Option<Vec<u8>>, Error> {
    let row = query!(
        "SELECT wrapped_key FROM material WHERE application_id = $1 AND material_id = $2",
        application.uuid(),
        material.uuid(),
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| row.wrapped_key))
}
