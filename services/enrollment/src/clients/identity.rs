//! identity: whether a worker is verified, where a union stands, and the public keys of people's tokens.

use channel::{Channel, ConnectError, Failure, NeighbourConfig, TokenFile};
use proto::identity as pb;
use proto::identity::session_service_client::SessionServiceClient;
use proto::identity::union_service_client::UnionServiceClient;
use proto::identity::worker_service_client::WorkerServiceClient;
use vocabulary::{UnionId, UnionPath, WorkerId};

use crate::error::Error;

/// A way to identity.
#[derive(Clone)]
pub struct Identity {
    sessions: SessionServiceClient<Channel>,
    workers: WorkerServiceClient<Channel>,
    unions: UnionServiceClient<Channel>,
}

/// A union, as far as enrollment needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnionNode {
    /// Its id.
    pub id: UnionId,
    /// From the city federation down to it.
    pub path: UnionPath,
    /// Whether it may act.
    pub approved: bool,
}

impl Identity {
    /// Connects when it is first asked.
    pub fn connect(config: &NeighbourConfig, token: TokenFile) -> Result<Self, ConnectError> {
        let channel = channel::connect(config, Some(token))?;
        Ok(Self {
            sessions: SessionServiceClient::new(channel.clone()),
            workers: WorkerServiceClient::new(channel.clone()),
            unions: UnionServiceClient::new(channel),
        })
    }

    /// The public keys, as the text of a JSON Web Key Set.
    pub async fn jwks(mut self) -> auth::Fetched {
        Ok(self.sessions.get_jwks(pb::GetJwksRequest {}).await?.into_inner().jwks_json)
    }

    /// Whether the worker's real name is verified.
    pub async fn is_verified(&self, id: WorkerId) -> Result<bool, Error> {
        let request = pb::GetWorkerRequest { worker_id: id.to_string(), view: pb::WorkerView::Masked.into() };
        let answer = self.workers.clone().get_worker(request).await.map_err(Failure::from)?;
        Ok(answer.into_inner().worker.is_some_and(|worker| worker.verified))
    }

    /// A union.
    pub async fn union(&self, id: UnionId) -> Result<UnionNode, Error> {
        let request = pb::GetUnionRequest { union_id: id.to_string() };
        let answer = self.unions.clone().get_union(request).await.map_err(Failure::from)?;
        let union = answer.into_inner().union.unwrap_or_default();
        let approved = union.state() == pb::UnionState::Approved;
        let path = union.path.parse().map_err(|_| Error::BadAnswer("a union without a path"))?;
        Ok(UnionNode { id, path, approved })
    }
}
