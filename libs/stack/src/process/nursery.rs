//! Starts every child from one thread that never ends.
//!
//! A child asks the kernel to be killed when its parent dies, and the kernel means by parent the *thread* that
//! started it: a child started from a test's own thread would be killed when that test is over.

use std::io;
use std::process::{Child, Command};
use std::sync::LazyLock;
use std::sync::mpsc::{self, SyncSender};
use std::thread;

type Order = (Command, SyncSender<io::Result<Child>>);

static NURSERY: LazyLock<Option<SyncSender<Order>>> = LazyLock::new(|| {
    let (orders, waiting) = mpsc::sync_channel::<Order>(16);
    let work = move || {
        for (mut command, answer) in waiting {
            // Whoever gave the order has gone when the answer cannot be sent: dropping it ends nothing that matters.
            let _ = answer.send(command.spawn());
        }
    };
    thread::Builder::new().name("nursery".into()).spawn(work).ok().map(|_| orders)
});

/// Starts a child that lives at most as long as this process.
pub(super) fn spawn(command: Command) -> io::Result<Child> {
    let gone = || io::Error::other("the thread that starts children could not be started");
    let (answer, answered) = mpsc::sync_channel(1);
    NURSERY.as_ref().ok_or_else(gone)?.send((command, answer)).map_err(|_| gone())?;
    answered.recv().map_err(|_| gone())?
}
