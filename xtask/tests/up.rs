//! `cargo xtask up`, `down`, `status` and `logs` on real stores and services: what is up is seen, what dies is seen, and
//! nothing is left behind.
#![cfg(test)]

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use stack::{Recorded, Signal, wait};
use supervisor::{Folder, Record};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(30);
const NEEDED: [&str; 8] =
    ["supervisor", "outside", "identity", "enrollment", "quota", "subsidy", "review", "payment"];

#[test]
fn a_city_is_brought_up_looked_at_and_brought_down_and_its_data_stays() {
    let home = Home::new();
    assert!(home.fails("status").contains("nothing is up"));
    assert!(home.says("down").contains("nothing is up"));

    let first = home.says("up");
    let secret = appointment_secret(&first).expect("the secret is shown");
    assert_eq!(home.says("status").matches(" ready ").count(), 17, "5 stores, 5 outside, 7 instances");
    assert_eq!(home.files_with(&secret), Vec::<PathBuf>::new(), "whoever has not seen it never will");
    let key = fs::read(home.folder.city().join("secrets/people.pem")).unwrap();

    let again = home.says("up");
    assert!(again.contains("up already, and nothing was changed"), "{again}");
    assert_eq!(appointment_secret(&again), None, "it is shown once");
    assert!(!again.contains(&secret));

    let all = home.says("logs");
    assert!(all.lines().any(|line| line.starts_with("quota-2 ") && line.contains(" | ")), "{all}");
    assert!(home.says("logs supervisor").contains("everything is ready"));
    let unknown = home.fails("logs qota");
    assert!(unknown.contains("nothing is called qota; there are supervisor, postgresql"), "{unknown}");

    home.process("quota-2").signal(Signal::KILL).unwrap();
    home.until("the dead one is seen", || home.fails("status").contains("quota-2"));
    let status = home.fails("status");
    let line = status.lines().find(|line| line.starts_with("quota-2")).unwrap();
    assert!(line.contains("not running"), "{status}");
    assert_eq!(status.matches(" ready ").count(), 16, "{status}");

    let down = home.says("down");
    assert!(down.contains("services and stores have ended"), "{down}");
    assert_eq!(home.left(), Vec::<String>::new());
    assert!(home.fails("status").contains("nothing is up"));

    let second = home.says("up");
    assert_eq!(appointment_secret(&second), None, "the city was founded before");
    assert_eq!(fs::read(home.folder.city().join("secrets/people.pem")).unwrap(), key);
    let supervisor = Record::read(&home.folder).unwrap().unwrap().supervisor;
    supervisor.signal(Signal::KILL).unwrap();
    home.until("everything dies with its supervisor", || home.left().is_empty());

    let wiped = home.says("down --wipe");
    assert!(wiped.contains("nothing is up") && wiped.contains("its data is gone"), "{wiped}");
    assert!(!home.folder.path().exists());
}

#[test]
fn a_service_that_does_not_start_is_shown_and_the_rest_is_stopped() {
    let home = Home::new();
    let broken = home.parent.path().join("programs");
    fs::create_dir(&broken).unwrap();
    for name in NEEDED.iter().filter(|name| **name != "review") {
        symlink(programs().join(name), broken.join(name)).unwrap();
    }
    let review = broken.join("review");
    fs::write(&review, "#!/bin/sh\necho no reviewer came to work today\nexit 1\n").unwrap();
    fs::set_permissions(&review, Permissions::from_mode(0o755)).unwrap();

    let told = home.fails_with(&["up", "--programs", broken.to_str().unwrap()]);

    assert!(told.contains("the end of"), "{told}");
    assert!(told.contains("no reviewer came to work today"), "{told}");
    assert!(told.contains("what was started is stopped"), "{told}");
    assert_eq!(home.left(), Vec::<String>::new());
    assert!(home.fails("status").contains("nothing is up"));
}

