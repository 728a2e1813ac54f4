//! Publishes checkpoints of each line.

use std::time::Duration;

use tokio::time;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::error::Error;
use crate::store::journal;

/// How often is looked whether one is due.
const TICK: Duration = Duration::from_secs(1);

/// Publishes checkpoints for as long as the process runs.
pub async fn publish_checkpoints(app: App, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = publish(&app).await {
            tracing::debug!(%error, "no checkpoint just now");
        }
        stop.run_until_cancelled(time::sleep(TICK)).await;
    }
}

async fn publish(app: &App) -> Result<(), Error> {
    let mut db = app.database.acquire().await?;
    let programmes = journal::programmes(&mut db).await?;
    drop(db);
    for programme in programmes {
        if let Err(error) = app.checkpoint_line(&programme).await {
            tracing::debug!(%programme, %error, "no checkpoint of this line just now");
        }
    }
    Ok(())
}
