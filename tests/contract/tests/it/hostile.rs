//! What peers get who mean no good: a clear refusal, and a bounded share of the machine.

use std::fs;
use std::io::Write;
use std::net::TcpStream;

use futures::future::join_all;
use refusal::Reason;
use stack::Service;
use testkit::City;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request};

use crate::calls::{make, send};
use crate::city;

/// A call that anybody may make, and that changes nothing.
const OPEN: &str = "/yuanmeng.identity.v1.SessionService/GetJwks";
const CONNECTIONS: usize = 40;
const STREAMS_EACH: usize = 250;
/// Far more than a stream's buffers, far less than what unbounded ones take.
const KIB_PER_STREAM: u64 = 32;

/// A message beyond 4 MiB is refused, and one of just that size is read.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_4_mib_and_a_byte_is_refused() {
    let channel = to(city::shared().await, "identity");
    // One byte says which field, four say how long it is.
    let sent = async |bytes: usize| {
        let message = vec![0_u8; bytes - 5];
        send(&channel, OPEN, Request::new(tokio_stream::once(message))).await
    };
    sent(runtime::MAX_MESSAGE_BYTES).await.unwrap();
    let status = sent(runtime::MAX_MESSAGE_BYTES + 1).await.unwrap_err();
    assert_eq!(refusal::of(&status), Some(Reason::MessageTooLarge), "{status:?}");
}

/// Bytes that are no message of the call are the caller's fault, and told like every refusal.
#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_message_are_refused() {
    let channel = to(city::shared().await, "identity");
    // The first field of the call is a text, and this is none.
    let message = vec![0xff_u8, 0xfe];
    let path = "/yuanmeng.identity.v1.WorkerService/RequestCode";
    let status = send(&channel, path, Request::new(tokio_stream::once(message))).await.unwrap_err();
    assert_eq!(refusal::of(&status), Some(Reason::MessageMalformed), "{status:?}");
}

/// A call that does not exist is told so, to whomever, and is not a matter of who asks.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_does_not_exist_is_unknown() {
    let city = city::shared().await;
    let channel = to(city, "identity");
    let gateway = city.stack.issuer().service_token("gateway");
    for path in
        ["/yuanmeng.identity.v1.WorkerService/DropWorkers", "/yuanmeng.identity.v2.WorkerService/GetWorker"]
    {
        for token in [None, Some(gateway.as_str())] {
            let status = make(&channel, path, token).await.unwrap_err();
            assert_eq!(refusal::of(&status), Some(Reason::CallUnknown), "{path}: {status:?}");
            assert_eq!(status.code(), Code::Unimplemented);
        }
    }
}

/// Ten thousand calls that are begun and never finished cost bounded memory; those beyond the limit are told so, and the
/// service goes on.
#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_streams_cost_bounded_memory() {
    let city = city::of(Service::Identity).await;
    let before = peak_kib(&city);
    let channels: Vec<_> = (0..CONNECTIONS).map(|_| to(&city, "identity")).collect();
    let calls = channels.iter().flat_map(|channel| (0..STREAMS_EACH).map(move |_| channel)).map(|channel| {
        let silent = Request::new(tokio_stream::pending::<()>());
        send(channel, OPEN, silent)
    });
    let answers = join_all(calls).await;

    let reasons: Vec<_> = answers.into_iter().map(|answer| refusal::of(&answer.unwrap_err())).collect();
    let overloaded = reasons.iter().filter(|reason| **reason == Some(Reason::Overloaded)).count();
    assert!(overloaded > 0, "all of {} calls were taken", reasons.len());
    let grown = peak_kib(&city) - before;
    let allowed = KIB_PER_STREAM * (CONNECTIONS * STREAMS_EACH) as u64;
    assert!(grown < allowed, "the service grew by {grown} KiB, and {allowed} were allowed");
    make(&to(&city, "identity"), OPEN, None).await.unwrap();
}

/// A peer that connects and never speaks, and one that only says hello, do not keep a service from ending in time.
#[tokio::test(flavor = "multi_thread")]
async fn silent_peers_do_not_keep_a_service_from_ending() {
    let city = city::of(Service::Identity).await;
    let address = url(&city, "identity").trim_start_matches("http://").to_owned();
    let silent: Vec<_> = (0..50).map(|_| TcpStream::connect(&address).unwrap()).collect();
    let mut greeting = TcpStream::connect(&address).unwrap();
    greeting.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").unwrap();
    let ended = tokio::task::block_in_place(|| city.stack.services().terminate("identity"));
    assert!(ended.unwrap(), "it had to be killed");
    drop((silent, greeting));
}

fn url(city: &City, name: &str) -> String {
    city.stack.services().grpc_url(name).unwrap()
}

fn to(city: &City, name: &str) -> Channel {
    Endpoint::from_shared(url(city, name)).unwrap().connect_lazy()
}

/// The most memory that the service has had, in KiB.
fn peak_kib(city: &City) -> u64 {
    let id = city.stack.services().process_id("identity").unwrap().expect("identity runs");
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
