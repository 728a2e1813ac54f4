//! From the command line to a running service: `serve` by default, `check`, `migrate`, and what a service adds.

use std::error::Error;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command};
use tokio_util::sync::CancellationToken;

use crate::config::{self, Settings, Source};
use crate::server::Health;
use crate::{Clock, ClockConfig, Process, TelemetryConfig, probes, signals, telemetry};

/// Any error; its chain is told once, here.
type Failure = Box<dyn Error + Send + Sync>;
type Offline = Box<dyn Fn(&ArgMatches) -> Result<(), Failure>>;
type Running = Pin<Box<dyn Future<Output = Result<(), Failure>>>>;

/// The exit code for a configuration that is wrong.
const MISCONFIGURED: u8 = 2;

/// What every service's configuration holds for the runtime itself.
pub trait RunConfig: Settings + 'static {
    /// Logs, traces, metrics.
    fn telemetry(&self) -> &TelemetryConfig;
    /// Business time.
    fn clock(&self) -> &ClockConfig;
}

/// A service, as its `main` describes it.
pub struct Service<C> {
    name: &'static str,
    start: Box<dyn Fn(C, Process) -> Running>,
    commands: Vec<OwnCommand<C>>,
    offline: Vec<OfflineCommand>,
}

struct OfflineCommand {
    command: Command,
    run: Offline,
}

struct OwnCommand<C> {
    command: Command,
    run: Box<dyn Fn(C, Clock, ArgMatches) -> Running>,
}

/// Describes a service: its name, and how it is built from its configuration and takes calls.
pub fn service<C, F, E>(name: &'static str, start: fn(C, Process) -> F) -> Service<C>
where
    C: RunConfig,
    F: Future<Output = Result<(), E>> + 'static,
    E: Into<Failure>,
{
    let start = move |config, process| -> Running {
        let started = start(config, process);
        Box::pin(async move { started.await.map_err(Into::into) })
    };
    Service { name, start: Box::new(start), commands: Vec::new(), offline: Vec::new() }
}

impl<C: RunConfig> Service<C> {
    /// Adds a command: an operator's act on the service's own stores, such as `migrate` or `bootstrap`.
    pub fn command<F, E>(mut self, command: Command, run: fn(C, Clock, ArgMatches) -> F) -> Self
    where
        F: Future<Output = Result<(), E>> + 'static,
        E: Into<Failure>,
    {
        let run = move |config, clock, arguments| -> Running {
            let running = run(config, clock, arguments);
            Box::pin(async move { running.await.map_err(Into::into) })
        };
        self.commands.push(OwnCommand { command, run: Box::new(run) });
        self
    }

    /// Adds a command that works on files alone, also where there is no configuration.
    pub fn offline_command<E>(mut self, command: Command, run: fn(&ArgMatches) -> Result<(), E>) -> Self
    where
        E: Into<Failure> + 'static,
    {
        let run = move |arguments: &ArgMatches| run(arguments).map_err(Into::into);
        self.offline.push(OfflineCommand { command, run: Box::new(run) });
        self
    }

    /// Reads the command line and does what it says.
    pub fn run(self) -> ExitCode {
        let arguments = self.command_line().get_matches();
        if let Some((name, arguments)) = arguments.subcommand()
            && let Some(offline) = self.offline.iter().find(|one| one.command.get_name() == name)
        {
            let ended = (offline.run)(arguments);
            return ended.map_or_else(|failure| self.failed(&failure), |()| ExitCode::SUCCESS);
        }
        let file = arguments.get_one::<PathBuf>("config");
        let config = match config::read::<C>(Source::new(file.map(PathBuf::as_path), std::env::vars_os())) {
            Ok(config) => config,
            Err(errors) => {
                say(&format!("{}: the configuration is wrong\n{errors}", self.name));
                return ExitCode::from(MISCONFIGURED);
            }
        };
        match arguments.subcommand() {
            Some(("check", _)) => {
                say("ok");
                ExitCode::SUCCESS
            }
            subcommand => self.run_async(config, subcommand),
        }
    }

    fn run_async(self, config: C, subcommand: Option<(&str, &ArgMatches)>) -> ExitCode {
        let runtime = match tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            // Else an answer would have its connection written at once, before the answers that are ready behind it: a batch of
            // reservations, some seventy, would be as many system calls here and at their callers (docs/decisions/0015).
            .disable_lifo_slot()
            .build()
        {
            Ok(runtime) => runtime,
            Err(error) => return self.failed(&error.into()),
        };
        let ended = match subcommand {
            Some((name, arguments)) => {
                let clock = Clock::new(config.clock());
                let own = self.commands.iter().find(|own| own.command.get_name() == name);
                own.map_or(Ok(()), |own| {
                    runtime.block_on(unless_stopped((own.run)(config, clock, arguments.clone())))
                })
            }
            None => runtime.block_on(self.serve(config)),
        };
        // What still blocks a thread, such as a password being hashed, is not waited for.
        runtime.shutdown_background();
        ended.map_or_else(|failure| self.failed(&failure), |()| ExitCode::SUCCESS)
    }

    async fn serve(&self, config: C) -> Result<(), Failure> {
        let telemetry = telemetry::start(config.telemetry(), self.name)?;
        let stop = CancellationToken::new();
        signals::stop_on_signal(stop.clone())?;
        let health = Health::new().await;
        let until_the_end = CancellationToken::new();
        let _end = until_the_end.clone().drop_guard();
        probes::serve(
            config.telemetry().metrics_address,
            telemetry.metrics.clone(),
            health.clone(),
            until_the_end,
        )
        .await?;
        let process = Process::new(self.name, Clock::new(config.clock()), health, stop);
        let ended = (self.start)(config, process).await;
        if let Err(failure) = &ended {
            tracing::error!(error = chain(failure), "the service cannot go on");
        }
        tracing::info!("ended");
        ended
    }

    fn command_line(&self) -> Command {
        Command::new(self.name)
            .arg(
                Arg::new("config")
                    .long("config")
                    .env("YUANMENG_CONFIG")
                    .value_parser(clap::value_parser!(PathBuf))
                    .global(true)
                    .help("The configuration, a TOML file; YUANMENG_<SECTION>__<KEY> and …_FILE are read over it"),
            )
            .subcommand(Command::new("check").about("Reads the configuration and says all that is wrong with it"))
            .subcommands(self.commands.iter().map(|own| own.command.clone()))
            .subcommands(self.offline.iter().map(|offline| offline.command.clone()))
    }

    fn failed(&self, failure: &Failure) -> ExitCode {
        say(&format!("{}: {}", self.name, chain(failure)));
        ExitCode::FAILURE
    }
}

/// A command is the first process of its container, which the kernel ends on no signal that it does not listen for.
async fn unless_stopped(command: Running) -> Result<(), Failure> {
    let stop = CancellationToken::new();
    signals::stop_on_signal(stop.clone())?;
    tokio::select! {
        ended = command => ended,
        () = stop.cancelled() => Err("asked to end".into()),
    }
}

/// An error and all its causes in one line.
fn chain(failure: &Failure) -> String {
    let mut text = failure.to_string();
    let mut source = failure.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

/// Tells the operator who started this process.
#[expect(
    clippy::print_stderr,
    reason = "before logs are set up, and for commands, standard error is the place"
)]
fn say(text: &str) {
    eprintln!("{text}");
}
