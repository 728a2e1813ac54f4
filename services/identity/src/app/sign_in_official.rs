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

/// So many tries with the right password and a wrong one-time password within the span lock a name for the rest of it: who
/// makes them knows the password and guesses at the digits.
const TRIES: u32 = 10;
const SPAN: TimeDelta = TimeDelta::minutes(15);
const WHAT: &str = "one_time_passwords";

/// Wrong passwords lock nobody out; so many within the span are told to the operators.
const MANY_WRONG_PASSWORDS: u32 = 100;
const WRONG_PASSWORDS: &str = "wrong_passwords";

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

/// What the digits are worth.
#[derive(Clone, Copy)]
enum Digits {
    /// The authenticator does not show them.
    Wrong,
    /// It does, and they or later ones were accepted before.
    Used,
    /// It does, for this time step.
    Fresh(i64),
}

impl App {
    /// Signs an official in. Which of the three is wrong, and whether the name exists, is not told; nor that a name is
    /// locked, but to who has all three: it would tell that somebody has guessed the password.
    pub async fn sign_in_official(self, command: SignInOfficial) -> Result<(Official, Tokens), Error> {
        let name = command.sign_in_name.as_str();
        let known = store::official::lock_named(&mut *self.database.acquire().await?, name).await?;
        let digits = self.digits(known.as_ref(), &command.one_time_password)?;
        let hash = known.as_ref().and_then(|official| official.credentials.as_ref());
        let hash = hash.map_or(NOBODY, |credentials| &credentials.password_hash).to_owned();
        if !self.password_is_right(command.password, hash).await? {
            self.note_wrong_password(name, known.as_ref()).await?;
            return Err(Reason::SignInWrong.into());
        }
        // Counted before it is known to be wrong: of many at once, none is looked at for nothing.
        let tries = self.codes.count(WHAT, name, SPAN).await?;
        let step = match digits {
            Digits::Wrong => return Err(Reason::SignInWrong.into()),
            Digits::Used => return self.used_before(name).await,
            Digits::Fresh(_) if tries > TRIES => {
                return Err(Refusal::new(Reason::SignInLocked).with("minutes", SPAN.num_minutes()).into());
            }
            Digits::Fresh(step) => step,
        };
        let Some(signed_in) = self.use_digits(name, step).await? else {
            return self.used_before(name).await;
        };
        self.codes.forget(WHAT, name).await?;
        Ok(signed_in)
    }

    /// Opens the session, unless digits of this or a later step were accepted meanwhile.
    async fn use_digits(&self, name: &str, step: i64) -> Result<Option<(Official, Tokens)>, Error> {
        let mut tx = self.database.begin().await?;
        // Read again under a lock: each one-time password is accepted once, also of two sign-ins at once.
        let official = store::official::lock_named(&mut tx, name).await?.filter(|official| {
            official.credentials.as_ref().is_some_and(|credentials| credentials.totp_step < step)
        });
        let Some(official) = official else { return Ok(None) };
        store::official::used_step(&mut tx, official.id, step).await?;
        let holder = token_holder(&official);
        let tokens = self.open_session(&mut tx, auth::Person::Official(&holder), "web").await?;
        tx.commit().await?;
        Ok(Some((official, tokens)))
    }

    /// Refuses digits that were accepted before: it is no guess, and does not count as one.
    async fn used_before<T>(&self, name: &str) -> Result<T, Error> {
        self.codes.take_back(WHAT, name).await?;
        Err(Reason::SignInWrong.into())
    }

    /// Costs what counting a try costs, so that the time of the answer does not tell a right password.
    async fn note_wrong_password(&self, name: &str, official: Option<&Official>) -> Result<(), Error> {
        let times = self.codes.count(WRONG_PASSWORDS, name, SPAN).await?;
        if let Some(official) = official
            && times == MANY_WRONG_PASSWORDS
        {
            tracing::warn!(official = %official.id, times, "somebody guesses at an official's password");
        }
        Ok(())
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

    fn digits(&self, official: Option<&Official>, one_time_password: &Secret) -> Result<Digits, Error> {
        let credentials =
            official.and_then(|official| official.credentials.as_ref().map(|its| (official, its)));
        let Some((official, Credentials { totp_sealed, totp_step, .. })) = credentials else {
            return Ok(Digits::Wrong);
        };
        let secret = self.keyring.open(&totp_context(official), totp_sealed)?;
        let totp = authenticator(&secret, official.sign_in_name.as_str())?;
        let now = u64::try_from(Clock::real_now().timestamp()).unwrap_or(0);
        let step = totp.check(one_time_password.expose(), now).and_then(|step| i64::try_from(step).ok());
        Ok(match step {
            None => Digits::Wrong,
            Some(step) if step <= *totp_step => Digits::Used,
            Some(step) => Digits::Fresh(step),
        })
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
