//! Ports of our own on the loopback: free when claimed, and nobody else's among us while the claim lives.

use std::env;
use std::fs::{self, File, Permissions};
use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rand::RngExt;

use crate::error::Error;

/// Below the range from which the kernel takes the near end of outgoing connections: from there, a client that
/// knocks at a killed server's port may be given that very port, talk to itself, and keep the server out.
const RANGE: Range<u16> = 12_000..32_000;
const ATTEMPTS: usize = 1_000;

/// A claimed port.
#[derive(Debug)]
pub struct Port {
    number: u16,
    // The lock on this file is the claim: it ends with us, however we end.
    _claim: File,
}

impl Port {
    /// Claims a free port.
    pub fn claim() -> Result<Self, Error> {
        let folder = claims_folder()?;
        let mut random = rand::rng();
        (0..ATTEMPTS).find_map(|_| Self::try_claim(&folder, random.random_range(RANGE))).ok_or(Error::NoPort)
    }

    /// Its number.
    pub fn number(&self) -> u16 {
        self.number
    }

    /// `127.0.0.1:<number>`
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.number)
    }

    fn try_claim(folder: &Path, number: u16) -> Option<Self> {
        let path = folder.join(number.to_string());
        let claim = File::options().create(true).append(true).open(path).ok()?;
        claim.try_lock().ok()?;
        TcpListener::bind((Ipv4Addr::LOCALHOST, number)).ok()?;
        Some(Self { number, _claim: claim })
    }
}

/// One folder for every user of the machine, or two stacks of two users would not see each other's claims.
fn claims_folder() -> Result<PathBuf, Error> {
    let folder = env::temp_dir().join("yuanmeng-ports");
    if !folder.exists() {
        fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
        fs::set_permissions(&folder, Permissions::from_mode(0o1777)).map_err(Error::file(&folder))?;
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claimed_port_is_given_once_until_it_is_dropped() {
        let port = Port::claim().unwrap();
        let folder = claims_folder().unwrap();

        assert!(Port::try_claim(&folder, port.number()).is_none());
        let number = port.number();
        drop(port);
        assert!(Port::try_claim(&folder, number).is_some());
    }

    #[test]
    fn a_port_that_somebody_listens_on_is_not_given() {
        let port = Port::claim().unwrap();
        let number = port.number();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, number)).unwrap();
        drop(port);

        assert!(Port::try_claim(&claims_folder().unwrap(), number).is_none());
        drop(listener);
    }
}
