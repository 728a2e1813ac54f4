//! Every call of the six services, as one caller makes them: with a token and a deadline.

use std::time::Duration;

use proto::enrollment::catalogue_service_client::CatalogueServiceClient;
use proto::enrollment::enrollment_service_client::EnrollmentServiceClient;
use proto::identity::official_service_client::OfficialServiceClient;
use proto::identity::session_service_client::SessionServiceClient;
use proto::identity::union_service_client::UnionServiceClient;
use proto::identity::worker_service_client::WorkerServiceClient;
use proto::payment::batch_service_client::BatchServiceClient;
use proto::payment::fund_service_client::FundServiceClient;
use proto::payment::grant_service_client::GrantServiceClient;
use proto::payment::ledger_service_client::LedgerServiceClient;
use proto::quota::line_service_client::LineServiceClient;
use proto::quota::pool_service_client::PoolServiceClient;
use proto::quota::proof_service_client::ProofServiceClient;
use proto::quota::{self, GetLineRequest};
use proto::review::case_service_client::CaseServiceClient;
use proto::shared::audit_service_client::AuditServiceClient;
use proto::shared::{Action, ListActionsRequest};
use proto::subsidy::application_service_client::ApplicationServiceClient;
use proto::subsidy::programme_service_client::ProgrammeServiceClient;
use stack::{Service, eventually};
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};

/// How long a test waits for one answer, in seconds; far above what a healthy call takes.
const PATIENCE_S: u64 = 30;

/// A connection that carries its caller's token.
pub type Line = InterceptedService<Channel, Bearer>;

/// Adds a caller's token, if there is one, and a deadline to each call.
#[derive(Clone)]
pub struct Bearer(Option<MetadataValue<Ascii>>);

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.set_timeout(Duration::from_secs(PATIENCE_S));
        if let Some(token) = &self.0 {
            request.metadata_mut().insert("authorization", token.clone());
        }
        Ok(request)
    }
}

/// Where the services of one city listen. A connection is made when it is first used.
#[derive(Clone)]
pub struct Api {
    channels: Vec<(Service, Channel)>,
    bearer: Bearer,
}

macro_rules! clients {
    ($($(#[$doc:meta])* $name:ident: $client:ident of $service:ident;)*) => {
        impl Api {
            $(
                $(#[$doc])*
                pub fn $name(&self) -> $client<Line> {
                    $client::new(self.line(Service::$service))
                }
            )*
        }
    };
}

clients! {
    /// Workers' accounts.
    workers: WorkerServiceClient of Identity;
    /// Signing in.
    sessions: SessionServiceClient of Identity;
    /// The union tree.
    unions: UnionServiceClient of Identity;
    /// Officials.
    officials: OfficialServiceClient of Identity;
    /// What can be studied.
    catalogue: CatalogueServiceClient of Enrollment;
    /// Who studies what.
    enrollments: EnrollmentServiceClient of Enrollment;
    /// Programmes and their pools.
    programmes: ProgrammeServiceClient of Subsidy;
    /// Applications.
    applications: ApplicationServiceClient of Subsidy;
    /// Cases under review.
    cases: CaseServiceClient of Review;
    /// The line.
    lines: LineServiceClient of Quota;
    /// The pools' seats.
    pools: PoolServiceClient of Quota;
    /// The line's proof.
    proofs: ProofServiceClient of Quota;
    /// Money set aside.
    funds: FundServiceClient of Payment;
    /// Grants.
    grants: GrantServiceClient of Payment;
    /// Batches.
    batches: BatchServiceClient of Payment;
    /// The ledger.
    ledger: LedgerServiceClient of Payment;
}

impl Api {
    /// Calls services at these addresses, such as `http://127.0.0.1:5001`, without a token.
    ///
    /// # Panics
    /// Where an address is none.
    pub fn at<'a>(addresses: impl IntoIterator<Item = (Service, &'a str)>) -> Self {
        let connect = |address: &str| Endpoint::from_shared(address.to_owned()).unwrap().connect_lazy();
        let channels = addresses.into_iter().map(|(service, address)| (service, connect(address))).collect();
        Self { channels, bearer: Bearer(None) }
    }

    /// The same services, called by the holder of this token.
    ///
    /// # Panics
    /// Where the token is no header value.
    pub fn with_token(&self, token: &str) -> Self {
        let bearer = Bearer(Some(format!("Bearer {token}").parse().unwrap()));
        Self { channels: self.channels.clone(), bearer }
    }

    /// A service's audit trail.
    pub fn audit(&self, service: Service) -> AuditServiceClient<Line> {
        AuditServiceClient::new(self.line(service))
    }

    /// What a service's trail tells the caller of a subject, such as `case:<id>`, or of all subjects; newest first.
    ///
    /// # Panics
    /// Where it is refused.
    pub async fn trail(&self, service: Service, subject: &str) -> Vec<Action> {
        let request =
            ListActionsRequest { subject: subject.to_owned(), page_size: 200, page_token: String::new() };
        self.audit(service).list_actions(request).await.unwrap().into_inner().actions
    }

    /// A programme's line as quota tells it to a service, asked for again while quota cannot be reached.
    ///
    /// # Panics
    /// Where it is refused.
    pub async fn programme_line(&self, programme_id: &str) -> quota::Line {
        let request = GetLineRequest { programme_id: programme_id.to_owned() };
        eventually("quota can be reached", async || match self.proofs().get_line(request.clone()).await {
            Err(status) if status.code() == Code::Unavailable => None,
            answer => Some(answer.unwrap().into_inner().line.unwrap()),
        })
        .await
    }

    /// A connection to a service; where several replicas run, to one of them by chance.
    ///
    /// # Panics
    /// Where the service is not part of this city.
    pub fn line(&self, service: Service) -> Line {
        let replicas: Vec<&Channel> =
            self.channels.iter().filter(|(known, _)| *known == service).map(|(_, channel)| channel).collect();
        assert!(!replicas.is_empty(), "{service:?} does not run in this city");
        let chosen = uuid::Uuid::new_v4().as_u128() as usize % replicas.len();
        InterceptedService::new(replicas[chosen].clone(), self.bearer.clone())
    }
}
