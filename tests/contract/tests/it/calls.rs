//! Every call there is, read from the contracts themselves, and making one without knowing its messages.

use std::time::Duration;

use http::uri::PathAndQuery;
use prost::Message;
use prost_types::FileDescriptorSet;
use stack::Service;
use tokio_stream::Stream;
use tonic::client::Grpc;
use tonic::transport::Channel;
use tonic::{Request, Status};
use tonic_prost::ProstCodec;

const PATIENCE: Duration = Duration::from_secs(30);

/// One call of one service.
#[derive(Clone, Debug)]
pub struct Call {
    /// Who answers it.
    pub service: Service,
    /// `/yuanmeng.identity.v1.WorkerService/GetWorker`.
    pub path: String,
}

/// Every call of every service; those that all services answer, for each of them.
pub fn every_call() -> Vec<Call> {
    let set = FileDescriptorSet::decode(proto::FILE_DESCRIPTOR_SET).unwrap();
    let ours = set.file.iter().filter(|file| file.package().starts_with("yuanmeng."));
    let paths = ours.flat_map(|file| {
        file.service.iter().flat_map(move |service| {
            let name = format!("/{}.{}", file.package(), service.name());
            service.method.iter().map(move |method| format!("{name}/{}", method.name()))
        })
    });
    let calls = paths.flat_map(|path| {
        let answering = Service::ALL.into_iter().filter({
            let path = path.clone();
            move |service| {
                path.starts_with("/yuanmeng.shared.") || path.starts_with(&format!("/yuanmeng.{service}."))
            }
        });
        answering.map(move |service| Call { service, path: path.clone() }).collect::<Vec<_>>()
    });
    calls.collect()
}

/// Makes the call with one empty message, which is the same whatever its type; what is answered first.
pub async fn make(channel: &Channel, path: &str, token: Option<&str>) -> Result<(), Status> {
    let mut request = Request::new(tokio_stream::once(()));
    if let Some(token) = token {
        request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    }
    send(channel, path, request).await
}

/// Makes the call with these messages; what is answered first, its fields passed over.
pub async fn send<M: Message + 'static>(
    channel: &Channel,
    path: &str,
    mut request: Request<impl Stream<Item = M> + Send + 'static>,
) -> Result<(), Status> {
    let mut client = Grpc::new(channel.clone());
    client.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
    request.set_timeout(PATIENCE);
    let path = PathAndQuery::try_from(path).unwrap();
    let answer = client.streaming(request, path, ProstCodec::<M, ()>::default()).await?;
    answer.into_inner().message().await.map(drop)
}
