//! Tokens for somebody who has shown who they are.

use auth::Person;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use rand::RngExt;
use runtime::Clock;
use sqlx::PgConnection;
use uuid::Uuid;

use super::App;
use crate::domain::{Official, RefreshToken, hash_of};
use crate::error::Error;
use crate::store;
use crate::store::session::{Holder, Session};

/// How long a session lasts without its holder coming back.
const SESSION_LIFETIME: TimeDelta = TimeDelta::days(30);

/// What a signed-in person gets.
#[derive(Clone)]
pub struct Tokens {
    /// For the `authorization` header.
    pub access: String,
    /// When that ends.
    pub access_expires_at: DateTime<Utc>,
    /// Gives the next pair, once.
    pub refresh: String,
    /// When that ends.
    pub refresh_expires_at: DateTime<Utc>,
}

/// A secret with 256 bits of chance in it.
pub fn fresh_secret() -> String {
    URL_SAFE_NO_PAD.encode(rand::rng().random::<[u8; 32]>())
}

impl App {
    /// Opens a session for a person.
    pub(super) async fn open_session(
        &self,
        connection: &mut PgConnection,
        person: Person<'_>,
        channel: &str,
    ) -> Result<Tokens, Error> {
        let (id, secret) = (Uuid::now_v7(), fresh_secret());
        // Sessions are about real time, as tokens are.
        let expires_at = Clock::real_now() + SESSION_LIFETIME;
        let holder = match person {
            Person::Worker(worker) => Holder::Worker(worker.id.uuid()),
            Person::Official(official) => Holder::Official(official.id.uuid()),
        };
        let refresh_hash = hash_of(&secret).to_vec();
        let session = Session { id, holder, channel: channel.to_owned(), refresh_hash, expires_at };
        store::session::insert(connection, &session).await?;
        self.tokens(person, RefreshToken::text(id, &secret), expires_at)
    }

    /// The pair of tokens of a session.
    pub(super) fn tokens(
        &self,
        person: Person<'_>,
        refresh: String,
        refresh_expires_at: DateTime<Utc>,
    ) -> Result<Tokens, Error> {
        let access = self.issuer.issue(person)?;
        Ok(Tokens { access: access.text, access_expires_at: access.expires_at, refresh, refresh_expires_at })
    }
}

/// An official as tokens name them.
pub fn token_holder(official: &Official) -> auth::Official {
    auth::Official {
        id: official.id,
        union: official.union,
        path: official.path.clone(),
        roles: official.roles.iter().copied().collect(),
        centre: official.centre,
        person: official.person.uuid(),
    }
}
