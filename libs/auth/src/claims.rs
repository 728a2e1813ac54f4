//! What tokens say, and what of it is believed: a person's token becomes a worker or an official, a service's token its
//! name.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vocabulary::{OfficialId, UnionId, UnionPath, WorkerId};

use crate::{Caller, Channel, Official, Roles, Worker};

/// A service account's subject is this, the namespace, a colon and the name.
const SERVICE_ACCOUNT: &str = "system:serviceaccount:";

/// The claims of a person's token.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PersonClaims {
    pub(crate) iss: String,
    pub(crate) aud: String,
    pub(crate) sub: Uuid,
    pub(crate) exp: u64,
    pub(crate) nbf: u64,
    pub(crate) iat: u64,
    pub(crate) jti: Uuid,
    #[serde(flatten)]
    pub(crate) kind: Kind,
}

/// What kind of person, and what only this kind has.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum Kind {
    Worker { channel: Channel },
    Official { union: UnionId, path: UnionPath, roles: Roles, centre: bool, person: Uuid },
}

impl PersonClaims {
    /// The person; none where the claims contradict one another.
    pub(crate) fn caller(self) -> Option<Caller> {
        match self.kind {
            Kind::Worker { channel } => {
                Some(Caller::Worker(Worker { id: WorkerId::from(self.sub), channel }))
            }
            Kind::Official { union, path, roles, centre, person } => {
                let id = OfficialId::from(self.sub);
                let consistent = path.unions().next_back() == Some(union);
                consistent.then_some(Caller::Official(Official { id, union, path, roles, centre, person }))
            }
        }
    }
}

/// The claims of a service's token that matter: the shape of a projected Kubernetes service-account token.
#[derive(Debug, Deserialize)]
pub(crate) struct ServiceClaims {
    pub(crate) sub: String,
    pub(crate) exp: u64,
}

impl ServiceClaims {
    /// The service; none where the subject is not a service account of this namespace.
    pub(crate) fn caller(&self, namespace: &str) -> Option<Caller> {
        let account = self.sub.strip_prefix(SERVICE_ACCOUNT)?;
        let name = account.strip_prefix(namespace)?.strip_prefix(':')?;
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        (!name.is_empty() && name.len() <= 63 && name.bytes().all(plain))
            .then(|| Caller::Service(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(sub: &str) -> Option<Caller> {
        ServiceClaims { sub: sub.to_owned(), exp: 0 }.caller("yuanmeng")
    }

    /// A service is believed by its account's name in our namespace, and by nothing that merely looks like it.
    #[test]
    fn a_service_is_an_account_of_our_namespace() {
        let subsidy = service("system:serviceaccount:yuanmeng:subsidy");
        assert_eq!(subsidy, Some(Caller::Service("subsidy".to_owned())));
        for foreign in [
            "system:serviceaccount:default:subsidy",
            "system:serviceaccount:yuanmeng-evil:subsidy",
            "system:serviceaccount:yuanmeng:",
            "system:serviceaccount:yuanmeng:a:subsidy",
            "system:serviceaccount:yuanmeng:Subsidy",
            "system:node:subsidy",
            "subsidy",
        ] {
            assert_eq!(service(foreign), None, "{foreign}");
        }
    }
}
