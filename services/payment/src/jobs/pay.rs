//! Sends what has been approved, and asks again for what has no answer.

use std::time::Duration;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::domain::PaymentChannel;

/// How long to rest where nothing is to be sent.
const REST: Duration = Duration::from_millis(200);
/// How long to rest after a failure of our own.
const PAUSE: Duration = Duration::from_secs(1);

/// Pays by one channel for as long as the process runs. Several replicas may: each takes other instructions.
pub async fn pay(app: App, channel: PaymentChannel, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let rest = match app.pay(channel).await {
            Ok(true) => continue,
            Ok(false) => REST,
            Err(error) => {
                tracing::error!(error = ?error, ?channel, "instructions cannot be sent just now");
                PAUSE
            }
        };
        stop.run_until_cancelled(sleep(rest)).await;
    }
}
