//! Where the running stores listen: one small JSON file that tests, tools and services read.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::secrets;

/// The environment variable that names the file of running stores.
pub const STORES_VARIABLE: &str = "YUANMENG_STORES";

/// The addresses of running stores, with the credentials of an administrator of each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addresses {
    /// `postgres://user:password@host:port/postgres`, a superuser.
    pub postgres_url: String,
    /// `redis://…/`.
    pub redis_url: String,
    /// `amqp://user:password@host:port/`, an administrator of the default virtual host.
    pub amqp_url: String,
    /// `http://user:password@host:port/`, the HTTP interface that makes virtual hosts and users.
    pub rabbitmq_management_url: String,
}

/// Why addresses could not be read.
#[derive(Debug, thiserror::Error)]
pub enum AddressesError {
    /// The file is not there or not ours to read.
    #[error("the file of running stores {} cannot be used", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file holds something else.
    #[error("{} does not describe running stores", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where it stops making sense.
        source: serde_json::Error,
    },
}

impl Addresses {
    /// The stores named by `YUANMENG_STORES`, if that variable is set.
    pub fn from_environment() -> Result<Option<Self>, AddressesError> {
        env::var_os(STORES_VARIABLE).map(|path| Self::read(Path::new(&path))).transpose()
    }

    /// Reads the file that `write` left.
    pub fn read(path: &Path) -> Result<Self, AddressesError> {
        let text = fs::read(path).map_err(|source| AddressesError::File { path: path.to_owned(), source })?;
        serde_json::from_slice(&text)
            .map_err(|source| AddressesError::Malformed { path: path.to_owned(), source })
    }

    /// Writes the file; whoever reads it sees all of it or none.
    pub(crate) fn write(&self, path: &Path) -> Result<(), Error> {
        let text = serde_json::to_vec_pretty(self)
            .map_err(|source| AddressesError::Malformed { path: path.to_owned(), source })?;
        secrets::write(path, &text)
    }

    /// The same PostgreSQL server, another database.
    pub fn postgres_database_url(&self, database: &str) -> String {
        let server =
            self.postgres_url.rsplit_once('/').map_or(self.postgres_url.as_str(), |(server, _)| server);
        format!("{server}/{database}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_database_is_on_the_same_server() {
        let addresses = Addresses {
            postgres_url: "postgres://a:b@127.0.0.1:5/postgres".into(),
            redis_url: String::new(),
            amqp_url: String::new(),
            rabbitmq_management_url: String::new(),
        };

        assert_eq!(addresses.postgres_database_url("quota"), "postgres://a:b@127.0.0.1:5/quota");
    }
}
