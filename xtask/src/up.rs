//! `cargo xtask up`: builds, and leaves a city running in the background, on data that stays.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use stack::{Interrupt, Recorded, Signal};
use supervisor::{Folder, Record};

use crate::logs::Follower;
use crate::{down, guide, install, status, tool, workspace};

/// Names another folder than the checkout's own.
const FOLDER_VARIABLE: &str = "YUANMENG_FOLDER";
const GLANCE: Duration = Duration::from_millis(50);
/// Each server gives up much sooner by itself.
const PATIENCE: Duration = Duration::from_mins(5);

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Run the programs in this folder as they are, instead of building
    #[arg(long, hide = true)]
    programs: Option<PathBuf>,
}

/// Installs what is missing, builds, starts everything, and says how to go on.
pub(crate) fn run(arguments: &Arguments, interrupt: &Interrupt) -> Result<()> {
    let folder = folder()?;
    if let Some(record) = Record::of_living(&folder)? {
        return already(&folder, &record);
    }
    let programs = match &arguments.programs {
        Some(programs) => programs.clone(),
        None => built(interrupt)?,
    };
    let begin = Instant::now();
    start(&folder, &programs, interrupt)?;
    let record = Record::of_living(&folder)?.context("the supervisor has ended just now")?;
    eprintln!("ready after {:.1} s; `cargo xtask down` ends it\n", begin.elapsed().as_secs_f32());
    status::print(&record);
    guide::print(&folder, &record)
}

/// The folder of the development city.
pub(crate) fn folder() -> Result<Folder> {
    let chosen = env::var_os(FOLDER_VARIABLE).map(PathBuf::from);
    Folder::at(&chosen.unwrap_or_else(|| workspace::root().join(".yuanmeng")))
}

/// It is up; whether all of it, the table tells.
fn already(folder: &Folder, record: &Record) -> Result<()> {
    if !record.is_complete() {
        eprintln!("it is starting already; `cargo xtask logs supervisor --follow` shows how far it is");
        return Ok(());
    }
    eprintln!("it is up already, and nothing was changed; `cargo xtask down` ends it\n");
    if !status::print(record) {
        eprintln!("\nnot everything is ready: `down`, then `up` starts it again");
    }
    guide::print(folder, record)
}

/// Nothing is downloaded or compiled where nothing has changed.
fn built(interrupt: &Interrupt) -> Result<PathBuf> {
    install::what_is_missing(interrupt)?;
    tool::aloud(tool::cargo(tool::BUILD), interrupt)?;
    Ok(workspace::target())
}

/// Starts the supervisor and waits until everything is ready; what it says meanwhile is shown.
fn start(folder: &Folder, programs: &Path, interrupt: &Interrupt) -> Result<()> {
    folder.make()?;
    let mut log = Follower::from_end(&folder.supervisor_log());
    let mut supervisor = spawn(folder, programs)?;
    let end = Instant::now() + PATIENCE;
    loop {
        thread::sleep(GLANCE);
        // Looked at first, so that the last words of one that has ended are shown.
        let ended = supervisor.try_wait().context("the supervisor is lost")?;
        for line in log.new_lines() {
            eprintln!("{line}");
        }
        if ended.is_some() {
            bail!("it does not start, and what was started is stopped; see {}", folder.path().display());
        }
        let ours = |record: &Record| record.supervisor.id() == supervisor.id() && record.is_complete();
        if Record::of_living(folder)?.is_some_and(|record| ours(&record)) {
            return Ok(());
        }
        if interrupt.is_raised() || Instant::now() > end {
            give_up(&mut supervisor)?;
            bail!(if interrupt.is_raised() { "interrupted" } else { "it is not ready in time" });
        }
    }
}

/// In a session of its own, so that nothing that happens to this terminal reaches it.
fn spawn(folder: &Folder, programs: &Path) -> Result<Child> {
    let path = folder.supervisor_log();
    let log = File::options().create(true).append(true).open(&path);
    let log = log.with_context(|| format!("cannot write {}", path.display()))?;
    let programs = fs::canonicalize(programs).context("there is no folder with programs")?;
    Command::new("setsid")
        .arg(programs.join("supervisor"))
        .args([folder.path(), &programs])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(log.try_clone().context("a log cannot be used twice")?)
        .stderr(log)
        .spawn()
        .context("cannot run setsid, of util-linux")
}

fn give_up(supervisor: &mut Child) -> Result<()> {
    if let Some(recorded) = Recorded::of(supervisor.id()) {
        recorded.signal(Signal::TERM).context("the supervisor cannot be asked to end")?;
    }
    let end = Instant::now() + down::PATIENCE;
    while supervisor.try_wait().context("the supervisor is lost")?.is_none() {
        if Instant::now() > end {
            // Killed, it takes everything along.
            supervisor.kill().context("the supervisor cannot be killed")?;
        }
        thread::sleep(GLANCE);
    }
    Ok(())
}
