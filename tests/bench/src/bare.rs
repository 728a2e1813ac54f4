//! A tonic service with nothing around it: no authorisation, no deadline, no metrics, no trace.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use anyhow::Result;
use proto::quota::{Place, ReserveRequest, ReserveResponse};
use tonic::body::Body;
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;

/// What a future that answers a call is.
type Answer<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Answers `Reserve` with a function.
#[derive(Clone)]
pub(crate) struct Bare<F>(pub(crate) F);

impl<F, R> UnaryService<ReserveRequest> for Bare<F>
where
    F: Fn(ReserveRequest) -> R + Send,
    R: Future<Output = Result<Place, Status>> + Send + 'static,
{
    type Response = ReserveResponse;
    type Future = Answer<Result<Response<ReserveResponse>, Status>>;

    fn call(&mut self, request: Request<ReserveRequest>) -> Self::Future {
        let place = (self.0)(request.into_inner());
        Box::pin(async move { Ok(Response::new(ReserveResponse { place: Some(place.await?) })) })
    }
}

impl<F, R> tonic::codegen::Service<http::Request<Body>> for Bare<F>
where
    F: Fn(ReserveRequest) -> R + Clone + Send + 'static,
    R: Future<Output = Result<Place, Status>> + Send + 'static,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Answer<Result<http::Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let service = self.clone();
        Box::pin(async move { Ok(Grpc::new(ProstCodec::default()).unary(service, request).await) })
    }
}

impl<F> NamedService for Bare<F> {
    const NAME: &'static str = "yuanmeng.quota.v1.LineService";
}

/// Serves until it is killed.
pub(crate) async fn serve<F, R>(address: SocketAddr, answer: F) -> Result<()>
where
    F: Fn(ReserveRequest) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<Place, Status>> + Send + 'static,
{
    let server = tonic::transport::Server::builder().tcp_nodelay(true).add_service(Bare(answer));
    Ok(server.serve(address).await?)
}

/// Answers each request at once, with a place as large as a real one.
pub(crate) async fn echo(address: SocketAddr) -> Result<()> {
    let standing = |pool: &str| proto::quota::Standing {
        pool_id: pool.to_owned(),
        state: proto::quota::StandingState::Seated.into(),
        seat_number: 1,
        waiting_position: 0,
    };
    let place = Place {
        arrival_number: 1,
        round_id: "spring".to_owned(),
        standings: ["pool-0", "pool-1", "pool-2", "pool-3"].map(standing).to_vec(),
        chain: "0".repeat(64),
        ..Place::default()
    };
    serve(address, move |request: ReserveRequest| {
        let place = Place { application_id: request.application_id, ..place.clone() };
        async move { Ok(place) }
    })
    .await
}
