//! Gives the next pair of tokens; a refresh token that comes twice ends its session.

use refusal::Reason;
use runtime::Clock;
use sqlx::PgConnection;
use subtle::ConstantTimeEq;
use vocabulary::OfficialId;

use super::open_session::{fresh_secret, token_holder};
use super::{App, Tokens};
use crate::domain::{RefreshToken, hash_of};
use crate::error::Error;
use crate::store;
use crate::store::session::{Holder, Session};

impl App {
    /// New tokens for a refresh token that is good. One that was used before is in wrong hands now, or was then: the
    /// session ends.
    pub async fn refresh_session(self, token: RefreshToken) -> Result<Tokens, Error> {
        let mut tx = self.database.begin().await?;
        let now = Clock::real_now();
        let session = store::session::lock(&mut tx, token.session, now).await?.ok_or(Reason::SessionEnded)?;
        if !bool::from(session.refresh_hash.ct_eq(&token.hash)) {
            store::session::end(&mut tx, session.id, now).await?;
            tx.commit().await?;
            tracing::warn!(session = %session.id, "a refresh token came twice: its session has ended");
            return Err(Reason::SessionEnded.into());
        }
        let secret = fresh_secret();
        store::session::rotate(&mut tx, session.id, &hash_of(&secret)).await?;
        let tokens = self.tokens_of(&mut tx, &session, RefreshToken::text(session.id, &secret)).await?;
        tx.commit().await?;
        Ok(tokens)
    }

    async fn tokens_of(
        &self,
        connection: &mut PgConnection,
        session: &Session,
        refresh: String,
    ) -> Result<Tokens, Error> {
        match session.holder {
            Holder::Worker(id) => {
                let channel = channel(&session.channel)?;
                let worker = auth::Worker { id: id.into(), channel };
                self.tokens(auth::Person::Worker(&worker), refresh, session.expires_at)
            }
            Holder::Official(id) => {
                // Read anew: roles and the union's place may have changed.
                let official = store::official::get(connection, OfficialId::from(id)).await?;
                let official = token_holder(&official.ok_or(Reason::SessionEnded)?);
                self.tokens(auth::Person::Official(&official), refresh, session.expires_at)
            }
        }
    }
}

fn channel(name: &str) -> Result<auth::Channel, Error> {
    let all = [auth::Channel::App, auth::Channel::WeChat, auth::Channel::Web];
    all.into_iter()
        .find(|channel| channel.as_str() == name)
        .ok_or(Error::Stored("a channel that is not known"))
}
