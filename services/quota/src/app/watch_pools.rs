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
        tokio::spawn(show(desk.watch(), sender));
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
async fn show(mut watched: watch::Receiver<Watched>, viewer: mpsc::Sender<Arc<PoolsNow>>) {
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
            Watched::Now(pools) => match time::timeout(SLOW_AFTER, viewer.send(pools)).await {
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
    #[tokio::test(start_paused = true)]
    async fn who_takes_nothing_is_dropped_and_nobody_waits_for_them() {
        let pools = watch::Sender::new(now(1));
        let (quick_viewer, mut quick) = mpsc::channel(1);
        let (slow_viewer, mut slow) = mpsc::channel(1);
        let slow_one = tokio::spawn(show(pools.subscribe(), slow_viewer));
        tokio::spawn(show(pools.subscribe(), quick_viewer));
        assert_eq!(quick.recv().await.unwrap().seq, 1.into());
        for seq in 2..=3 {
            pools.send_replace(now(seq));
            assert_eq!(quick.recv().await.unwrap().seq, seq.into());
        }
        assert!(!slow_one.is_finished(), "nobody has waited for it so far");

        // The clock goes on by itself where nothing else does.
        time::timeout(SLOW_AFTER * 2, slow_one).await.expect("it is dropped").unwrap();
        assert_eq!(slow.recv().await.unwrap().seq, 1.into(), "what was shown before is there");
        assert!(slow.recv().await.is_none(), "and then it is over");
        pools.send_replace(now(4));
        assert_eq!(quick.recv().await.unwrap().seq, 4.into(), "the other goes on");
    }
}
