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
    match (work.await, application_id.parse()) {
        (Err(status), Ok(id)) if is_about_people(&status) => {
            Err(showing(status, detached(app.clone().help_lines(worker, id)).await))
        }
        (answer, _) => answer,
    }
}

/// Does work that concerns a programme.
pub async fn with_programme<T>(
    app: &App,
    programme_id: &str,
    work: impl Future<Output = Result<T, Status>>,
) -> Result<T, Status> {
    match (work.await, programme_id.parse()) {
        (Err(status), Ok(id)) if is_about_people(&status) => {
            let programme = detached(app.clone().get_programme(id)).await;
            Err(showing(status, programme.map(|programme| programme.help_lines)))
        }
        (answer, _) => answer,
    }
}

/// Whether it is for what a person has sent, has done or has not done yet; nobody on the telephone can mend a failure.
fn is_about_people(status: &Status) -> bool {
    matches!(status.code(), Code::InvalidArgument | Code::FailedPrecondition | Code::AlreadyExists)
}

/// The refusal with its lines; without them where they cannot be read, for they only add to what is refused already.
fn showing(refusal: Status, lines: Result<Vec<HelpLine>, Status>) -> Status {
    let lines = lines.unwrap_or_default();
    refusal::with_help_lines(refusal, lines.iter().map(|line| (line.name.as_str(), line.phone.as_str())))
}
