//! Every way in which starting or stopping something fails, told so that a developer knows what to do next.

use std::io;
use std::path::{Path, PathBuf};

use crate::addresses::AddressesError;

/// Why something could not be started, reached or stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A program that comes with a package is not on this machine.
    #[error("{program} is not installed; it comes with the package {package}")]
    NotInstalled {
        /// The program that was looked for.
        program: &'static str,
        /// The Debian package that brings it.
        package: &'static str,
    },
    /// A user account that comes with a package is not on this machine.
    #[error("there is no user {0}, as which its server should run")]
    NoAccount(&'static str),
    /// A folder or file of ours cannot be made, read or removed.
    #[error("{} cannot be used", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// We are root, and the servers' own users would not get there.
    #[error("{} cannot be entered by the users that servers run as", .0.display())]
    Unreachable(PathBuf),
    /// Somebody else runs on this folder at this moment.
    #[error("{} is in use by another running stack", .0.display())]
    InUse(PathBuf),
    /// Every port that was tried is taken.
    #[error("no free port was found")]
    NoPort,
    /// The program could not be run at all.
    #[error("{name} cannot be run")]
    Spawn {
        /// What was to run.
        name: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// The program ran and stopped, or never became ready.
    #[error("{name} {what}{log}")]
    Failed {
        /// What ran.
        name: String,
        /// What happened, as the rest of a sentence.
        what: String,
        /// Where it wrote and the last lines of that, as the rest of the message.
        log: String,
    },
    /// No service of this name was started.
    #[error("no service called {0} was started")]
    NoService(String),
    /// A signal could not be sent.
    #[error("{name} cannot be signalled")]
    Signal {
        /// Who should have received it.
        name: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file of addresses cannot be written.
    #[error(transparent)]
    Addresses(#[from] AddressesError),
}

impl Error {
    /// Remembers which file an error was about.
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::File { path: path.to_owned(), source }
    }
}
