//! What every call is given and held to, whatever is behind the door.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use refusal::Reason;
use rstest::rstest;
use tonic::Code;

use crate::tiny::{Tiny, Wait, ask, eventually, question};

/// The caller's deadline counts where it has one, the service's where it has none or asks for too much; what a neighbour
/// may take is less by the margin, also in work that is detached.
#[rstest]
#[case::of_the_caller(Some(20_000), 20_000)]
#[case::of_the_service(None, 40_000)]
#[case::too_long(Some(600_000), 60_000)]
#[tokio::test(flavor = "multi_thread")]
async fn a_call_has_a_deadline(#[case] asked_ms: Option<u64>, #[case] given_ms: u64) {
    let tiny = Tiny::with("default_deadline_ms = 40000\nmax_deadline_ms = 60000", "").await;
    for what in ["remaining", "remaining-detached"] {
        let mut question = question(what);
        if let Some(asked_ms) = asked_ms {
            question.set_timeout(Duration::from_millis(asked_ms));
        }
        let remaining: u64 = ask(tiny.channel(), question).await.unwrap().parse().unwrap();
        assert!(
            (given_ms - 19_000..=given_ms - 50).contains(&remaining),
            "{what}: {remaining} of {given_ms}"
        );
    }
}

/// When the time is over the caller is told so with a reason, however long the work takes; it does not need to ask by itself.
#[rstest]
#[case::in_the_door("wait")]
#[case::detached("wait-detached")]
#[tokio::test(flavor = "multi_thread")]
async fn a_late_call_is_told_so(#[case] verb: &str) {
    let tiny = Tiny::with("default_deadline_ms = 300", "").await;
    let endless = tiny.wait("endless");
    let status = ask(tiny.channel(), endless.question(verb)).await.unwrap_err();
    assert_eq!((status.code(), refusal::of(&status)), (Code::DeadlineExceeded, Some(Reason::Deadline)));
}

/// A panic ends one call, as INTERNAL, and tells the caller nothing; the log has its cause, and the service goes on.
#[rstest]
#[case::in_the_door("panic")]
#[case::detached("panic-detached")]
#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_an_internal_error(#[case] what: &str) {
    let tiny = Tiny::new().await;
    let channel = tiny.channel();
    for _ in 0..3 {
        let status = ask(channel.clone(), question(what)).await.unwrap_err();
        assert_eq!((status.code(), refusal::of(&status)), (Code::Internal, Some(Reason::Internal)));
        assert!(!format!("{status:?}").contains("nobody outside"), "{status:?}");
    }
    assert!(tiny.log().contains("nobody outside should read this"));
    assert_eq!(ask(channel, question("say hello")).await.unwrap(), "hello");
}

/// Detached work is done to its end when its caller hangs up.
#[tokio::test(flavor = "multi_thread")]
async fn detached_work_goes_on_when_the_caller_hangs_up() {
    let tiny = Tiny::new().await;
    let left = tiny.wait("left");
    let call = tokio::spawn(ask(tiny.channel(), left.question("wait-detached")));
    left.begun().await;
    call.abort();
    goes_on(&tiny, left).await;
}

/// So it is when the deadline has passed.
#[tokio::test(flavor = "multi_thread")]
async fn detached_work_goes_on_when_the_deadline_has_passed() {
    // The service's own deadline, which begins with the work: the caller's would begin with the connection.
    let tiny = Tiny::with("default_deadline_ms = 300", "").await;
    let late = tiny.wait("late");
    ask(tiny.channel(), late.question("wait-detached")).await.unwrap_err();
    goes_on(&tiny, late).await;
}

/// Nobody waits for the answer any more, and the work is done all the same.
async fn goes_on(tiny: &Tiny, work: Wait) {
    eventually("nobody waits for an answer", || tiny.under_way() == 0).await;
    work.begun().await;
    work.end();
    eventually("it is done", || work.diary() == "begun\nended\n").await;
}

/// As many calls at once as allowed; a further one is told when to come again, and comes when there is room.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_too_many_is_refused() {
    let tiny = Tiny::with("max_calls = 2", "").await;
    let channel = tiny.channel();
    let waits = ["first", "second"].map(|name| tiny.wait(name));
    let calls = waits.each_ref().map(|wait| tokio::spawn(ask(channel.clone(), wait.question("wait"))));
    for wait in &waits {
        wait.begun().await;
    }
    let status = tiny.ask("say hello").await.unwrap_err();
    let said = refusal::said(&status).unwrap();
    assert_eq!((said.reason, status.code()), (Reason::Overloaded, Code::ResourceExhausted));
    assert_eq!(said.retry_in, Some(Duration::from_secs(1)));

    for (wait, call) in waits.iter().zip(calls) {
        wait.end();
        assert_eq!(call.await.unwrap().unwrap(), "waited");
    }
    assert_eq!(tiny.ask("say hello").await.unwrap(), "hello");
}

/// A connection too many waits while the first is served, and is served when that has gone.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_too_many_waits() {
    let tiny = Tiny::with("max_connections = 1", "").await;
    let first = tiny.channel();
    ask(first.clone(), question("say hello")).await.unwrap();
    let second = tokio::spawn(ask(tiny.channel(), question("say hello")));
    for _ in 0..100 {
        ask(first.clone(), question("say hello")).await.unwrap();
    }
    assert!(!second.is_finished(), "it was served beside the first");
    drop(first);
    assert_eq!(second.await.unwrap().unwrap(), "hello");
}

/// A peer that connects and says nothing, or next to nothing, is sent away, and its place is another's.
#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_says_nothing_is_sent_away() {
    let tiny = Tiny::with("preface_timeout_ms = 200\nmax_connections = 1", "").await;
    for says in ["", "P", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r"] {
        let mut silent = TcpStream::connect(tiny.grpc.address()).unwrap();
        silent.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        silent.write_all(says.as_bytes()).unwrap();
        // What it said and nobody read, it is told of as a reset.
        let closed = tokio::task::block_in_place(|| silent.read(&mut [0]));
        assert!(
            closed.map_or_else(|error| error.kind() == ErrorKind::ConnectionReset, |read| read == 0),
            "{says:?}"
        );
    }
    assert_eq!(tiny.ask("say hello").await.unwrap(), "hello");
}
