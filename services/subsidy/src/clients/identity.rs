//! identity: the worker as verified, and the union tree.

use channel::{Channel, ConnectError, Failure, NeighbourConfig, TokenFile};
use proto::identity as pb;
use proto::identity::session_service_client::SessionServiceClient;
use proto::identity::union_service_client::UnionServiceClient;
use proto::identity::worker_service_client::WorkerServiceClient;
use refusal::Reason;
use vocabulary::{IdNumber, UnionId, WorkerId};

use super::unions::{UnionNode, Unions};
use crate::domain::{Applicant, ReviewUnion};
use crate::error::Error;

/// The largest page that identity gives.
const PAGE: i32 = 200;

/// A way to identity.
#[derive(Clone)]
pub struct Identity {
    sessions: SessionServiceClient<Channel>,
    workers: WorkerServiceClient<Channel>,
    tree: UnionServiceClient<Channel>,
    known: Unions,
}

impl Identity {
    /// Connects when it is first asked.
    pub fn connect(config: &NeighbourConfig, token: TokenFile) -> Result<Self, ConnectError> {
        let channel = channel::connect(config, Some(token))?;
        Ok(Self {
            sessions: SessionServiceClient::new(channel.clone()),
            workers: WorkerServiceClient::new(channel.clone()),
            tree: UnionServiceClient::new(channel),
            known: Unions::default(),
        })
    }

    /// The public keys, as the text of a JSON Web Key Set.
    pub async fn jwks(mut self) -> auth::Fetched {
        Ok(self.sessions.get_jwks(pb::GetJwksRequest {}).await?.into_inner().jwks_json)
    }

    /// The worker in full; identity records the look. Refuses who is not verified.
    pub async fn applicant(&self, id: WorkerId) -> Result<Applicant, Error> {
        let request = pb::GetWorkerRequest { worker_id: id.to_string(), view: pb::WorkerView::Full.into() };
        let answer = self.workers.clone().get_worker(request).await.map_err(Failure::from)?;
        let worker = answer.into_inner().worker.ok_or(Error::BadAnswer("identity sent no worker"))?;
        if !worker.verified {
            return Err(Error::refused(Reason::WorkerNotVerified));
        }
        applicant(&worker).ok_or(Error::BadAnswer("identity sent a worker that is none"))
    }

    /// A union, as it is or was a moment ago.
    pub async fn union(&self, id: UnionId) -> Result<UnionNode, Error> {
        if let Some(known) = self.known.get(id) {
            return Ok(known);
        }
        let request = pb::GetUnionRequest { union_id: id.to_string() };
        let answer = self.tree.clone().get_union(request).await.map_err(Failure::from)?;
        let node = node(answer.into_inner().union)?;
        self.known.put(node.clone());
        Ok(node)
    }

    /// The unions that will review, from this one up to the city federation.
    pub async fn chain(&self, chosen: UnionId) -> Result<Vec<ReviewUnion>, Error> {
        let path = self.union(chosen).await?.path;
        let mut chain = Vec::new();
        for id in path.unions().rev() {
            let union = self.union(id).await?;
            chain.push(ReviewUnion { id: union.id, name: union.name, path: union.path });
        }
        Ok(chain)
    }

    /// The unions that stand for an administrative code, looked for from the city federation down to the districts:
    /// one, or none, where the tree is right.
    pub async fn unions_of_place(&self, administrative_code: &str) -> Result<Vec<UnionNode>, Error> {
        let roots = self.children("").await?;
        let Some(root) = roots.first() else { return Ok(Vec::new()) };
        let mut unions = self.children(&root.id.to_string()).await?;
        unions.extend(roots);
        unions.retain(|union| union.administrative_code == administrative_code);
        Ok(unions)
    }

    /// The approved children: identity shows a service also those that wait, and anybody invited may call a place theirs.
    async fn children(&self, parent_id: &str) -> Result<Vec<UnionNode>, Error> {
        let (mut children, mut page_token) = (Vec::new(), String::new());
        loop {
            let request =
                pb::ListUnionsRequest { parent_id: parent_id.to_owned(), page_size: PAGE, page_token };
            let page = self.tree.clone().list_unions(request).await.map_err(Failure::from)?.into_inner();
            for union in page.unions {
                if union.state() == pb::UnionState::Approved {
                    children.push(node(Some(union))?);
                }
            }
            if page.next_page_token.is_empty() {
                return Ok(children);
            }
            page_token = page.next_page_token;
        }
    }
}

fn applicant(worker: &pb::Worker) -> Option<Applicant> {
    let id_number: IdNumber = worker.id_number.parse().ok()?;
    Some(Applicant {
        person_id: worker.person_id.parse().ok()?,
        name: worker.name.parse().ok()?,
        phone: worker.phone.parse().ok()?,
        id_number,
    })
}

fn node(union: Option<pb::Union>) -> Result<UnionNode, Error> {
    let union = union.ok_or(Error::BadAnswer("identity sent no union"))?;
    match (union.id.parse(), union.path.parse()) {
        (Ok(id), Ok(path)) => {
            Ok(UnionNode { id, name: union.name, path, administrative_code: union.administrative_code })
        }
        _ => Err(Error::BadAnswer("identity sent a union that is none")),
    }
}
