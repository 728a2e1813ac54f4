//! Finds programs on this machine.

use std::env;
use std::path::PathBuf;

/// Servers lie where only root looks by itself.
const MORE: [&str; 3] = ["/usr/sbin", "/usr/local/sbin", "/sbin"];

/// Where a program is, if it is installed.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(MORE.map(PathBuf::from));
    folders.map(|folder| folder.join(name)).find(|candidate| candidate.is_file())
}

/// The library that lets a program believe that it is another time, where Debian puts it.
pub fn fake_time() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    folders.map(|folder| folder.path().join("faketime/libfaketime.so.1")).find(|library| library.exists())
}
