//! Secrets that are handed out once and kept as hashes only: of invitations, appointments and sessions.

use std::str::FromStr;

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// SHA-256 of a secret with 256 bits of chance in it: no salt or stretching adds anything to that.
pub type SecretHash = [u8; 32];

/// The hash that is kept of a secret.
pub fn hash_of(secret: &str) -> SecretHash {
    Sha256::digest(secret).into()
}

/// A refresh token: which session, and the secret that is good for it now.
#[derive(Clone)]
pub struct RefreshToken {
    /// The session.
    pub session: Uuid,
    /// The hash of the secret.
    pub hash: SecretHash,
}

/// Not a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a refresh token")]
pub struct InvalidRefreshToken;

impl RefreshToken {
    /// The text that is handed out.
    pub fn text(session: Uuid, secret: &str) -> String {
        format!("{}.{secret}", session.simple())
    }
}

impl FromStr for RefreshToken {
    type Err = InvalidRefreshToken;

    fn from_str(text: &str) -> Result<Self, InvalidRefreshToken> {
        let (session, secret) = text.split_once('.').ok_or(InvalidRefreshToken)?;
        let session = Uuid::try_parse(session).map_err(|_| InvalidRefreshToken)?;
        Ok(Self { session, hash: hash_of(secret) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_token_names_its_session_and_keeps_its_secret() {
        let session = Uuid::now_v7();
        let token: RefreshToken = RefreshToken::text(session, "secret").parse().unwrap();
        assert_eq!((token.session, token.hash), (session, hash_of("secret")));
        assert!("".parse::<RefreshToken>().is_err() && "a.b".parse::<RefreshToken>().is_err());
    }
}
