//! Streams pass through as they come, and are sent once.

use std::net::Ipv4Addr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_stream::wrappers::{ReceiverStream, TcpListenerStream};
use tonic::transport::Server;
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;

use crate::neighbour::config;

fn list_services() -> ServerReflectionRequest {
    let message_request = Some(MessageRequest::ListServices(String::new()));
    ServerReflectionRequest { host: String::new(), message_request }
}

/// Whoever waits for the end of what is sent before sending it would wait for ever.
#[tokio::test]
async fn a_conversation_goes_both_ways() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1()
        .unwrap();
    tokio::spawn(
        Server::builder().add_service(reflection).serve_with_incoming(TcpListenerStream::new(listener)),
    );
    let mut client = ServerReflectionClient::new(channel::connect(&config([address]), None).unwrap());

    let talk = async {
        let (questions, asked) = mpsc::channel(1);
        questions.send(list_services()).await.unwrap();
        let mut answers =
            client.server_reflection_info(ReceiverStream::new(asked)).await.unwrap().into_inner();
        answers.message().await.unwrap().unwrap();
        questions.send(list_services()).await.unwrap();
        answers.message().await.unwrap().unwrap();
        drop(questions);
        assert!(answers.message().await.unwrap().is_none());
    };
    tokio::time::timeout(Duration::from_secs(5), talk).await.unwrap();
}
