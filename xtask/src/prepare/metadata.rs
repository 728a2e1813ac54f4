//! Takes query files from one folder over into another, and tells what that changed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

use anyhow::{Context, Result};

/// How many query files a folder has, and what became of them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Change {
    /// Files that are there now.
    pub(crate) queries: usize,
    /// Files that were not there, or said something else.
    pub(crate) written: usize,
    /// Files of queries that no longer exist.
    pub(crate) removed: usize,
}

impl Change {
    /// Whether nothing is or would be different.
    pub(crate) fn is_none(&self) -> bool {
        self.written == 0 && self.removed == 0
    }
}

impl fmt::Display for Change {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { queries, written, removed } = self;
        write!(formatter, "{queries} queries, {written} new or changed, {removed} gone")
    }
}

/// Afterwards `committed` holds exactly what `fresh` holds.
pub(crate) fn replace(fresh: &Path, committed: &Path) -> Result<Change> {
    let mut change = add(fresh, committed)?;
    let wanted = read(fresh)?;
    for name in read(committed)?.keys().filter(|name| !wanted.contains_key(*name)) {
        fs::remove_file(committed.join(name)).with_context(|| format!("cannot remove {name}"))?;
        change.removed += 1;
    }
    change.queries = wanted.len();
    Ok(change)
}

/// Copies what `fresh` has and `committed` has not, or has otherwise; removes nothing.
pub(crate) fn add(fresh: &Path, committed: &Path) -> Result<Change> {
    let wanted = read(fresh)?;
    let present = read(committed)?;
    let mut change = Change { queries: present.len(), ..Change::default() };
    if !wanted.is_empty() {
        fs::create_dir_all(committed).with_context(|| format!("cannot make {}", committed.display()))?;
    }
    for (name, text) in wanted.iter().filter(|(name, text)| present.get(*name) != Some(*text)) {
        fs::write(committed.join(name), text).with_context(|| format!("cannot write {name}"))?;
        change.written += 1;
    }
    Ok(change)
}

/// What would `replace` do? The same counting, without touching anything.
pub(crate) fn difference(fresh: &Path, committed: &Path) -> Result<Change> {
    let wanted = read(fresh)?;
    let present = read(committed)?;
    Ok(Change {
        queries: present.len(),
        written: wanted.iter().filter(|(name, text)| present.get(*name) != Some(*text)).count(),
        removed: present.keys().filter(|name| !wanted.contains_key(*name)).count(),
    })
}

/// Whether several folders together hold exactly what `fresh` holds.
pub(crate) fn agrees(fresh: &Path, committed: &[PathBuf]) -> Result<bool> {
    let present: Vec<_> = committed.iter().map(|folder| read(folder)).collect::<Result<_>>()?;
    let wanted = read(fresh)?;
    let as_wanted = present.iter().flatten().all(|(name, text)| wanted.get(name) == Some(text));
    Ok(as_wanted && wanted.keys().all(|name| present.iter().any(|folder| folder.contains_key(name))))
}

fn read(folder: &Path) -> Result<BTreeMap<String, String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(error).with_context(|| format!("cannot list {}", folder.display())),
    };
    let mut files = BTreeMap::new();
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot list {}", folder.display()))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let hash = name.strip_prefix("query-").and_then(|rest| rest.strip_suffix(".json"));
        if hash.is_some() {
            let text = fs::read_to_string(entry.path()).with_context(|| format!("cannot read {name}"))?;
            files.insert(name, text);
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stale_files_go_and_others_stay_untouched() {
        let fresh = tempfile::tempdir().unwrap();
        let committed = tempfile::tempdir().unwrap();
        fs::write(fresh.path().join("query-a.json"), "1").unwrap();
        fs::write(fresh.path().join("query-b.json"), "2").unwrap();
        fs::write(committed.path().join("query-a.json"), "1").unwrap();
        fs::write(committed.path().join("query-c.json"), "3").unwrap();
        fs::write(committed.path().join("README"), "not a query").unwrap();

        let expected = Change { queries: 2, written: 1, removed: 1 };
        assert_eq!(difference(fresh.path(), committed.path()).unwrap(), expected);
        assert_eq!(replace(fresh.path(), committed.path()).unwrap(), expected);

        assert!(committed.path().join("README").exists());
        assert!(agrees(fresh.path(), &[committed.path().to_owned()]).unwrap());
        fs::write(committed.path().join("query-d.json"), "4").unwrap();
        assert!(!agrees(fresh.path(), &[committed.path().to_owned()]).unwrap());
        fs::remove_file(committed.path().join("query-d.json")).unwrap();
        let settled = Change { queries: 2, written: 0, removed: 0 };
        assert_eq!(difference(fresh.path(), committed.path()).unwrap(), settled);
    }
}
