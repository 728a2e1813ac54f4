//! The folders that stores keep their data in: claimed by one stack at a time, open to the users that servers run as.

use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::Path;
use std::time::Duration;

use crate::error::Error;
use crate::process::{Account, account};

const LOCK: &str = "lock";

/// Makes the folder and holds it; refuses one that another stack runs on.
pub(super) fn claim(folder: &Path) -> Result<File, Error> {
    DirBuilder::new().recursive(true).mode(0o755).create(folder).map_err(Error::file(folder))?;
    let path = folder.join(LOCK);
    let lock = File::options().create(true).append(true).open(&path).map_err(Error::file(&path))?;
    lock.try_lock().map_err(|_| Error::InUse(folder.to_owned()))?;
    enterable(folder)?;
    Ok(lock)
}

/// A folder of a server's own, which nobody else reads.
pub(super) fn private(folder: &Path, account: Option<Account>) -> Result<(), Error> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(Error::file(folder))?;
    give(folder, account)
}

/// A file that only the server and we read.
pub(super) fn private_file(path: &Path, text: &str, account: Option<Account>) -> Result<(), Error> {
    let _ = fs::remove_file(path);
    crate::secrets::write(path, text.as_bytes())?;
    give(path, account)
}

fn give(path: &Path, account: Option<Account>) -> Result<(), Error> {
    account.map_or(Ok(()), |account| account.own(path)).map_err(Error::file(path))
}

/// Refuses a folder that a server which runs as another user, as it must when we are root, could not get to.
pub fn enterable(folder: &Path) -> Result<(), Error> {
    let open = |ancestor: &Path| fs::metadata(ancestor).is_ok_and(|data| data.mode() & 0o001 != 0);
    let all_open = folder.ancestors().filter(|ancestor| ancestor.exists()).all(open);
    if account::we_are_root() && !all_open { Err(Error::Unreachable(folder.to_owned())) } else { Ok(()) }
}

/// Removes the folders beneath `parent` that begin with `prefix`, are ours, and that no stack runs on any more:
/// what a killed one has left. A young one may be about to be used.
pub fn sweep(parent: &Path, prefix: &str, age: Duration) {
    let own = rustix::process::geteuid().as_raw();
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let named = entry.file_name().to_string_lossy().starts_with(prefix);
        let ours = entry.metadata().is_ok_and(|data| data.is_dir() && data.uid() == own);
        let old = entry
            .metadata()
            .and_then(|data| data.modified())
            .is_ok_and(|at| at.elapsed().is_ok_and(|passed| passed >= age));
        if named && ours && old && claim(&entry.path()).is_ok() {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_folder_is_claimed_once() {
        let folder = tempfile::tempdir().unwrap();
        let claimed = claim(folder.path()).unwrap();

        assert!(matches!(claim(folder.path()), Err(Error::InUse(_))));
        drop(claimed);
        claim(folder.path()).unwrap();
    }

    #[test]
    fn only_abandoned_folders_are_swept() {
        let parent = tempfile::tempdir().unwrap();
        let abandoned = parent.path().join("stack-1");
        let running = parent.path().join("stack-2");
        let other = parent.path().join("photographs");
        drop(claim(&abandoned).unwrap());
        let held = claim(&running).unwrap();
        fs::create_dir(&other).unwrap();

        sweep(parent.path(), "stack-", Duration::from_hours(1));
        assert!(abandoned.exists());
        sweep(parent.path(), "stack-", Duration::ZERO);

        assert!(!abandoned.exists());
        assert!(running.exists());
        assert!(other.exists());
        drop(held);
    }

    #[test]
    fn root_needs_a_folder_that_others_may_enter() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("data");
        fs::set_permissions(parent.path(), Permissions::from_mode(0o700)).unwrap();

        assert_eq!(enterable(&folder).is_err(), account::we_are_root());
        fs::set_permissions(parent.path(), Permissions::from_mode(0o711)).unwrap();
        enterable(&folder).unwrap();
    }
}
