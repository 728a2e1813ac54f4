//! Sees to it that each line is served at this replica, whoever made it: what a killed replica left in the log of a line
//! is folded by the others, even if nobody asks them for anything.

use std::time::Duration;

use runtime::Process;
use tokio_util::sync::CancellationToken;

use super::{combine, order, show_pools};
use crate::app::{App, is_ordered_only};
use crate::error::Error;
use crate::store::journal;

/// How often lines that other replicas made are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What orders and folds lines with: a thread, and connections that are made on it. Behind calls it would wait longest when most of
/// them wait for it (docs/decisions/0016-lines-are-folded-on-a-thread-of-their-own.md).
#[derive(Clone)]
pub struct Apart {
    /// The app, with stores of its own.
    pub app: App,
    /// The process, with a thread of its own.
    pub process: Process,
}

/// Serves every line that there is, for as long as the process runs.
pub async fn tend(app: App, process: Process, apart: Apart, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = open_all(&app).await {
            tracing::warn!(%error, "lines cannot be looked for");
        }
        for desk in app.desks.take_unserved() {
            let (served, at) = (apart.app.clone(), desk.clone());
            apart
                .process
                .spawn("order of a line", move |stop| order::order(served.clone(), at.clone(), stop));
            let (served, at) = (app.clone(), desk.clone());
            let ending = process.stop();
            process.spawn("pools of a line", move |stop| {
                show_pools::show_pools(served.clone(), at.clone(), ending.clone(), stop)
            });
            if is_ordered_only() {
                continue;
            }
            let served = apart.app.clone();
            apart.process.spawn("combiner of a line", move |stop| {
                combine::combine(served.clone(), desk.clone(), stop)
            });
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = app.desks.opened() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

async fn open_all(app: &App) -> Result<(), Error> {
    let mut db = app.database.acquire().await?;
    let programmes = journal::programmes(&mut db).await?;
    drop(db);
    for programme in programmes {
        app.desks.desk(&programme).await?;
    }
    Ok(())
}
