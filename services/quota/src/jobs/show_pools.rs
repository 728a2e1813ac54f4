//! Reads the pools of a line for all who watch them: once for each change, and only while somebody does.

use std::sync::Arc;
use std::time::Duration;

use tokio::time;
use tokio_util::sync::CancellationToken;

use crate::app::{App, Desk, Watched};

/// Changes are shown at most this often.
const PACE: Duration = Duration::from_millis(200);

/// Shows the pools of a line until the process is to end: whoever watches would keep it from ending.
pub(super) async fn show_pools(
    app: App,
    desk: Arc<Desk>,
    ending: CancellationToken,
    stop: CancellationToken,
) {
    let mut shown = None;
    while !ending.is_cancelled() {
        let at = desk.view().at;
        if desk.watchers() == 0 {
            // Whoever watches next is not shown what is old.
            if shown.take().is_some() {
                desk.show(Watched::Unread);
            }
        } else if shown != Some(at) {
            match app.read_pools(&desk).await {
                Ok(pools) => {
                    desk.show(Watched::Now(Arc::new(pools)));
                    shown = Some(at);
                }
                Err(error) => tracing::debug!(programme = %desk.programme(), %error, "pools cannot be shown"),
            }
        }
        ending.run_until_cancelled(time::sleep(PACE)).await;
    }
    desk.show(Watched::Over);
    stop.cancelled().await;
}
