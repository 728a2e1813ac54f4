//! The whole configuration is read before anything else happens, and all that is wrong with it is said at once.

use std::fs;
use std::net::TcpListener;
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::tiny::{SECRET, program};

/// A configuration in a folder, whose ports are taken: a program that binds one fails by that.
struct Setting {
    folder: TempDir,
    _taken: [TcpListener; 2],
}

impl Setting {
    fn new(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let taken = [(); 2].map(|()| TcpListener::bind(("127.0.0.1", 0)).unwrap());
        let [grpc, metrics] = taken.each_ref().map(|listener| listener.local_addr().unwrap());
        let config =
            format!("[telemetry]\nmetrics_address = \"{metrics}\"\n{more}\n[server]\naddress = \"{grpc}\"\n");
        fs::write(folder.path().join("tiny.toml"), config).unwrap();
        Self { folder, _taken: taken }
    }

    fn run(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
        let mut command = Command::new(program());
        command.env_clear().envs(environment.iter().copied());
        command.arg("--config").arg(self.folder.path().join("tiny.toml")).args(arguments);
        command.output().unwrap()
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

fn said(output: &Output) -> String {
    assert!(output.stdout.is_empty(), "nothing is logged yet: {output:?}");
    String::from_utf8(output.stderr.clone()).unwrap()
}

const GOOD: &str = "[tiny]\nsecret = \"sesame\"\n";
const BAD: &str = "log = 7\nlogs = \"info\"\n[tiny]\npreparation_file = 7\n[shop]\nopen = true\n";

/// Everything that is wrong is said at once, by its key, without a value; no port is bound.
#[test]
fn all_that_is_wrong_is_said_at_once() {
    let environment =
        [("YUANMENG_SERVER__MAX_CALLS", "many"), ("YUANMENG_TINY__DIARY_FILE_FILE", "/nowhere")];
    for arguments in [&[][..], &["check"], &["reveal", "nothing"]] {
        let output = Setting::new(BAD).run(arguments, &environment);
        let text = said(&output);
        assert_eq!(output.status.code(), Some(2), "{text}");
        for wrong in [
            "tiny.diary_file: the file it is to come from cannot be read",
            "server.max_calls: expected",
            "telemetry.log: expected",
            "telemetry.logs: unknown key",
            "tiny.secret: missing",
            "tiny.preparation_file: expected",
            "shop: unknown key",
        ] {
            assert!(text.contains(wrong), "{wrong} is not in:\n{text}");
        }
        assert_eq!(text.lines().count(), 8, "{text}");
        assert!(!text.contains("many") && !text.contains(SECRET), "a value is shown:\n{text}");
    }
}

/// `check` says that a configuration is in order, and does nothing else.
#[test]
fn a_good_configuration_is_called_good() {
    let output = Setting::new(GOOD).run(&["check"], &[]);
    assert_eq!((output.status.code(), said(&output).as_str()), (Some(0), "ok\n"));
}

/// An address that is taken ends the service with an error that names it.
#[test]
fn a_taken_address_is_an_error() {
    let output = Setting::new(GOOD).run(&[], &[]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.starts_with("tiny: ") && text.contains("in use"), "{text}");
}

/// The environment wins over the file, and the file that the environment names over both; a line break at its end, which
/// every editor adds, is none of the secret's.
#[test]
fn a_secret_comes_from_a_file() {
    let setting = Setting::new(GOOD);
    let named = setting.file("secret", "open wide \n");
    let written = setting.file("written", "");
    for (environment, secret) in [
        (&[][..], SECRET),
        (&[("YUANMENG_TINY__SECRET", "abracadabra")], "abracadabra"),
        (&[("YUANMENG_TINY__SECRET", "abracadabra"), ("YUANMENG_TINY__SECRET_FILE", &named)], "open wide"),
    ] {
        let output = setting.run(&["reveal", &written], environment);
        assert!(output.status.success(), "{output:?}");
        assert_eq!(fs::read_to_string(&written).unwrap(), secret);
    }
}

/// A service on an address that others reach refuses to take plain calls.
#[test]
fn calls_from_elsewhere_are_not_taken_in_the_clear() {
    let environment =
        [("YUANMENG_SERVER__ADDRESS", "0.0.0.0:0"), ("YUANMENG_TELEMETRY__METRICS_ADDRESS", "127.0.0.1:0")];
    let output = Setting::new(GOOD).run(&[], &environment);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("server.tls is needed"), "{text}");
}
