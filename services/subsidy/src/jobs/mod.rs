//! What subsidy does by itself: nothing that was begun stays half done.

use std::fmt::Display;
use std::future::Future;
use std::time::Duration;

use runtime::Process;
use tokio::time;
use tokio_util::sync::CancellationToken;

use crate::app::App;

/// How often quota is told what was ordered.
const ORDERS: Duration = Duration::from_millis(200);
/// How often submissions without an answer are looked for.
const SUBMISSIONS: Duration = Duration::from_secs(1);
/// How often corrections that are overdue are looked for.
const CORRECTIONS: Duration = Duration::from_secs(5);
/// How often stray files are looked for.
const FILES: Duration = Duration::from_mins(1);

/// Starts all jobs.
pub fn spawn(app: &App, process: &Process) {
    let own = app.clone();
    process.spawn("orders", move |stop| {
        let app = own.clone();
        every(ORDERS, "orders", stop, move || {
            let app = app.clone();
            async move { app.tell_quota().await }
        })
    });
    let own = app.clone();
    process.spawn("submissions", move |stop| {
        let app = own.clone();
        every(SUBMISSIONS, "submissions", stop, move || {
            let app = app.clone();
            async move { app.sweep_submissions().await }
        })
    });
    let own = app.clone();
    process.spawn("corrections", move |stop| {
        let app = own.clone();
        every(CORRECTIONS, "corrections", stop, move || {
            let app = app.clone();
            async move { app.expire_corrections().await }
        })
    });
    let own = app.clone();
    process.spawn("files", move |stop| {
        let app = own.clone();
        every(FILES, "files", stop, move || {
            let app = app.clone();
            async move { app.sweep_files().await }
        })
    });
}

/// Does it again and again; what fails is told once and done again.
async fn every<F, E>(rest: Duration, job: &'static str, stop: CancellationToken, mut act: impl FnMut() -> F)
where
    F: Future<Output = Result<(), E>>,
    E: Display,
{
    while !stop.is_cancelled() {
        if let Err(error) = act().await {
            tracing::warn!(job, %error, "a job could not do its work just now");
        }
        stop.run_until_cancelled(time::sleep(rest)).await;
    }
}
