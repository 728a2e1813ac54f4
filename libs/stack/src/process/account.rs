//! As whom a server runs: `PostgreSQL` and `RabbitMQ` refuse root, so root starts them as the user of their package.

use std::fs;
use std::io;
use std::os::unix::fs::chown;
use std::path::Path;

use crate::error::Error;

/// A user of this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    pub(super) user: u32,
    pub(super) group: u32,
}

impl Account {
    /// The named user when we are root; nobody but ourselves otherwise.
    pub fn for_server(name: &'static str) -> Result<Option<Self>, Error> {
        if !we_are_root() {
            return Ok(None);
        }
        let users = fs::read_to_string("/etc/passwd").map_err(Error::file(Path::new("/etc/passwd")))?;
        users.lines().find_map(|line| parse(line, name)).map(Some).ok_or(Error::NoAccount(name))
    }

    /// Hands a file or folder over.
    pub(crate) fn own(self, path: &Path) -> io::Result<()> {
        chown(path, Some(self.user), Some(self.group))
    }
}

/// Whether we may act as others.
pub fn we_are_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// `name:password:user:group:…`
fn parse(line: &str, name: &str) -> Option<Account> {
    let mut fields = line.split(':');
    if fields.next()? != name {
        return None;
    }
    Some(Account { user: fields.nth(1)?.parse().ok()?, group: fields.next()?.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_the_whole_name() {
        let line = "postgres:x:101:104:administrator:/var/lib/postgresql:/bin/bash";

        assert_eq!(parse(line, "postgres"), Some(Account { user: 101, group: 104 }));
        assert_eq!(parse(line, "post"), None);
    }
}
