//! The two answers of subsidy that payment needs, over real gRPC: an approved application takes six services to make, and
//! that is what the end-to-end tests do.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use proto::subsidy::{
    GetPayeeRequest, GetPayeeResponse, ListPoolsRequest, ListPoolsResponse, PayeeKind, ProgrammePool,
};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::body::Body;
use tonic::server::Grpc;
use tonic::service::Routes;
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;
use vocabulary::UnionId;

/// What subsidy knows.
#[derive(Clone, Default)]
pub struct Subsidy {
    payees: Arc<Mutex<HashMap<String, GetPayeeResponse>>>,
    pools: Arc<Mutex<Vec<(String, ProgrammePool)>>>,
}

impl Subsidy {
    /// Answers where it listens.
    pub async fn serve(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = Router::new()
            .route("/yuanmeng.subsidy.v1.ApplicationService/GetPayee", post(get_payee))
            .route("/yuanmeng.subsidy.v1.ProgrammeService/ListPools", post(list_pools))
            .with_state(self.clone());
        let server = tonic::transport::Server::builder().add_routes(Routes::from(routes));
        tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
        format!("http://{address}")
    }

    pub fn pays_by_card(&self, application: &str, card: &str) {
        self.pays(application, PayeeKind::BankCard, card);
    }

    pub fn pays_by_wallet(&self, application: &str, account: &str) {
        self.pays(application, PayeeKind::Wallet, account);
    }

    fn pays(&self, application: &str, kind: PayeeKind, account: &str) {
        let payee = GetPayeeResponse {
            kind: kind.into(),
            account: account.to_owned(),
            holder: "张测一".to_owned(),
            bank: String::new(),
        };
        self.payees.lock().unwrap().insert(application.to_owned(), payee);
    }

    pub fn funds(&self, programme: &str, pool: &str, union: UnionId) {
        let funded = ProgrammePool { id: pool.to_owned(), union_id: union.to_string(), ..Default::default() };
        self.pools.lock().unwrap().push((programme.to_owned(), funded));
    }

    fn payee(&self, application: &str) -> Result<GetPayeeResponse, Status> {
        let known = self.payees.lock().unwrap().get(application).cloned();
        known.ok_or_else(|| refusal::Refusal::new(refusal::Reason::NotFound).into())
    }

    fn pools(&self, programme: &str) -> Vec<ProgrammePool> {
        let pools = self.pools.lock().unwrap();
        pools.iter().filter(|(of, _)| of == programme).map(|(_, pool)| pool.clone()).collect()
    }
}

async fn get_payee(
    State(subsidy): State<Subsidy>,
    request: axum::extract::Request,
) -> axum::http::Response<Body> {
    let answering = tower::service_fn(move |request: Request<GetPayeeRequest>| {
        let payee = subsidy.payee(&request.get_ref().application_id);
        async move { payee.map(Response::new) }
    });
    Grpc::new(ProstCodec::<GetPayeeResponse, GetPayeeRequest>::default()).unary(answering, request).await
}

async fn list_pools(
    State(subsidy): State<Subsidy>,
    request: axum::extract::Request,
) -> axum::http::Response<Body> {
    let answering = tower::service_fn(move |request: Request<ListPoolsRequest>| {
        let pools = subsidy.pools(&request.get_ref().programme_id);
        async move { Ok::<_, Status>(Response::new(ListPoolsResponse { pools })) }
    });
    Grpc::new(ProstCodec::<ListPoolsResponse, ListPoolsRequest>::default()).unary(answering, request).await
}
