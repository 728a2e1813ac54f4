//! Opens grants that wait while their fund has money: what was more than one transaction takes.

use std::time::Duration;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::error::Error;
use crate::store;

/// How often funds are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Goes round for as long as the process runs.
pub async fn open_grants(app: App, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = go_round(&app).await {
            tracing::warn!(error = ?error, "waiting grants cannot be opened just now");
        }
        stop.run_until_cancelled(sleep(LOOK_EVERY)).await;
    }
}

async fn go_round(app: &App) -> Result<(), Error> {
    let mut connection = app.database.acquire().await?;
    let funds = store::fund::with_waiting(&mut connection).await?;
    drop(connection);
    for (programme, pool) in funds {
        app.open_waiting_of(&programme, &pool).await?;
    }
    Ok(())
}
