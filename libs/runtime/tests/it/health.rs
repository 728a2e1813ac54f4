//! Alive and ready are two things, and both are told by gRPC and by HTTP.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use stack::probe;
use tokio_stream::StreamExt;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;

use crate::tiny::{Tiny, eventually};

async fn health(tiny: &Tiny, service: &str) -> Result<ServingStatus, Code> {
    let question = HealthCheckRequest { service: service.to_owned() };
    let answer = HealthClient::new(tiny.channel()).check(question).await;
    answer.map(|answer| answer.into_inner().status()).map_err(|status| status.code())
}

/// While it gets ready a service is alive, not ready, and takes no calls.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_starting_is_alive_and_not_ready() {
    let prepared = tempfile::tempdir().unwrap();
    let prepared = prepared.path().join("prepared");
    let tiny = Tiny::starting("", &format!("preparation_file = \"{}\"", prepared.display()));
    eventually("it is alive", || tiny.status("/livez") == Some(200)).await;
    assert_eq!(tiny.status("/readyz"), Some(503));
    assert!(!probe::accepts(tiny.grpc.number()));
    std::fs::write(&prepared, "").unwrap();
    eventually("it is ready", || tiny.status("/readyz") == Some(200)).await;
    assert_eq!(tiny.ask("say hello").await.unwrap(), "hello");
}

/// Ready, it says so under each name that probes ask for, and knows no others.
#[tokio::test(flavor = "multi_thread")]
async fn a_ready_service_says_so() {
    let tiny = Tiny::new().await;
    for name in ["liveness", "readiness", ""] {
        assert_eq!(health(&tiny, name).await, Ok(ServingStatus::Serving), "{name}");
    }
    assert_eq!(health(&tiny, "another").await, Err(Code::NotFound));
}

/// Asked to end, it first says that it is not ready, and still takes calls, until load balancers have noticed.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_ending_is_alive_and_not_ready() {
    let mut tiny = Tiny::with("drain_notice_ms = 15000", "").await;
    tiny.signal(Signal::TERM);
    eventually("it is not ready", || tiny.status("/readyz") == Some(503)).await;
    assert_eq!(tiny.status("/livez"), Some(200));
    assert_eq!(health(&tiny, "liveness").await, Ok(ServingStatus::Serving));
    for name in ["readiness", ""] {
        assert_eq!(health(&tiny, name).await, Ok(ServingStatus::NotServing), "{name}");
    }
    assert_eq!(tiny.ask("say hello").await.unwrap(), "hello");
    assert!(tiny.runs());
}

/// When load balancers have had their time, it ends by itself and in order.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_ends_when_its_notice_is_over() {
    const NOTICE: Duration = Duration::from_millis(300);
    let mut tiny = Tiny::with(&format!("drain_notice_ms = {}", NOTICE.as_millis()), "").await;
    let asked = Instant::now();
    tiny.signal(Signal::TERM);
    assert!(tiny.ended().success());
    assert!(asked.elapsed() >= NOTICE, "it ended before its notice was over");
}

/// Whoever watches its health is told of the change.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_watches_is_told() {
    let tiny = Tiny::with("drain_notice_ms = 15000", "").await;
    let question = HealthCheckRequest { service: String::new() };
    let mut watched = HealthClient::new(tiny.channel()).watch(question).await.unwrap().into_inner();
    assert_eq!(watched.message().await.unwrap().unwrap().status(), ServingStatus::Serving);
    tiny.signal(Signal::TERM);
    let change = tokio::time::timeout(Duration::from_secs(10), watched.message()).await.unwrap();
    assert_eq!(change.unwrap().unwrap().status(), ServingStatus::NotServing);
}

/// Reflection names the service's own doors, health, and itself.
#[tokio::test(flavor = "multi_thread")]
async fn reflection_names_the_doors() {
    let tiny = Tiny::new().await;
    let answer = reflected(&tiny, MessageRequest::ListServices(String::new())).await;
    let MessageResponse::ListServicesResponse(services) = answer else { panic!("{answer:?}") };
    let names: Vec<_> = services.service.into_iter().map(|service| service.name).collect();
    for name in ["yuanmeng.shared.v1.AuditService", "grpc.health.v1.Health"] {
        assert!(names.iter().any(|known| known == name), "{name} is not among {names:?}");
    }
}

/// It knows all that a refusal carries, too, or its callers' tools would show the details as bytes.
#[tokio::test(flavor = "multi_thread")]
async fn reflection_knows_the_details_of_refusals() {
    let tiny = Tiny::new().await;
    for name in ["ErrorInfo", "BadRequest", "PreconditionFailure", "RetryInfo", "LocalizedMessage", "Help"] {
        let answer =
            reflected(&tiny, MessageRequest::FileContainingSymbol(format!("google.rpc.{name}"))).await;
        assert!(matches!(answer, MessageResponse::FileDescriptorResponse(_)), "{name}: {answer:?}");
    }
}

async fn reflected(tiny: &Tiny, question: MessageRequest) -> MessageResponse {
    let question = ServerReflectionRequest { host: String::new(), message_request: Some(question) };
    let mut client = ServerReflectionClient::new(tiny.channel());
    let answers = client.server_reflection_info(tokio_stream::once(question)).await.unwrap();
    answers.into_inner().next().await.unwrap().unwrap().message_response.unwrap()
}
