//! Who calls: read from a verified token by the layer, handed to every door.

use std::fmt;

use refusal::{Reason, Refusal};
use serde::{Deserialize, Serialize};
use tonic::{Request, Status};
use uuid::Uuid;
use vocabulary::{OfficialId, Role, UnionId, UnionPath, WorkerId};

use crate::{Roles, Scope};

/// Who makes a call. Only the layer makes one from a request; a door asks [`Caller::of`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// Somebody unknown, on a call that is open to anyone.
    Anyone,
    /// A worker, for their own affairs.
    Worker(Worker),
    /// An official of a union, or of the Culture Centre.
    Official(Official),
    /// A service or gateway, by the name of its service account.
    Service(String),
}

/// A signed-in worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worker {
    /// The account.
    pub id: WorkerId,
    /// Where the worker signed in.
    pub channel: Channel,
}

/// A signed-in official.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Official {
    /// The person.
    pub id: OfficialId,
    /// The union acted for; the city federation for the Culture Centre.
    pub union: UnionId,
    /// That union's place in the tree, as it was when the token was issued.
    pub path: UnionPath,
    /// What the person may do.
    pub roles: Roles,
    /// Whether the person acts for the Culture Centre, and so not for a union.
    pub centre: bool,
    /// The opaque number of the human being, the same as of their account as a worker.
    pub person: Uuid,
}

/// The way by which a worker reaches the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// The union's app.
    App,
    /// The union's WeChat account.
    WeChat,
    /// The web platform.
    Web,
}

impl Caller {
    /// Who made this request. A request that no layer has looked at is refused.
    pub fn of<T>(request: &Request<T>) -> Result<Self, Status> {
        let caller = request.extensions().get::<Self>().cloned();
        caller.ok_or_else(|| Refusal::new(Reason::TokenMissing).into())
    }

    /// The worker who calls; anybody else is refused.
    pub fn worker(&self) -> Result<&Worker, Refusal> {
        match self {
            Self::Worker(worker) => Ok(worker),
            _ => Err(Refusal::new(Reason::CallerNotAllowed)),
        }
    }

    /// The official who calls; anybody else is refused.
    pub fn official(&self) -> Result<&Official, Refusal> {
        match self {
            Self::Official(official) => Ok(official),
            _ => Err(Refusal::new(Reason::CallerNotAllowed)),
        }
    }

    /// What the caller may see; somebody unknown sees nothing.
    pub fn scope(&self) -> Result<Scope, Refusal> {
        Scope::of(self).ok_or_else(|| Refusal::new(Reason::TokenMissing))
    }
}

impl Official {
    /// Whether the person holds the role.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(role)
    }

    /// Whether the person acts for the city federation itself.
    pub fn of_the_city(&self) -> bool {
        !self.centre && self.path.parent().is_none()
    }
}

/// `worker:<id>`, `official:<id>`, `service:<name>`, `anyone`: as logs and the audit trail name a caller.
impl fmt::Display for Caller {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anyone => formatter.write_str("anyone"),
            Self::Worker(worker) => write!(formatter, "worker:{}", worker.id),
            Self::Official(official) => write!(formatter, "official:{}", official.id),
            Self::Service(name) => write!(formatter, "service:{name}"),
        }
    }
}

impl Channel {
    /// The channel as tokens and tables name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::WeChat => "wechat",
            Self::Web => "web",
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
