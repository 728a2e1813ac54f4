//! How a child is started: as whom, where, with what environment, and what happens to it when we die.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};
use std::{env, io};

use super::Account;

/// Of our own environment, a child gets these and what it is given, so that nobody's settings (`PGDATA`,
/// `RABBITMQ_*`, `YUANMENG_*`) reach a private server or a service.
const INHERITED: [&str; 5] = ["PATH", "LANG", "TZ", "RUST_LOG", "RUST_BACKTRACE"];

/// Where `cargo run` tells a program of its package. A build script that looks at these, as ring's does, would find them
/// changed, and everything that stands on it would be built again.
const OF_OUR_PACKAGE: [&str; 2] = ["CARGO_PKG_", "CARGO_MANIFEST_"];

/// Keeps from a child what `cargo run` has told us of our own package.
pub fn forget_package(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if OF_OUR_PACKAGE.iter().any(|prefix| text.starts_with(prefix)) {
            command.env_remove(&name);
        }
    }
}

/// Runs the rest of its arguments, unless our process died before the child had asked to die with it.
const UNLESS_ORPHANED: &str = r#"[ "$PPID" = "$1" ] || exit 1; shift; exec "$@""#;

/// A child that is about to be started; it writes to our own terminal unless it is told otherwise.
#[derive(Debug)]
pub struct Launch {
    name: String,
    program: PathBuf,
    log: Option<PathBuf>,
    output: Option<PathBuf>,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    folder: Option<PathBuf>,
    account: Option<Account>,
    at_our_death: &'static str,
    whole_environment: bool,
}

impl Launch {
    /// `program`, called `name` in messages.
    pub fn new(name: impl Into<String>, program: impl Into<PathBuf>) -> Self {
        Self {
            name: name.into(),
            program: program.into(),
            log: None,
            output: None,
            arguments: Vec::new(),
            environment: Vec::new(),
            folder: None,
            account: None,
            at_our_death: "KILL",
            whole_environment: false,
        }
    }

    /// Adds arguments.
    pub fn args<Text: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = Text>) -> Self {
        self.arguments.extend(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
        self
    }

    /// Sets a variable.
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.environment.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Hands our whole environment on, but for what concerns our own package: for tools, not for servers.
    pub fn whole_environment(mut self) -> Self {
        self.whole_environment = true;
        self
    }

    /// Appends what it says to a file instead of saying it on our terminal.
    pub fn log(mut self, log: impl Into<PathBuf>) -> Self {
        self.log = Some(log.into());
        self
    }

    /// Writes its answer, as opposed to its log, to a file of its own.
    pub fn output(mut self, output: impl Into<PathBuf>) -> Self {
        self.output = Some(output.into());
        self
    }

    /// Where it runs.
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// As whom it runs; ourselves when that is nobody.
    pub fn account(mut self, account: Option<Account>) -> Self {
        self.account = account;
        self
    }

    /// What it gets instead of `SIGKILL` when we die.
    pub fn at_our_death(mut self, signal: &'static str) -> Self {
        self.at_our_death = signal;
        self
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn log_file(&self) -> Option<&Path> {
        self.log.as_deref()
    }

    pub(super) fn into_command(self) -> io::Result<Command> {
        let mut command = Command::new("setpriv");
        if let Some(Account { user, group }) = self.account {
            command.args([format!("--reuid={user}"), format!("--regid={group}"), "--clear-groups".into()]);
        }
        command.arg(format!("--pdeathsig={}", self.at_our_death));
        command.args(["sh", "-c", UNLESS_ORPHANED, "sh", &process::id().to_string()]);
        command.arg(self.program).args(self.arguments);
        if self.whole_environment {
            forget_package(&mut command);
        } else {
            command.env_clear();
            command.envs(INHERITED.iter().filter_map(|name| Some((name, env::var_os(name)?))));
        }
        command.envs(self.environment);
        if let Some(folder) = self.folder {
            command.current_dir(folder);
        }
        // A group of its own: Ctrl-C on the terminal reaches us, and we end our children in order.
        command.process_group(0).stdin(Stdio::null());
        if let Some(log) = self.log {
            let log = File::options().create(true).append(true).open(log)?;
            command.stdout(log.try_clone()?).stderr(log);
        }
        if let Some(output) = self.output {
            command.stdout(File::options().create(true).append(true).mode(0o600).open(output)?);
        }
        Ok(command)
    }
}
