//! The checkout as the style tests see it: files, their paths and their lines.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// One text file of the checkout.
pub struct File {
    /// Where it lies, from the top of the checkout, with `/`.
    pub path: String,
    /// What it says.
    pub text: String,
}

impl File {
    /// Its lines, counted from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// Whether it lies below `folder`, such as `services/` or `libs/runtime/src/`.
    pub fn is_below(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }

    /// The service and the room that a service's source file belongs to: `("quota", "app/reserve.rs")`.
    pub fn room(&self) -> Option<(&str, &str)> {
        self.path.strip_prefix("services/")?.split_once("/src/")
    }

    /// Whether it holds tests rather than what is shipped.
    pub fn is_test(&self) -> bool {
        self.path.starts_with("tests/") || self.path.contains("/tests/") || self.path.ends_with("/tests.rs")
    }

    /// The lines before its unit tests: what is shipped.
    pub fn shipped_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.lines().take_while(|(_, line)| !line.starts_with("#[cfg(test)]"))
    }
}

/// Every file of the checkout with one of these endings, in order of path. Built and downloaded things are left out.
///
/// # Panics
/// Where the checkout cannot be read.
#[expect(clippy::expect_used, reason = "only tests call it")]
pub fn files(endings: &[&str]) -> Vec<File> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the checkout");
    let mut paths = Vec::new();
    collect(&top, endings, &mut paths).expect("a readable checkout");
    paths.sort();
    paths.into_iter().filter_map(|path| read(&top, &path)).collect()
}

/// Fails with every offence, each on a line, below the rule that they break.
///
/// # Panics
/// Where there is an offence.
pub fn expect_none(rule: &str, offences: impl IntoIterator<Item = impl Display>) {
    let offences: Vec<String> = offences.into_iter().map(|offence| format!("  {offence}")).collect();
    assert!(offences.is_empty(), "{rule}\n{}", offences.join("\n"));
}

fn collect(folder: &Path, endings: &[&str], paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if path.is_dir() {
            let ours = name == ".ci" || name == ".cargo" || !(name.starts_with('.') || name == "target");
            if ours {
                collect(&path, endings, paths)?;
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            paths.push(path);
        }
    }
    Ok(())
}

fn read(top: &Path, path: &Path) -> Option<File> {
    let text = fs::read_to_string(path).ok()?;
    let path = path.strip_prefix(top).ok()?.to_str()?.to_owned();
    Some(File { path, text })
}
