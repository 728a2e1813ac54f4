//! The rush: every client sends until it is answered and keeps its receipt, while stores and services are hurt.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use proto::subsidy::{Receipt, SubmitApplicationResponse};
use testkit::{Worker, request_id};
use tokio::task::JoinSet;
use tonic::{Code, Status};

/// How long a client rests before it sends again what was not answered.
const REST: Duration = Duration::from_millis(150);
/// How long a client goes on.
const PATIENCE: Duration = Duration::from_secs(40);

/// What one client kept: what it was told, and when it had sent and was answered.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    /// The application's place among those of the story.
    pub(crate) index: usize,
    /// When it was first sent.
    pub(crate) sent: Instant,
    /// When it was answered.
    pub(crate) answered: Instant,
    /// How often it was sent.
    pub(crate) times: u32,
    /// The receipt.
    pub(crate) receipt: Receipt,
}

/// Clients at work.
pub(crate) struct Rush {
    clients: JoinSet<Result<Kept>>,
    applications: BTreeSet<usize>,
    answered: Arc<Mutex<BTreeSet<usize>>>,
}

impl Rush {
    /// Nobody yet.
    pub(crate) fn new() -> Self {
        Self { clients: JoinSet::new(), applications: BTreeSet::new(), answered: Arc::default() }
    }

    /// A client sends an application after a moment, and again until it is answered.
    pub(crate) fn send(&mut self, index: usize, after: Duration, worker: Worker, application_id: String) {
        self.applications.insert(index);
        let answered = Arc::clone(&self.answered);
        self.clients.spawn(async move {
            tokio::time::sleep(after).await;
            let kept = client(index, &worker, &application_id).await?;
            answered.lock().unwrap_or_else(PoisonError::into_inner).insert(index);
            Ok(kept)
        });
    }

    /// For how many applications an answer has arrived.
    pub(crate) fn answered(&self) -> usize {
        self.answered.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether an application still waits for its answer.
    pub(crate) fn is_on(&self) -> bool {
        self.answered() < self.applications.len()
    }

    /// Waits for all of them.
    pub(crate) async fn receipts(mut self) -> Result<Vec<Kept>> {
        let mut kept = Vec::with_capacity(self.clients.len());
        while let Some(client) = self.clients.join_next().await {
            kept.push(client.context("a client broke off")??);
        }
        Ok(kept)
    }
}

async fn client(index: usize, worker: &Worker, application_id: &str) -> Result<Kept> {
    let (request_id, sent) = (request_id(), Instant::now());
    for times in 1.. {
        match worker.submit(application_id, &request_id).await {
            Ok(answer) => {
                let SubmitApplicationResponse { receipt, .. } = answer.into_inner();
                let receipt = receipt.context("a submission without a receipt")?;
                return Ok(Kept { index, sent, answered: Instant::now(), times, receipt });
            }
            Err(status) if says_nothing(&status) && sent.elapsed() < PATIENCE => {
                tokio::time::sleep(REST).await;
            }
            Err(status) => bail!("worker {} was refused: {status:?}", index + 1),
        }
    }
    bail!("worker {} was never answered", index + 1)
}

/// Whether an answer tells nothing of the outcome: the same is sent again, with the same id.
fn says_nothing(status: &Status) -> bool {
    matches!(status.code(), Code::Unavailable | Code::DeadlineExceeded | Code::Unknown | Code::Cancelled)
}
