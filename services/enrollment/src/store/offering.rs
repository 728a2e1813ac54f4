//! `offering`: open to anyone signed in, so read without a scope.

use sqlx::{Error, PgConnection, query, query_as};
use vocabulary::OfferingId;

use super::row::OfferingRow;
use crate::domain::{After, Filter, Level, Offering};

/// Reads an offering.
pub async fn get(connection: &mut PgConnection, id: OfferingId) -> Result<Option<Offering>, Error> {
    let row = query_as!(
        OfferingRow,
        "SELECT offering_id, institution_code, institution_name, major, level, study_form, length_months, tuition_fen
         FROM offering WHERE offering_id = $1",
        id.uuid()
    )
    .fetch_optional(connection)
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// All offerings of these institutions, held until the transaction ends: an import compares with them.
pub async fn hold_of(connection: &mut PgConnection, institutions: &[String]) -> Result<Vec<Offering>, Error> {
    let rows = query_as!(
        OfferingRow,
        "SELECT offering_id, institution_code, institution_name, major, level, study_form, length_months, tuition_fen
         FROM offering WHERE institution_code = ANY($1) ORDER BY offering_id FOR UPDATE",
        institutions,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Writes an offering, new or changed.
pub async fn save(connection: &mut PgConnection, offering: &Offering) -> Result<(), Error> {
    let terms = &offering.terms;
    query!(
        "INSERT INTO offering (offering_id, institution_code, institution_name, major, level, study_form, length_months,
             tuition_fen)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (offering_id) DO UPDATE SET institution_name = excluded.institution_name,
             length_months = excluded.length_months, tuition_fen = excluded.tuition_fen",
        offering.id.uuid(),
        terms.institution_code,
        terms.institution_name,
        terms.major,
        terms.level.as_str(),
        terms.study_form.as_str(),
        terms.length_months,
        i64::from(terms.tuition),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Lists offerings in order of institution, level and major.
pub async fn list(
    connection: &mut PgConnection,
    filter: &Filter,
    after: Option<&After>,
    limit: i64,
) -> Result<Vec<Offering>, Error> {
    let rows = query_as!(
        OfferingRow,
        "SELECT offering_id, institution_code, institution_name, major, level, study_form, length_months, tuition_fen
         FROM offering
         WHERE ($1::text IS NULL OR institution_code = $1)
           AND ($2::text IS NULL OR level = $2)
           AND ($3::text IS NULL OR (institution_code, level, major, offering_id) > ($3, $4, $5, $6))
         ORDER BY institution_code, level, major, offering_id LIMIT $7",
        filter.institution_code,
        filter.level.map(Level::as_str),
        after.map(|after| after.institution_code.as_str()),
        after.map(|after| after.level.as_str()),
        after.map(|after| after.major.as_str()),
        after.map(|after| after.id.uuid()),
        limit,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}
