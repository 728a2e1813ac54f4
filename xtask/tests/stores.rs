//! However `cargo xtask stores` ends, its servers end with it.
#![cfg(test)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use stack::wait;

const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn ctrl_c_ends_the_stores_and_removes_their_data() {
    gone_after(Signal::INT, true);
}

#[test]
fn sigterm_ends_the_stores_and_removes_their_data() {
    gone_after(Signal::TERM, true);
}

#[test]
fn kill_9_ends_the_stores_too() {
    gone_after(Signal::KILL, false);
}

fn gone_after(signal: Signal, data_too: bool) {
    let (mut xtask, folder) = start();
    assert_ne!(working_in(&folder), Vec::<String>::new());

    kill_process(Pid::from_child(&xtask), signal).unwrap();
    let succeeded = xtask.wait().unwrap().success();

    assert_eq!(succeeded, data_too);
    let gone = wait::until(PATIENCE, || working_in(&folder).is_empty());
    assert!(gone, "still running: {:#?}", working_in(&folder));
    assert_eq!(folder.exists(), !data_too);
    let _ = fs::remove_dir_all(folder);
}

/// Starts stores; their folder is that of the file that is named on standard output when they are up.
fn start() -> (Child, PathBuf) {
    let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("stores")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(xtask.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let file = line.trim().strip_prefix("export YUANMENG_STORES=").unwrap();
    (xtask, Path::new(file).parent().unwrap().to_owned())
}

/// The command lines of all processes whose working folder is in the folder.
fn working_in(folder: &Path) -> Vec<String> {
    let processes = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    processes
        .filter(|process| fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd.starts_with(folder)))
        .map(|process| fs::read_to_string(process.join("cmdline")).unwrap_or_default().replace('\0', " "))
        .collect()
}
