//! `early_end`: applications whose end was heard before their submission.

use sqlx::{Error, PgConnection, query};
use vocabulary::ApplicationId;

/// Remembers an end whose beginning has not been heard.
pub async fn remember(connection: &mut PgConnection, application: ApplicationId) -> Result<(), Error> {
    query!("INSERT INTO early_end (application_id) VALUES ($1) ON CONFLICT DO NOTHING", application.uuid())
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether the application has ended already; asked once, when its submission is heard.
pub async fn take(connection: &mut PgConnection, application: ApplicationId) -> Result<bool, Error> {
    let taken = query!("DELETE FROM early_end WHERE application_id = $1", application.uuid())
        .execute(connection)
        .await?;
    Ok(taken.rows_affected() == 1)
}
