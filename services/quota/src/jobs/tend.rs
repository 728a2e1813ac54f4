//! Sees to it that each line is served at this replica, whoever made it: what a killed replica left in the log of a line
//! is folded by the others, even if nobody asks them for anything.

use std::time::Duration;

use runtime::{Jobs, Process};
use tokio_util::sync::CancellationToken;

use super::{combine, order, show_pools};
use crate::app::{App, is_ordered_only};
use crate::error::Error;
use crate::store::journal;

/// How often lines that other replicas made are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Where lines are ordered and folded: on a thread, and by connections, of their own. Behind calls this would wait longest just when
/// most of them wait for it (docs/decisions/0016-lines-are-folded-on-a-thread-of-their-own.md).
#[derive(Clone)]
pub struct LineThread {
    /// The app, with stores of its own.
    pub app: App,
    /// What runs there.
    pub jobs: Jobs,
}

/// Serves every line that there is, for as long as the process runs.
pub async fn tend(app: App, process: Process, thread: LineThread, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = open_all(&app).await {
            tracing::warn!(%error, "lines cannot be looked for");
        }
        for desk in app.desks.take_unserved() {
            let (served, at) = (thread.app.clone(), desk.clone());
            thread.jobs.spawn("order of a line", move |stop| order::order(served.clone(), at.clone(), stop));
            let (served, at) = (app.clone(), desk.clone());
            let ending = process.stop();
            process.spawn("pools of a line", move |stop| {
                show_pools::show_pools(served.clone(), at.clone(), ending.clone(), stop)
            });
            if is_ordered_only() {
                continue;
            }
            let served = thread.app.clone();
            thread.jobs.spawn("combiner of a line", move |stop| {
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
