//! Signs an official in by name, password and one-time password.

use argon2::Argon2;
use argon2::password_hash::PasswordVerifier;
use argon2::password_hash::phc::PasswordHash;
use chrono::TimeDelta;
use refusal::{Reason, Refusal};
use runtime::{Clock, Secret};
use totp_rs::{Builder, Totp};

use super::open_session::token_holder;
use super::{App, Tokens};
use crate::domain::SignInName;
use crate::domain::{Credentials, Official};
use crate::error::Error;
use crate::store;

/// So many wrong sign-ins within the span lock a name for the rest of it.
const TRIES: u32 = 10;
const SPAN: TimeDelta = TimeDelta::minutes(15);
const WHAT: &str = "sign_ins";

/// A password to compare with where no official has the name, so that the answer takes as long: the hash of chance.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$jS31GMbUSMg0UuYgZcNyqw$D2yFVJZ0BAgPnhZYLSoX2vW8lOFYdzG0Gd3PmWZXJXs";

/// Whose secrets authenticators show.
const ISSUER: &str = "Yuanmeng";

/// An official who wants to be signed in.
#[derive(Debug, Clone)]
pub struct SignInOfficial {
    /// The name.
    pub sign_in_name: SignInName,
    /// The password.
    pub password: Secret,
    /// Six digits.
    pub one_time_password: Secret,
}

impl App {
    /// Signs an official in. Which of the three is wrong, and whether the name exists, is not told.
    pub async fn sign_in_official(self, command: SignInOfficial) -> Result<(Official, Tokens), Error> {
        let name = command.sign_in_name.as_str();
        if self.codes.count(WHAT, name, SPAN).await? > TRIES {
            return Err(Refusal::new(Reason::SignInLocked).with("minutes", SPAN.num_minutes()).into());
        }
        let known = store::official::lock_named(&mut *self.database.acquire().await?, name).await?;
        let hash = known.as_ref().and_then(|official| official.credentials.as_ref());
        let hash = hash.map_or(NOBODY, |credentials| &credentials.password_hash).to_owned();
        let right = self.password_is_right(command.password, hash).await?;
        let official = known.filter(|_| right).ok_or(Reason::SignInWrong)?;

        let mut tx = self.database.begin().await?;
        // Read again under a lock: each one-time password is accepted once, also of two sign-ins at once.
        let official = store::official::lock_named(&mut tx, official.sign_in_name.as_str()).await?;
        let official = official.ok_or(Reason::SignInWrong)?;
        let step = self.accepted_step(&official, &command.one_time_password)?;
        store::official::used_step(&mut tx, official.id, step).await?;
        let holder = token_holder(&official);
        let tokens = self.open_session(&mut tx, auth::Person::Official(&holder), "web").await?;
        tx.commit().await?;
        self.codes.forget(WHAT, name).await?;
        Ok((official, tokens))
    }

    async fn password_is_right(&self, password: Secret, hash: String) -> Result<bool, Error> {
        let hashing =
            self.hashing.clone().acquire_owned().await.map_err(|error| Error::Password(error.to_string()))?;
        let checked = tokio::task::spawn_blocking(move || {
            let _hashing = hashing;
            let hash = PasswordHash::new(&hash).map_err(|error| Error::Password(error.to_string()))?;
            Ok(Argon2::default().verify_password(password.expose().as_bytes(), &hash).is_ok())
        });
        checked.await?
    }

    /// The time step of a one-time password that is right and was not used before.
    fn accepted_step(&self, official: &Official, one_time_password: &Secret) -> Result<i64, Error> {
        let Some(Credentials { totp_sealed, totp_step, .. }) = &official.credentials else {
            return Err(Reason::SignInWrong.into());
        };
        let secret = self.keyring.open(&totp_context(official), totp_sealed)?;
        let totp = authenticator(&secret, official.sign_in_name.as_str())?;
        let now = u64::try_from(Clock::real_now().timestamp()).unwrap_or(0);
        let step = totp.check(one_time_password.expose(), now).and_then(|step| i64::try_from(step).ok());
        Ok(step.filter(|step| step > totp_step).ok_or(Reason::SignInWrong)?)
    }
}

/// What the secret of an official's one-time passwords is sealed for.
pub fn totp_context(official: &Official) -> String {
    format!("official.totp:{}", official.id)
}

/// RFC 6238 as authenticators know it: SHA-1, six digits, 30 seconds, one step early or late.
pub fn authenticator(secret: &[u8], account: &str) -> Result<Totp, Error> {
    let totp =
        Builder::new().with_secret(secret.to_vec()).with_account_name(account).with_issuer(Some(ISSUER));
    totp.build().map_err(|_| Error::Stored("a secret of one-time passwords that is too short"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "in a test, what goes wrong ends the test")]
mod tests {
    use argon2::password_hash::PasswordHasher;

    use super::*;

    /// how long the answer takes does not tell whether an official has the name.
    #[test]
    fn comparing_with_nobodys_password_costs_what_comparing_with_a_real_one_costs() {
        let real = Argon2::default().hash_password(b"a password").unwrap().to_string();
        let (real, nobody) = (PasswordHash::new(&real).unwrap(), PasswordHash::new(NOBODY).unwrap());
        assert_eq!(nobody.algorithm, real.algorithm);
        assert_eq!(nobody.version, real.version);
        assert_eq!(nobody.params, real.params);
        assert_eq!(nobody.hash.map(|hash| hash.len()), real.hash.map(|hash| hash.len()));
    }
}
