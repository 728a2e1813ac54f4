//! A worker who is refused reads whom to ask: the programme's help lines.

use runtime::detached;
use tonic::{Code, Status};
use vocabulary::WorkerId;

use crate::app::App;
use crate::domain::HelpLine;
use crate::error::Error;

/// Does work that concerns a worker's application.
pub async fn with_application<T>(
    app: &App,
    worker: WorkerId,
    application_id: &str,
    work: impl Future<Output = Result<T, Status>>,
) -> Result<T, Status> {
    let lines = application_id.parse().ok().map(|id| app.clone().help_lines(worker, id));
    helped(work, lines).await
}

/// Does work that concerns a programme.
pub async fn with_programme<T>(
    app: &App,
    programme_id: &str,
    work: impl Future<Output = Result<T, Status>>,
) -> Result<T, Status> {
    let programme = programme_id.parse().ok().map(|id| app.clone().get_programme(id));
    let lines = programme.map(|programme| async { Ok(programme.await?.help_lines) });
    helped(work, lines).await
}

async fn helped<T, L>(work: impl Future<Output = Result<T, Status>>, lines: Option<L>) -> Result<T, Status>
where
    L: Future<Output = Result<Vec<HelpLine>, Error>> + Send + 'static,
{
    match (work.await, lines) {
        (Err(status), Some(lines)) if is_about_people(&status) => Err(match detached(lines).await {
            Ok(lines) => {
                let lines = lines.iter().map(|line| (line.name.as_str(), line.phone.as_str()));
                refusal::with_help_lines(status, lines)
            }
            // They only add to what is refused already.
            Err(_) => status,
        }),
        (answer, _) => answer,
    }
}

/// Whether it is for what a person has sent, has done or has not done yet; nobody on the telephone can mend a failure.
fn is_about_people(status: &Status) -> bool {
    matches!(status.code(), Code::InvalidArgument | Code::FailedPrecondition | Code::AlreadyExists)
}
