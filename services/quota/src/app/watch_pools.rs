//! Shows a line's pools as they change: from what is committed, read once for all who watch.

use std::sync::Arc;
use std::time::Duration;

use refusal::{Reason, Refusal};
use tokio::sync::{mpsc, watch};
use tokio::time;
use vocabulary::ProgrammeId;

use super::{App, Desk};
use crate::domain::{PoolNow, Sequence};
use crate::error::Error;
use crate::store::pool;

/// The most who watch one line at one replica.
const MAX_WATCHERS: usize = 10_000;
/// One who takes nothing for so long is dropped, and not waited for.
const SLOW_AFTER: Duration = Duration::from_secs(5);

/// The pools of a line after an operation.
#[derive(Debug)]
pub struct PoolsNow {
    /// The last operation that they show.
    pub seq: Sequence,
    /// All of them, in the order in which they were added.
    pub pools: Vec<PoolNow>,
}

/// What those who watch see.
#[derive(Debug, Clone, Default)]
pub enum Watched {
    /// Nothing was read yet.
    #[default]
    Unread,
    /// The pools.
    Now(Arc<PoolsNow>),
    /// This replica ends: they go on at another one.
    Over,
}

impl App {
    /// Watches the pools of a line: as they are, then whenever they have changed. Changes that come fast are shown together.
    pub async fn watch_pools(self, programme: ProgrammeId) -> Result<mpsc::Receiver<Arc<PoolsNow>>, Error> {
        let desk = self.desks.desk(&programme).await?;
        if desk.watchers() >= MAX_WATCHERS {
            return Err(Refusal::new(Reason::Overloaded).into());
        }
        let (sender, receiver) = mpsc::channel(1);
        tokio::spawn(show(desk.watch(), sender, SLOW_AFTER));
        Ok(receiver)
    }

    /// Reads all pools of a line for those who watch.
    pub async fn read_pools(&self, desk: &Desk) -> Result<PoolsNow, Error> {
        let (mut snapshot, committed) = self.snapshot(desk).await?;
        let pools = pool::all(&mut snapshot, desk.programme()).await?;
        Ok(PoolsNow { seq: committed.row.at.seq, pools })
    }
}

/// Passes on what there is to see, until nobody looks any more, or somebody looks too slowly.
async fn show(
    mut watched: watch::Receiver<Watched>,
    viewer: mpsc::Sender<Arc<PoolsNow>>,
    slow_after: Duration,
) {
    watched.mark_changed();
    loop {
        tokio::select! {
            () = viewer.closed() => return,
            changed = watched.changed() => if changed.is_err() { return },
        }
        let seen = watched.borrow_and_update().clone();
        match seen {
            Watched::Unread => {}
            Watched::Over => return,
            Watched::Now(pools) => match time::timeout(slow_after, viewer.send(pools)).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => return,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now(seq: i64) -> Watched {
        Watched::Now(Arc::new(PoolsNow { seq: seq.into(), pools: Vec::new() }))
    }

    /// One takes what is shown, and one takes nothing.
    #[tokio::test]
    async fn who_takes_nothing_is_dropped_and_nobody_waits_for_them() {
        let pools = watch::Sender::new(now(1));
        let (quick_viewer, mut quick) = mpsc::channel(1);
        let (slow_viewer, mut slow) = mpsc::channel(1);
        tokio::spawn(show(pools.subscribe(), quick_viewer, SLOW_AFTER));
        let slow_one = tokio::spawn(show(pools.subscribe(), slow_viewer, Duration::ZERO));
        assert_eq!(quick.recv().await.unwrap().seq, 1.into());
        while slow.is_empty() {
            tokio::task::yield_now().await;
        }
        pools.send_replace(now(2));
        slow_one.await.unwrap();
        assert_eq!(pools.receiver_count(), 1, "it is dropped");
        assert_eq!(slow.recv().await.unwrap().seq, 1.into(), "what was shown before is there");
        assert!(slow.recv().await.is_none(), "and then it is over");

        assert_eq!(quick.recv().await.unwrap().seq, 2.into());
        pools.send_replace(now(3));
        assert_eq!(quick.recv().await.unwrap().seq, 3.into(), "the other goes on");
    }
}
