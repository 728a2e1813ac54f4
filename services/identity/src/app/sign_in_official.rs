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

/// So many guesses within the span lock a name for the rest of it. Who guesses has the password or the authenticator, and
/// tries for the other.
const TRIES: u32 = 10;
const SPAN: TimeDelta = TimeDelta::minutes(15);
const GUESSES: &str = "sign_in_guesses";

/// A try with neither locks nobody out; so many within the span are told to the operators.
const MANY_STRAY_TRIES: u32 = 100;
const STRAY_TRIES: &str = "stray_sign_ins";

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
    /// It does, and they or later ones were used before.
    Replayed,
    /// It does, for this time step.
    Fresh(i64),
}

impl App {
    /// Signs an official in. Which of the three is wrong, and whether the name exists, is not told; nor that a name is
    /// locked, but to who shows digits of the moment, which are used up by it.
    pub async fn sign_in_official(self, command: SignInOfficial) -> Result<(Official, Tokens), Error> {
        let name = command.sign_in_name.as_str();
        let known = store::official::named(&mut *self.database.acquire().await?, name).await?;
        // Read before the password is hashed, which may wait long for its turn: digits must not grow old meanwhile.
        let digits = self.digits(known.as_ref(), &command.one_time_password)?;
        let hash = known.as_ref().and_then(|official| official.credentials.as_ref());
        let hash = hash.map_or(NOBODY, |credentials| &credentials.password_hash).to_owned();
        let password_is_right = self.password_is_right(command.password, hash).await?;
        let is_guess = match digits {
            Digits::Wrong => password_is_right,
            Digits::Replayed => false,
            Digits::Fresh(_) => true,
        };
        if !is_guess {
            self.note_stray_try(name, known.as_ref()).await?;
            return Err(Reason::SignInWrong.into());
        }
        // Counted before the count is judged: of many at once, no more than ten may sign in.
        let tries = self.codes.count(GUESSES, name, SPAN).await?;
        let (Some(official), Digits::Fresh(step)) = (known, digits) else {
            return Err(Reason::SignInWrong.into());
        };
        if tries > TRIES {
            return self.refuse_locked(&official, step).await;
        }
        if !password_is_right {
            return Err(Reason::SignInWrong.into());
        }
        let Some(tokens) = self.use_digits(&official, step).await? else {
            return self.refuse_replay(name).await;
        };
        self.codes.forget(GUESSES, name).await?;
        Ok((official, tokens))
    }

    /// Opens the session, unless digits of this or a later step were used meanwhile.
    async fn use_digits(&self, official: &Official, step: i64) -> Result<Option<Tokens>, Error> {
        let mut tx = self.database.begin().await?;
        if !store::official::use_step(&mut tx, official.id, step).await? {
            return Ok(None);
        }
        let holder = token_holder(official);
        let tokens = self.open_session(&mut tx, auth::Person::Official(&holder), "web").await?;
        tx.commit().await?;
        Ok(Some(tokens))
    }

    /// Uses the digits up before it tells of the lock, and looks at no password: who guesses in a lock learns of no digits
    /// that sign in after it, and of no password at all.
    async fn refuse_locked<T>(&self, official: &Official, step: i64) -> Result<T, Error> {
        if !store::official::use_step(&mut *self.database.acquire().await?, official.id, step).await? {
            return Err(Reason::SignInWrong.into());
        }
        Err(Refusal::new(Reason::SignInLocked).with("minutes", SPAN.num_minutes()).into())
    }

    /// Refuses digits that another sign-in used meanwhile: who has all three does not guess.
    async fn refuse_replay<T>(&self, name: &str) -> Result<T, Error> {
        self.codes.take_back(GUESSES, name).await?;
        Err(Reason::SignInWrong.into())
    }

    /// Costs what counting a guess costs, so that the time of the answer does not tell one from the other.
    async fn note_stray_try(&self, name: &str, official: Option<&Official>) -> Result<(), Error> {
        let times = self.codes.count(STRAY_TRIES, name, SPAN).await?;
        if let Some(official) = official
            && times == MANY_STRAY_TRIES
        {
            tracing::warn!(official = %official.id, times, "somebody tries an official's name again and again");
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
            Some(step) if step <= *totp_step => Digits::Replayed,
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
