//! The end: what is under way is finished, nothing new is begun, and it takes no longer than it may.

use std::fs;

use rustix::process::Signal;
use stack::probe;
use tonic::Status;

use crate::tiny::{Tiny, ask, eventually};

/// A call under way is answered; who comes after that finds nobody.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_under_way_is_answered() {
    for signal in [Signal::TERM, Signal::INT] {
        let mut tiny = Tiny::new().await;
        let wait = tiny.wait("call");
        let call = tokio::spawn(ask(tiny.channel(), wait.question("wait")));
        wait.begun().await;
        tiny.signal(signal);
        eventually("it listens no more", || !probe::accepts(tiny.grpc.number())).await;
        assert!(tiny.runs(), "it did not wait for its call");
        wait.end();
        assert_eq!(call.await.unwrap().unwrap(), "waited");
        assert!(tiny.ended().success());
    }
}

/// Asks it to end while a call waits for ever; what becomes of the call.
async fn ends_in_an_endless_call(tiny: &mut Tiny) -> Result<String, Status> {
    let endless = tiny.wait("endless");
    let call = tokio::spawn(ask(tiny.channel(), endless.question("wait")));
    endless.begun().await;
    tiny.signal(Signal::TERM);
    assert!(tiny.ended().success());
    call.await.unwrap()
}

/// A call that takes longer than the end may does not hold the process up.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_does_not_end_is_left() {
    let mut tiny = Tiny::with("drain_deadline_ms = 300", "").await;
    assert!(ends_in_an_endless_call(&mut tiny).await.is_err());
    assert!(tiny.log().contains("did not end in time"));
}

/// Nor does it keep jobs from being told that the end has come.
#[tokio::test(flavor = "multi_thread")]
async fn jobs_end_in_order_though_a_call_does_not() {
    let diary = tempfile::tempdir().unwrap();
    let diary = diary.path().join("diary");
    let diary_file = format!("diary_file = \"{}\"", diary.display());
    let mut tiny = Tiny::with("drain_deadline_ms = 4000", &diary_file).await;
    let read = || fs::read_to_string(&diary).unwrap_or_default();
    eventually("the job is started again", || read() == "begun\nbegun\n").await;
    assert!(ends_in_an_endless_call(&mut tiny).await.is_err());
    assert_eq!(read(), "begun\nbegun\nended\n");
}

/// Who asks twice does not want to wait.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_ends_it_at_once() {
    let mut tiny = Tiny::with("drain_notice_ms = 15000", "").await;
    tiny.signal(Signal::TERM);
    eventually("it is not ready", || tiny.status("/readyz") == Some(503)).await;
    tiny.signal(Signal::TERM);
    assert_eq!(tiny.ended().code(), Some(143));
}

/// A job that panics is started again, and at the end has time for what it is about.
#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_started_again_and_ends_in_order() {
    let diary = tempfile::tempdir().unwrap();
    let diary = diary.path().join("diary");
    let mut tiny = Tiny::with("", &format!("diary_file = \"{}\"", diary.display())).await;
    let read = || fs::read_to_string(&diary).unwrap_or_default();
    eventually("the job is started again", || read() == "begun\nbegun\n").await;
    assert!(tiny.log().contains("a job failed; it is started again"));
    tiny.signal(Signal::TERM);
    assert!(tiny.ended().success());
    assert_eq!(read(), "begun\nbegun\nended\n");
}