#[test]
fn a_record_that_nobody_can_read_is_no_end_of_the_road() {
    let home = Home::new();
    home.folder.make().unwrap();
    fs::write(home.folder.record(), "{\"supervisor\":").unwrap();
    for command in ["status", "down"] {
        let told = home.fails(command);
        assert!(told.contains("does not say what runs"), "{told}");
    }

    let claim = home.folder.claim().unwrap();
    assert!(home.fails("down --wipe").contains("somebody runs on"));
    drop(claim);
    assert!(home.says("down --wipe").contains("its data is gone"));
    assert!(!home.folder.path().exists());
}

/// A folder of one test's own. Dropped, whatever still runs on it is killed.
struct Home {
    parent: TempDir,
    folder: Folder,
}

impl Home {
    fn new() -> Self {
        let missing: Vec<_> = NEEDED.iter().filter(|name| !programs().join(name).exists()).collect();
        assert!(missing.is_empty(), "not built: {missing:?}; `cargo build --workspace --bins` builds them");
        let parent = tempfile::Builder::new()
            .prefix("yuanmeng-up-")
            .permissions(Permissions::from_mode(0o755))
            .tempdir()
            .unwrap();
        let folder = Folder::at(&parent.path().join("city")).unwrap();
        Self { parent, folder }
    }

    /// What a command says that must succeed: `down --wipe`.
    fn says(&self, command: &str) -> String {
        let output = self.run(command);
        assert!(output.status.success(), "{command}: {}", text(&output));
        text(&output)
    }

    /// What a command says that must fail.
    fn fails(&self, command: &str) -> String {
        let output = self.run(command);
        assert!(!output.status.success(), "{command}: {}", text(&output));
        text(&output)
    }

    fn fails_with(&self, words: &[&str]) -> String {
        let output = self.xtask().args(words).output().unwrap();
        assert!(!output.status.success(), "{words:?}: {}", text(&output));
        text(&output)
    }

    fn run(&self, command: &str) -> Output {
        let mut xtask = self.xtask();
        xtask.args(command.split(' '));
        if command == "up" {
            xtask.arg("--programs").arg(programs());
        }
        xtask.output().unwrap()
    }

    fn xtask(&self) -> Command {
        let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
        xtask.env("YUANMENG_FOLDER", self.folder.path());
        xtask
    }

    fn process(&self, name: &str) -> Recorded {
        let record = Record::of_living(&self.folder).unwrap().unwrap();
        record.running.iter().find(|server| server.name == name).unwrap().process
    }

    /// The files beside stores and keys that hold a text.
    fn files_with(&self, text: &str) -> Vec<PathBuf> {
        let folders = [self.folder.path().to_owned(), self.folder.services()];
        let files = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap().flatten());
        let holds = |path: &PathBuf| fs::read_to_string(path).is_ok_and(|content| content.contains(text));
        files.map(|entry| entry.path()).filter(|path| path.is_file() && holds(path)).collect()
    }

    /// The command lines of all processes whose working folder is in ours.
    fn left(&self) -> Vec<String> {
        let processes = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
        processes
            .filter(|process| {
                fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd.starts_with(self.parent.path()))
            })
            .map(|process| fs::read_to_string(process.join("cmdline")).unwrap_or_default().replace('\0', " "))
            .collect()
    }

    fn until(&self, what: &str, so: impl Fn() -> bool) {
        assert!(wait::until(PATIENCE, so), "{what}: not so; running: {:#?}", self.left());
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if let Ok(Some(record)) = Record::of_living(&self.folder) {
            let _ = record.supervisor.signal(Signal::KILL);
        }
    }
}

/// The programs lie one folder above the tests'.
fn programs() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_xtask")).parent().unwrap().to_owned()
}

fn appointment_secret(told: &str) -> Option<String> {
    let rest = told.lines().find_map(|line| line.trim().strip_prefix("APPOINTMENT="))?;
    rest.split_once("   # shown this once").map(|(secret, _)| secret.to_owned())
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}
