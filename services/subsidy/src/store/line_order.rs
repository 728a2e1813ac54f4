//! `line_order`: what quota is to be told, stored before it is sent.

use prost::Message;
use sqlx::{Error, PgConnection, query, query_as};
use uuid::Uuid;
use vocabulary::{ApplicationId, OperationId, ProgrammeId};

/// An order that quota has not answered yet.
pub struct OpenOrder {
    /// Its place in the order of ordering.
    pub number: i64,
    /// The programme.
    pub programme_id: String,
    /// The application, where it is about one.
    pub application_id: Option<Uuid>,
    /// Which call.
    pub kind: String,
    /// The call's message.
    pub body: Vec<u8>,
}

/// Stores an order.
pub async fn add(
    connection: &mut PgConnection,
    operation: OperationId,
    programme: &ProgrammeId,
    application: Option<ApplicationId>,
    kind: &'static str,
    message: &impl Message,
) -> Result<(), Error> {
    query!(
        "INSERT INTO line_order (operation_id, programme_id, application_id, kind, body) VALUES ($1, $2, $3, $4, $5)",
        operation.uuid(),
        programme.as_str(),
        application.map(ApplicationId::uuid),
        kind,
        message.encode_to_vec(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The oldest orders that are open; a bounded number.
pub async fn open(connection: &mut PgConnection, limit: i64) -> Result<Vec<OpenOrder>, Error> {
    query_as!(
        OpenOrder,
        "SELECT number, programme_id, application_id, kind, body FROM line_order
         WHERE done_at IS NULL AND refused IS NULL ORDER BY number LIMIT $1",
        limit,
    )
    .fetch_all(connection)
    .await
}

/// Marks an order as answered. False where somebody else has done so.
pub async fn done(connection: &mut PgConnection, number: i64) -> Result<bool, Error> {
    let marked =
        query!("UPDATE line_order SET done_at = now() WHERE number = $1 AND done_at IS NULL", number)
            .execute(connection)
            .await?;
    Ok(marked.rows_affected() == 1)
}

/// Marks an order as one that quota will not do.
pub async fn refused(connection: &mut PgConnection, number: i64, reason: &str) -> Result<(), Error> {
    query!("UPDATE line_order SET refused = $2 WHERE number = $1", number, reason)
        .execute(connection)
        .await?;
    Ok(())
}
