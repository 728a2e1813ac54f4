//! Remembers what a crate's metadata was last compared with, so that a second look costs nothing.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::workspace::{self, Package};

/// A digest of everything that decides what a crate's `.sqlx` must say.
pub(crate) struct Stamp {
    digest: String,
    file: PathBuf,
}

impl Stamp {
    /// The crate as it is now: sources, migrations and metadata, the platform's migrations, the version of sqlx.
    pub(crate) fn of(package: &Package) -> Result<Self> {
        let root = workspace::root();
        let platform = root.join("libs/postgres/migrations");
        let mut files = vec![root.join("Cargo.lock")];
        for folder in [&package.folder, &platform] {
            collect(folder, &mut files)?;
        }
        files.sort();
        let mut hasher = DefaultHasher::new();
        for path in &files {
            path.hash(&mut hasher);
            fs::read(path).with_context(|| format!("cannot read {}", path.display()))?.hash(&mut hasher);
        }
        let file = workspace::target().with_file_name("xtask").join(format!("sqlx-{}", package.name));
        Ok(Self { digest: format!("{:016x}", hasher.finish()), file })
    }

    /// Whether exactly this was found to be right before.
    pub(crate) fn is_known(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|known| known == self.digest)
    }

    /// It was found to be right.
    pub(crate) fn remember(&self) -> Result<()> {
        let write = self.file.parent().map_or(Ok(()), fs::create_dir_all);
        write
            .and_then(|()| fs::write(&self.file, &self.digest))
            .with_context(|| format!("cannot write {}", self.file.display()))
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let cannot = || format!("cannot list {}", folder.display());
    for entry in fs::read_dir(folder).with_context(cannot)? {
        let path = entry.with_context(cannot)?.path();
        if path.is_dir() { collect(&path, files)? } else { files.push(path) }
    }
    Ok(())
}
