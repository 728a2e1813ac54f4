//! The example `tiny`, running, and what one asks of it.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use proto::shared::ListActionsRequest;
use proto::shared::audit_service_client::AuditServiceClient;
use rustix::process::{Pid, Signal, kill_process};
use stack::{Launch, Port, Process, probe};
use tempfile::TempDir;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};

pub const SECRET: &str = "sesame";

/// Long enough for a busy machine; nothing here waits so long where all is well.
const PATIENCE: Duration = Duration::from_secs(20);

/// Its program, which cargo builds together with the tests.
pub fn program() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let program = tests.parent().unwrap().parent().unwrap().join("examples/tiny");
    assert!(program.exists(), "`cargo test -p runtime` builds {}", program.display());
    program
}

pub struct Tiny {
    pub folder: TempDir,
    pub grpc: Port,
    pub metrics: Port,
    process: Process,
}

impl Tiny {
    /// Runs it with these further lines of configuration: keys of `server`, and keys of its own.
    pub fn starting(server: &str, own: &str) -> Self {
        Self::launched(server, own, &[])
    }

    fn launched(server: &str, own: &str, environment: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (grpc, metrics) = (Port::claim().unwrap(), Port::claim().unwrap());
        let config = format!(
            "[server]\naddress = \"{}\"\n{server}\n[telemetry]\nmetrics_address = \"{}\"\n\
             [tiny]\nsecret = \"{SECRET}\"\n{own}\n",
            grpc.address(),
            metrics.address(),
        );
        let file = folder.path().join("tiny.toml");
        fs::write(&file, config).unwrap();
        let launch = Launch::new("tiny", program()).args(["--config".as_ref(), file.as_os_str()]);
        let launch = environment.iter().fold(launch, |launch, (name, value)| launch.env(name, value));
        let process = Process::spawn(launch.log(folder.path().join("log"))).unwrap();
        Self { folder, grpc, metrics, process }
    }

    pub async fn with(server: &str, own: &str) -> Self {
        Self::starting(server, own).ready().await
    }

    pub async fn with_environment(environment: &[(&str, &str)]) -> Self {
        Self::launched("", "", environment).ready().await
    }

    async fn ready(self) -> Self {
        eventually("it is ready", || self.status("/readyz") == Some(200)).await;
        self
    }

    pub async fn new() -> Self {
        Self::with("", "").await
    }

    /// The status of a GET on the port of metrics.
    pub fn status(&self, path: &str) -> Option<u16> {
        probe::http_status(self.metrics.number(), path, None).ok()
    }

    /// A connection of its own.
    pub fn channel(&self) -> Channel {
        Endpoint::from_shared(format!("http://{}", self.grpc.address())).unwrap().connect_lazy()
    }

    /// Asks it to do something, on a connection of its own.
    pub async fn ask(&self, what: &str) -> Result<String, Status> {
        ask(self.channel(), question(what)).await
    }

    /// Something that it is to wait for, where a question says so.
    pub fn wait(&self, name: &str) -> Wait {
        Wait { diary: self.folder.path().join(name) }
    }

    /// The text of its metrics.
    pub fn metrics(&self) -> String {
        let mut stream = TcpStream::connect(self.metrics.address()).unwrap();
        stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// How many calls are under way, as its metrics say.
    pub fn under_way(&self) -> u64 {
        let metrics = self.metrics();
        let line = metrics.lines().find(|line| line.starts_with("rpc_server_under_way"));
        let count = line.and_then(|line| line.rsplit(' ').next()?.parse().ok());
        count.unwrap_or_else(|| panic!("calls are not counted in {metrics}"))
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    pub fn signal(&self, signal: Signal) {
        let id = Pid::from_raw(self.process.id().cast_signed()).unwrap();
        kill_process(id, signal).unwrap();
    }

    pub fn runs(&mut self) -> bool {
        self.process.is_running()
    }

    /// Waits for its end.
    pub fn ended(&mut self) -> ExitStatus {
        let status = tokio::task::block_in_place(|| self.process.wait(PATIENCE));
        status.expect("it does not end")
    }
}

/// A call that waits, and says in a diary how far it is.
pub struct Wait {
    diary: PathBuf,
}

impl Wait {
    /// The question that begins it: `wait` in the door itself, `wait-detached` beside it.
    pub fn question(&self, verb: &str) -> Request<ListActionsRequest> {
        question(&format!("{verb} {}", self.diary.display()))
    }

    /// Waits until it waits.
    pub async fn begun(&self) {
        eventually("the call is under way", || self.diary() == "begun\n").await;
    }

    /// Lets it end.
    pub fn end(&self) {
        fs::write(self.diary.with_extension("end"), "").unwrap();
    }

    pub fn diary(&self) -> String {
        fs::read_to_string(&self.diary).unwrap_or_default()
    }
}

pub async fn ask(channel: Channel, question: Request<ListActionsRequest>) -> Result<String, Status> {
    let answer = AuditServiceClient::new(channel).list_actions(question).await?;
    Ok(answer.into_inner().next_page_token)
}

pub fn question(what: &str) -> Request<ListActionsRequest> {
    Request::new(ListActionsRequest { subject: what.to_owned(), ..Default::default() })
}

/// Waits for something that is to come about.
pub async fn eventually(what: &str, mut so: impl FnMut() -> bool) {
    stack::eventually(what, async || so()).await;
}
