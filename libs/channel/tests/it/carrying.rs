//! What every call carries.

use std::fs;

use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tonic::Request;
use tonic_health::pb::health_client::HealthClient;
use tracing::Instrument;
use tracing::instrument::WithSubscriber;
use tracing_subscriber::layer::SubscriberExt;

use crate::neighbour::{Replica, client, config, question};

#[tokio::test]
async fn a_call_introduces_its_service() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    fs::write(&path, "header.claims.signature\n").unwrap();
    let replica = Replica::well().await;
    let token = channel::TokenFile::new(path);
    let channel = channel::connect(&config([replica.address]), Some(token)).unwrap();

    HealthClient::new(channel).check(question()).await.unwrap();

    let sent = replica.seen.header("authorization");
    assert_eq!(sent, [Some("Bearer header.claims.signature".to_owned())]);
}

#[tokio::test]
async fn a_call_that_introduces_a_person_keeps_doing_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    fs::write(&path, "service").unwrap();
    let replica = Replica::well().await;
    let token = channel::TokenFile::new(path);
    let channel = channel::connect(&config([replica.address]), Some(token)).unwrap();

    let mut request = Request::new(question());
    request.metadata_mut().insert("authorization", "Bearer person".parse().unwrap());
    HealthClient::new(channel).check(request).await.unwrap();

    assert_eq!(replica.seen.header("authorization"), [Some("Bearer person".to_owned())]);
}

#[tokio::test]
async fn a_call_goes_on_with_the_trace() {
    let traces = SdkTracerProvider::builder().build();
    let layer = tracing_opentelemetry::layer().with_tracer(traces.tracer("test"));
    let subscriber = tracing_subscriber::registry().with(layer);
    let replica = Replica::well().await;
    let mut client = client(&config([replica.address]));

    async { client.check(question()).instrument(tracing::info_span!("a job")).await.unwrap() }
        .with_subscriber(subscriber)
        .await;

    let sent = replica.seen.header("traceparent").remove(0).unwrap();
    let parts: Vec<&str> = sent.split('-').collect();
    assert_eq!((parts[0], parts[1].len(), parts[2].len()), ("00", 32, 16), "{sent}");
    assert_ne!(parts[1], "0".repeat(32));
}
