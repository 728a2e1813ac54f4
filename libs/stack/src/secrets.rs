//! Secrets of a development stack: made at random, kept in files that only their owner reads.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rand::RngExt;

use crate::error::Error;

/// The password in the file, made and put there if there is none.
pub fn kept_password(path: &Path) -> Result<String, Error> {
    match fs::read_to_string(path) {
        Ok(password) => Ok(password),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let password = random_password();
            write(path, password.as_bytes())?;
            Ok(password)
        }
        Err(source) => Err(Error::File { path: path.to_owned(), source }),
    }
}

/// 128 bits as hexadecimal digits, which mean nothing special in a URL, a configuration file or a shell.
pub fn random_password() -> String {
    format!("{:032x}", rand::rng().random::<u128>())
}

/// Writes a file that only its owner reads; whoever looks sees the old content or the new, never half of it.
pub(crate) fn write(path: &Path, content: &[u8]) -> Result<(), Error> {
    let draft = path.with_extension("draft");
    let write = || -> io::Result<()> {
        let mut file = File::options().create(true).write(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(content)?;
        fs::rename(&draft, path)
    };
    write().map_err(Error::file(path))
}
