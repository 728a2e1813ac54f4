//! `cargo xtask logs`: the ends of the logs of services and stores, and what they say from then on.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use stack::Interrupt;

use crate::up;

const GLANCE: Duration = Duration::from_millis(200);
/// How much of one log is shown, and of each of several.
const LINES: usize = 50;
const LINES_OF_EACH: usize = 10;
/// No end of a log that is shown is longer.
const END_BYTES: u64 = 256 * 1024;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Whose: a service, one instance of it, a store, `outside` or `supervisor`; everybody's if none is named. One log shows
    /// its last 50 lines, several show 10 each
    name: Option<String>,
    /// Show what comes, too, until Ctrl-C
    #[arg(short, long)]
    follow: bool,
}

/// Shows the ends of the logs.
pub(crate) fn run(arguments: &Arguments, interrupt: &Interrupt) -> Result<()> {
    let logs = up::folder()?.logs();
    ensure!(!logs.is_empty(), "nothing has ever been up");
    let chosen = chosen(logs, arguments.name.as_deref())?;
    let several = chosen.len() > 1;
    let width = chosen.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let mut terminal = io::stdout();
    // Whoever reads us may have seen enough, as `head` has: that is no failure.
    let mut say = |name: &str, lines: &[String]| -> bool {
        let prefix = if several { format!("{name:width$} | ") } else { String::new() };
        lines.iter().all(|line| writeln!(terminal, "{prefix}{line}").is_ok())
    };
    let mut followers = Vec::new();
    for (name, path) in chosen {
        let mut follower = Follower::near_end(&path);
        let lines = follower.new_lines();
        let shown = if several { LINES_OF_EACH } else { LINES };
        if !say(&name, &lines[lines.len().saturating_sub(shown)..]) {
            return Ok(());
        }
        followers.push((name, follower));
    }
    while arguments.follow && !interrupt.is_raised() {
        for (name, follower) in &mut followers {
            if !say(name, &follower.new_lines()) {
                return Ok(());
            }
        }
        thread::sleep(GLANCE);
    }
    Ok(())
}

/// The logs of that name, or of all instances of it.
fn chosen(logs: Vec<(String, PathBuf)>, name: Option<&str>) -> Result<Vec<(String, PathBuf)>> {
    let Some(wanted) = name else { return Ok(logs) };
    let names: Vec<String> = logs.iter().map(|(name, _)| name.clone()).collect();
    let instance = |name: &str| name.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('-'));
    let chosen: Vec<_> = logs.into_iter().filter(|(name, _)| name == wanted || instance(name)).collect();
    if chosen.is_empty() {
        bail!("nothing is called {wanted}; there are {}", names.join(", "));
    }
    Ok(chosen)
}

/// Reads a log as it grows, line by line.
pub(crate) struct Follower {
    path: PathBuf,
    at: u64,
    /// A line whose end has not come yet.
    begun: Vec<u8>,
}

impl Follower {
    /// From what is written from now on.
    pub(crate) fn from_end(path: &Path) -> Self {
        let at = path.metadata().map_or(0, |data| data.len());
        Self { path: path.to_owned(), at, begun: Vec::new() }
    }

    fn near_end(path: &Path) -> Self {
        let mut follower = Self::from_end(path);
        follower.at = follower.at.saturating_sub(END_BYTES);
        follower
    }

    /// The lines that have been completed since the last look; none while the file cannot be read.
    pub(crate) fn new_lines(&mut self) -> Vec<String> {
        let Ok(mut file) = File::open(&self.path) else { return Vec::new() };
        if file.metadata().is_ok_and(|data| data.len() < self.at) {
            // Somebody has emptied it.
            self.at = 0;
        }
        if file.seek(SeekFrom::Start(self.at)).is_err() {
            return Vec::new();
        }
        let mut fresh = Vec::new();
        self.at += file.take(END_BYTES).read_to_end(&mut fresh).unwrap_or_default() as u64;
        self.begun.extend(fresh);
        let complete = self.begun.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let lines = self.begun.drain(..complete).collect::<Vec<u8>>();
        String::from_utf8_lossy(&lines).lines().map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn lines_are_shown_when_they_are_complete() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        fs::write(&path, "before\n").unwrap();
        let mut follower = Follower::from_end(&path);
        let mut log = File::options().append(true).open(&path).unwrap();

        write!(log, "one\ntw").unwrap();
        assert_eq!(follower.new_lines(), ["one"]);
        writeln!(log, "o").unwrap();
        assert_eq!(follower.new_lines(), ["two"]);

        fs::write(&path, "anew\n").unwrap();
        assert_eq!(follower.new_lines(), ["anew"]);
    }

    #[test]
    fn a_service_stands_for_its_instances() {
        let logs = ["quota-1", "quota-2", "quotation"].map(|name| (name.to_owned(), PathBuf::new()));
        let names = |wanted: Option<&str>| -> Vec<String> {
            let chosen = chosen(logs.to_vec(), wanted).unwrap();
            chosen.into_iter().map(|(name, _)| name).collect()
        };

        assert_eq!(names(Some("quota")), ["quota-1", "quota-2"]);
        assert_eq!(names(Some("quota-2")), ["quota-2"]);
        assert_eq!(names(None).len(), 3);
        let refused = chosen(logs.to_vec(), Some("qota")).unwrap_err().to_string();
        assert_eq!(refused, "nothing is called qota; there are quota-1, quota-2, quotation");
    }
}
