//! Traces are exported where an endpoint is named: to a collector that takes them as a real one does, or is not there.

use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use rustix::process::Signal;
use stack::Port;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::metadata::MetadataValue;
use tonic::transport::Server;
use tonic::{Request, Response, Status};

use crate::tiny::{Tiny, ask, question};

const TRACE: u128 = 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c;
const PARENT: u64 = 0xb7ad_6b71_6920_3331;

/// Hands on what it is sent.
struct Collector(mpsc::Sender<ExportTraceServiceRequest>);

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        self.0.send(request.into_inner()).await.map_err(|_| Status::unavailable("nobody looks"))?;
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

/// Starts a collector; answers its endpoint and what it is sent.
async fn collector() -> (String, mpsc::Receiver<ExportTraceServiceRequest>) {
    let (sender, sent) = mpsc::channel(16);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let server = Server::builder().add_service(TraceServiceServer::new(Collector(sender)));
    tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
    (endpoint, sent)
}

async fn exporting(endpoint: &str) -> Tiny {
    Tiny::with_environment(&[("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)]).await
}

/// A call is a span of the caller's trace, named for its method; what has not been sent when the service ends is sent then.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_a_span_of_the_callers_trace() {
    let (endpoint, mut sent) = collector().await;
    let mut tiny = exporting(&endpoint).await;
    let mut traced = question("say hello");
    let parent = MetadataValue::try_from(format!("00-{TRACE:032x}-{PARENT:016x}-01")).unwrap();
    traced.metadata_mut().insert("traceparent", parent);
    ask(tiny.channel(), traced).await.unwrap();
    tiny.signal(Signal::TERM);
    assert!(tiny.ended().success());

    let exported = sent.try_recv().unwrap();
    let [resource] = &exported.resource_spans[..] else { panic!("{exported:?}") };
    let described = format!("{:?}", resource.resource);
    assert!(described.contains("service.name") && described.contains("tiny"), "{described}");
    let [span] = &resource.scope_spans[0].spans[..] else { panic!("{exported:?}") };
    assert_eq!(span.name, "yuanmeng.shared.v1.AuditService/ListActions");
    let trace = u128::from_be_bytes(span.trace_id[..].try_into().unwrap());
    let parent = u64::from_be_bytes(span.parent_span_id[..].try_into().unwrap());
    assert_eq!((trace, parent), (TRACE, PARENT));
}

/// A collector that is not there keeps nobody from answering and from ending.
#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_not_there_is_no_hindrance() {
    let nobody = Port::claim().unwrap();
    let mut tiny = exporting(&format!("http://{}", nobody.address())).await;
    assert_eq!(tiny.ask("say hello").await.unwrap(), "hello");
    tiny.signal(Signal::TERM);
    assert!(tiny.ended().success());
}
