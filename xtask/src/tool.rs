//! Runs a tool to its end, or until somebody asks us to end.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use stack::{Interrupt, Launch, Process, Signal};

use crate::workspace;

const GLANCE: Duration = Duration::from_millis(200);
const PATIENCE: Duration = Duration::from_secs(10);

/// A tool that runs at the top of the checkout, with our environment.
pub(crate) fn program(program: impl AsRef<Path>) -> Launch {
    let program = program.as_ref();
    let name = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy();
    Launch::new(name, program).whole_environment().folder(workspace::root())
}

/// Builds everything, tests too, whatever is needed of it: cargo chooses the features of dependencies by what is built
/// together, and would build them again for a part of the workspace.
pub(crate) const BUILD: [&str; 3] = ["build", "--workspace", "--all-targets"];

/// The cargo that runs us, and a subcommand.
pub(crate) fn cargo<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Launch {
    program(workspace::cargo_program()).args(arguments)
}

/// Runs it on our terminal; it must succeed.
pub(crate) fn aloud(launch: Launch, interrupt: &Interrupt) -> Result<()> {
    let mut process = Process::spawn(launch)?;
    loop {
        if let Some(status) = process.wait(GLANCE) {
            if status.success() {
                return Ok(());
            }
            return Err(process.failed(format!("ended with {status}")).into());
        }
        if interrupt.is_raised() {
            process.end(Signal::INT, PATIENCE)?;
            bail!("interrupted");
        }
    }
}

/// Runs it with its words kept in a file, and gives them back only when it fails.
pub(crate) fn quietly(launch: Launch, log: &Path, interrupt: &Interrupt) -> Result<()> {
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    fs::write(log, "").with_context(|| format!("cannot write {}", log.display()))?;
    if aloud(launch.log(log), interrupt).is_ok() {
        return Ok(());
    }
    if interrupt.is_raised() {
        bail!("interrupted");
    }
    bail!("{}", fs::read_to_string(log).unwrap_or_default().trim_end());
}
