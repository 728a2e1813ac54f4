//! A worker who is refused reads whom to ask: the programme's help lines.

use runtime::detached;
use tonic::{Code, Status};
use vocabulary::WorkerId;

use crate::app::App;
use crate::domain::HelpLine;

/// Does work that concerns a worker's application.
pub async fn with_application<T>(
    app: &App,
    worker: WorkerId,
    application_id: &str,
    work: impl Future<Output = Result<T, Status>>,
) -> Result<T, Status> {
    or_help(work, async || {
        let id = application_id.parse().ok()?;
        detached(app.clone().get_help_lines(worker, id)).await.ok()
    })
    .await
}

/// Does work that concerns a programme.
pub async fn with_programme<T>(
    app: &App,
    programme_id: &str,
    work: impl Future<Output = Result<T, Status>>,
) -> Result<T, Status> {
    or_help(work, async || {
        let id = programme_id.parse().ok()?;
        Some(detached(app.clone().get_programme(id)).await.ok()?.help_lines)
    })
    .await
}

/// Lines that cannot be read are left out: they only add to what is refused already.
async fn or_help<T>(
    work: impl Future<Output = Result<T, Status>>,
    lines: impl AsyncFnOnce() -> Option<Vec<HelpLine>>,
) -> Result<T, Status> {
    match work.await {
        Err(refusal) if people_can_mend(&refusal) => {
            let lines = lines().await.unwrap_or_default();
            let lines = lines.iter().map(|line| (line.name.as_str(), line.phone.as_str()));
            Err(refusal::with_help_lines(refusal, lines))
        }
        answer => answer,
    }
}

/// Whether it is for what a person has sent, has done or has not done yet; nobody on the telephone can mend a failure.
fn people_can_mend(refusal: &Status) -> bool {
    matches!(refusal.code(), Code::InvalidArgument | Code::FailedPrecondition | Code::AlreadyExists)
}
