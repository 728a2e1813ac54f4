//! Waiting for something that is looked at again and again, up to a limit.

use std::thread;
use std::time::{Duration, Instant};

/// Long enough for a busy machine; nothing is waited for so long where all is well.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(20);

/// What a look answers: whether it is so, or what there is to see.
pub trait Look {
    /// What is seen at last.
    type Seen;

    /// What is seen, if it is there.
    fn seen(self) -> Option<Self::Seen>;
}

impl Look for bool {
    type Seen = ();

    fn seen(self) -> Option<()> {
        self.then_some(())
    }
}

impl<T> Look for Option<T> {
    type Seen = T;

    fn seen(self) -> Self {
        self
    }
}

/// Waits for what comes about a moment later, because an event or a job brings it; gives what is seen then.
///
/// # Panics
/// Where there is nothing to see for half a minute.
pub async fn eventually<L: Look>(what: &str, look: impl AsyncFnMut() -> L) -> L::Seen {
    let seen = within(PATIENCE, look).await;
    seen.unwrap_or_else(|| panic!("it did not come about within {PATIENCE:?}: {what}"))
}

/// Looks until there is something to see; nothing where there is none in time, even if a look itself does not end.
pub async fn within<L: Look>(patience: Duration, mut look: impl AsyncFnMut() -> L) -> Option<L::Seen> {
    let looking = async {
        loop {
            if let Some(seen) = look().await.seen() {
                return seen;
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    tokio::time::timeout(patience, looking).await.ok()
}

/// Looks until it is so, on a thread that may wait; says whether it came to be in time.
pub fn until(patience: Duration, mut so: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + patience;
    loop {
        if so() {
            return true;
        }
        if Instant::now() >= end {
            return false;
        }
        thread::sleep(PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_comes_about_later_is_seen() {
        let mut looks = 0;
        let seen = within(PATIENCE, async || {
            looks += 1;
            (looks == 3).then_some(looks)
        });
        assert_eq!(seen.await, Some(3));

        let mut turns = [false, true].into_iter();
        eventually("it is so at the second look", async || turns.next().unwrap()).await;
    }

    #[tokio::test]
    async fn what_does_not_come_about_is_not_waited_for_beyond_the_limit() {
        assert_eq!(within(PAUSE, async || None::<()>).await, None);
        assert!(!until(PAUSE, || false));
    }

    #[tokio::test]
    async fn a_look_that_does_not_end_is_not_waited_for_beyond_the_limit() {
        let hangs = within(PAUSE, async || std::future::pending::<bool>().await);
        assert_eq!(tokio::time::timeout(PATIENCE, hangs).await, Ok(None));
    }
}
