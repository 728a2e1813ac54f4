//! identity, which is asked for one thing: the public keys of people's tokens.

use channel::{Channel, ConnectError, NeighbourConfig};
use proto::identity::GetJwksRequest;
use proto::identity::session_service_client::SessionServiceClient;

/// A way to identity.
#[derive(Clone)]
pub struct Identity {
    sessions: SessionServiceClient<Channel>,
}

impl Identity {
    /// Connects when it is first asked. The call is open to anyone, so no token goes along.
    pub fn connect(config: &NeighbourConfig) -> Result<Self, ConnectError> {
        Ok(Self { sessions: SessionServiceClient::new(channel::connect(config, None)?) })
    }

    /// The public keys, as the text of a JSON Web Key Set.
    pub async fn jwks(mut self) -> auth::Fetched {
        Ok(self.sessions.get_jwks(GetJwksRequest {}).await?.into_inner().jwks_json)
    }
}
