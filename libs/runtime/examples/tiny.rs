//! The smallest service that there can be: one door, whose caller says what it is to do. The tests of this library run it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use proto::shared::audit_service_server::{AuditService, AuditServiceServer};
use proto::shared::{ListActionsRequest, ListActionsResponse, VerifyTrailRequest, VerifyTrailResponse};
use runtime::{
    Clock, ClockConfig, Doors, Process, RunConfig, Secret, ServeError, ServerConfig, TelemetryConfig,
};
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
use tonic::{Request, Response, Status};
use tower::layer::util::Identity;

runtime::settings! {
    /// What it needs to run.
    struct Config {
        /// The gRPC server.
        server: ServerConfig [section],
        /// Logs, traces, metrics.
        telemetry: TelemetryConfig [section],
        /// Business time.
        clock: ClockConfig [section],
        /// What is its own.
        tiny: TinyConfig [section],
    }
}

runtime::settings! {
    /// What is its own.
    struct TinyConfig {
        /// What it knows and tells nobody but who asks for it.
        secret: Secret [required],
        /// The file that it waits for before it is ready; without one it is ready at once.
        preparation_file: PathBuf [optional],
        /// Where its job writes a line at its beginning and at its end.
        diary_file: PathBuf [optional],
    }
}

impl RunConfig for Config {
    fn telemetry(&self) -> &TelemetryConfig {
        &self.telemetry
    }

    fn clock(&self) -> &ClockConfig {
        &self.clock
    }
}

fn main() -> ExitCode {
    let reveal =
        clap::Command::new("reveal").about("Writes the secret to a file").arg(clap::Arg::new("file"));
    runtime::service("tiny", start).command(reveal, reveal_to_file).run()
}

async fn start(config: Config, process: Process) -> Result<(), ServeError> {
    if let Some(file) = config.tiny.preparation_file {
        appears(&file).await;
    }
    if let Some(diary) = config.tiny.diary_file {
        process.spawn("diary", move |stop| keep(diary.clone(), stop));
    }
    let routes = Routes::new(AuditServiceServer::new(Tiny));
    let doors = Doors { routes, descriptors: proto::FILE_DESCRIPTOR_SET };
    process.serve(&config.server, doors, Identity::new()).await
}

async fn reveal_to_file(config: Config, _: Clock, arguments: clap::ArgMatches) -> Result<(), std::io::Error> {
    let file = arguments.get_one::<String>("file").map_or("", String::as_str);
    std::fs::write(file, config.tiny.secret.expose())
}

/// A job that fails once, and then ends when it is told to, a moment later.
async fn keep(diary: PathBuf, stop: CancellationToken) {
    write(&diary, "begun");
    assert_ne!(lines(&diary), 1, "the first day is always hard");
    stop.cancelled().await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    write(&diary, "ended");
}

fn lines(file: &Path) -> usize {
    std::fs::read_to_string(file).map_or(0, |text| text.lines().count())
}

fn write(file: &Path, line: &str) {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    // Nobody is there to be told when it fails but the test, which sees it.
    let _ = std::fs::write(file, format!("{text}{line}\n"));
}

/// The door. The subject of the question says what is to be done: a verb and a word.
struct Tiny;

#[tonic::async_trait]
impl AuditService for Tiny {
    async fn list_actions(
        &self,
        request: Request<ListActionsRequest>,
    ) -> Result<Response<ListActionsResponse>, Status> {
        let subject = request.into_inner().subject;
        let (verb, word) = subject.split_once(' ').unwrap_or((&subject, ""));
        let word = word.to_owned();
        let answer = match verb {
            "wait" => wait(word.into()).await?,
            "wait-detached" => runtime::detached(wait(word.into())).await?,
            "remaining" => remaining()?,
            "remaining-detached" => runtime::detached(async { remaining() }).await?,
            "panic" => panic!("nobody outside should read this"),
            "panic-detached" => runtime::detached(async { panicking() }).await?,
            _ => {
                tracing::info!(word, "said");
                word
            }
        };
        Ok(Response::new(ListActionsResponse { next_page_token: answer, ..Default::default() }))
    }

    async fn verify_trail(
        &self,
        _: Request<VerifyTrailRequest>,
    ) -> Result<Response<VerifyTrailResponse>, Status> {
        Ok(Response::new(VerifyTrailResponse::default()))
    }
}

/// Keeps a diary, and ends when a file `<diary>.end` appears.
async fn wait(diary: PathBuf) -> Result<String, Status> {
    write(&diary, "begun");
    appears(&diary.with_extension("end")).await;
    write(&diary, "ended");
    Ok("waited".to_owned())
}

async fn appears(file: &Path) {
    while !file.exists() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// What the call may give to a neighbour.
fn remaining() -> Result<String, Status> {
    let remaining =
        runtime::deadline::remaining().ok_or_else(|| Status::failed_precondition("no deadline"))?;
    Ok(remaining.as_millis().to_string())
}

fn panicking() -> Result<String, Status> {
    panic!("nobody outside should read this")
}
