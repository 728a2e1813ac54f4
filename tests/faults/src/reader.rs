//! Who looks at places after they were told, again and again while everything is hurt (P2).

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::JoinSet;

use crate::history::Read;
use crate::line::Line;

/// So many look at once,
const READERS: usize = 4;
/// each so long after the last look.
const REST: Duration = Duration::from_millis(20);

/// Applications that were told their place.
pub(crate) type Placed = Arc<Mutex<Vec<String>>>;

/// Readers at work.
pub(crate) struct Readers {
    tasks: JoinSet<Vec<Read>>,
    is_over: Arc<AtomicBool>,
}

impl Readers {
    /// They begin.
    pub(crate) fn begin(line: &Line, placed: &Placed) -> Self {
        let (mut tasks, is_over) = (JoinSet::new(), Arc::new(AtomicBool::new(false)));
        for number in 0..READERS {
            let (line, placed, is_over) = (line.clone(), Arc::clone(placed), Arc::clone(&is_over));
            tasks.spawn(async move {
                let mut reads = Vec::new();
                while !is_over.load(Ordering::Relaxed) {
                    tokio::time::sleep(REST).await;
                    if let Some(application) = one_of(&placed) {
                        reads.extend(look(&line, application, number).await);
                    }
                }
                reads
            });
        }
        Self { tasks, is_over }
    }

    /// They end: what they saw.
    pub(crate) async fn end(self) -> Vec<Read> {
        self.is_over.store(true, Ordering::Relaxed);
        self.tasks.join_all().await.concat()
    }
}

fn one_of(placed: &Placed) -> Option<String> {
    let placed = placed.lock().unwrap_or_else(PoisonError::into_inner);
    let chosen = rand::random_range(0..placed.len().max(1));
    placed.get(chosen).cloned()
}

/// Looks once. A replica that does not answer, or does not know just now, has told nothing.
async fn look(line: &Line, application_id: String, replica: usize) -> Option<Read> {
    let place = line.client.place(&line.programme, &application_id, replica).await?;
    Some(Read { application_id, place })
}
