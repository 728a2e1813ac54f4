//! `union_node`: the tree.

use auth::Scope;
use sqlx::{Error, PgConnection, query, query_as, query_scalar};
use uuid::Uuid;
use vocabulary::UnionId;

use super::decode;
use crate::domain::{After, Union};

struct Row {
    union_id: Uuid,
    name: String,
    kind: String,
    state: String,
    parent_id: Option<Uuid>,
    path: String,
    administrative_code: String,
    credit_code: String,
}

/// Adds a union.
pub async fn insert(connection: &mut PgConnection, union: &Union) -> Result<(), Error> {
    query!(
        "INSERT INTO union_node (union_id, name, kind, state, parent_id, path, administrative_code, credit_code)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        union.id.uuid(),
        union.name,
        union.kind.as_str(),
        if union.approved { "approved" } else { "pending" },
        union.parent.map(UnionId::uuid),
        union.path.as_str(),
        union.administrative_code,
        union.credit_code,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A union that the caller sees: approved ones are public, a pending one shows only to officials above it.
pub async fn get(connection: &mut PgConnection, scope: &Scope, id: UnionId) -> Result<Option<Union>, Error> {
    let row = query_as!(
        Row,
        "SELECT union_id, name, kind, state, parent_id, path, administrative_code, credit_code
         FROM union_node WHERE (state = 'approved' OR $1 OR path LIKE $2) AND union_id = $3",
        scope.sees_everything(),
        scope.subtree_pattern(),
        id.uuid(),
    )
    .fetch_optional(connection)
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// The children that the caller sees, in order of code, name and id; the root where no parent is named.
pub async fn children(
    connection: &mut PgConnection,
    scope: &Scope,
    parent: Option<UnionId>,
    after: Option<&After>,
    limit: i64,
) -> Result<Vec<Union>, Error> {
    let rows = query_as!(
        Row,
        "SELECT union_id, name, kind, state, parent_id, path, administrative_code, credit_code
         FROM union_node
         WHERE (state = 'approved' OR $1 OR path LIKE $2)
           AND parent_id IS NOT DISTINCT FROM $3
           AND ($4::text IS NULL OR (administrative_code, name, union_id) > ($4, $5, $6))
         ORDER BY administrative_code, name, union_id
         LIMIT $7",
        scope.sees_everything(),
        scope.subtree_pattern(),
        parent.map(UnionId::uuid),
        after.map(|after| after.administrative_code.as_str()),
        after.map(|after| after.name.as_str()),
        after.map(|after| after.id.uuid()),
        limit,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Approves a union.
pub async fn approve(connection: &mut PgConnection, id: UnionId) -> Result<(), Error> {
    query!("UPDATE union_node SET state = 'approved' WHERE union_id = $1", id.uuid())
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether an approved union stands for the place with this code.
pub async fn has_place(connection: &mut PgConnection, administrative_code: &str) -> Result<bool, Error> {
    let there = query_scalar!(
        r#"SELECT EXISTS (
             SELECT FROM union_node
             WHERE state = 'approved' AND administrative_code <> '' AND administrative_code = $1
           ) AS "there!""#,
        administrative_code,
    );
    there.fetch_one(connection).await
}

/// Whether there is a city federation yet.
pub async fn has_root(connection: &mut PgConnection) -> Result<bool, Error> {
    let there = query_scalar!(r#"SELECT EXISTS (SELECT FROM union_node WHERE kind = 'city') AS "there!""#);
    there.fetch_one(connection).await
}

impl TryFrom<Row> for Union {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.union_id.into(),
            name: row.name,
            kind: row.kind.parse().map_err(decode)?,
            approved: row.state == "approved",
            parent: row.parent_id.map(Into::into),
            path: row.path.parse().map_err(decode)?,
            administrative_code: row.administrative_code,
            credit_code: row.credit_code,
        })
    }
}
