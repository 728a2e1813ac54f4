//! An appointed official sets a password and gets the secret of the one-time passwords.

use argon2::Argon2;
use argon2::password_hash::PasswordHasher;
use audit::{Action, Actor, Entry, Subject};
use postgres::Request;
use rand::RngExt;
use refusal::Reason;
use runtime::Secret;

use super::App;
use super::sign_in_official::{authenticator, totp_context};
use crate::domain::hash_of;
use crate::domain::{Credentials, Official};
use crate::error::Error;
use crate::store;

const ACTIVATED: Action = Action::new("OFFICIAL_ACTIVATED");

/// An activation that is asked for.
#[derive(Clone)]
pub struct ActivateOfficial {
    /// The call, for repetition.
    pub request: Request,
    /// The appointment's secret.
    pub secret: String,
    /// The new password.
    pub password: Secret,
}

/// The official, and what the authenticator needs.
#[derive(Clone)]
pub struct Activated {
    /// The official.
    pub official: Official,
    /// The secret as an `otpauth://` URI.
    pub otpauth_uri: String,
}

impl App {
    /// Activates the appointment, which has served then.
    pub async fn activate_official(self, command: ActivateOfficial) -> Result<Activated, Error> {
        let official = self.appointed(&command).await?;
        let password_hash = self.hashed(&command.password).await?;
        let mut tx = self.database.begin().await?;
        command.request.first_time(&mut tx).await?;
        let now = self.clock.now();
        let secret: [u8; 20] = rand::rng().random();
        let totp_sealed = self.keyring.seal(&totp_context(&official), &secret)?;
        let credentials = Credentials { password_hash, totp_sealed, totp_step: 0 };
        let appointment = hash_of(&command.secret);
        // No transaction waits for a password's hash: the appointment may have served meanwhile.
        if !store::official::activate(&mut tx, official.id, &appointment, &credentials).await? {
            return Err(Reason::AppointmentInvalid.into());
        }
        let subject = Subject::new("official", official.id);
        let entry = Entry::new(now, Actor::Official(official.id), ACTIVATED, subject).under(&official.path);
        audit::record(&mut tx, &entry.asked_by(command.request.id())).await?;
        tx.commit().await?;
        let totp = authenticator(&secret, &official.sign_in_name)?;
        let otpauth_uri = totp.to_url().map_err(|_| Error::Stored("a name that no URI can hold"))?;
        Ok(Activated { official: Official { credentials: Some(credentials), ..official }, otpauth_uri })
    }

    /// The official whom the appointment is for. Only reads, and comes before the password is hashed, which costs: whoever
    /// guesses at secrets must not have either for nothing.
    async fn appointed(&self, command: &ActivateOfficial) -> Result<Official, Error> {
        let mut connection = self.database.acquire().await?;
        // No answer is ever kept, for it holds a secret: a request that came before is refused here.
        command.request.kept::<()>(&mut connection).await?;
        let hash = hash_of(&command.secret);
        let official = store::official::appointed(&mut connection, &hash, self.clock.now()).await?;
        Ok(official.ok_or(Reason::AppointmentInvalid)?)
    }

    async fn hashed(&self, password: &Secret) -> Result<String, Error> {
        let password = password.clone();
        let hashing =
            self.hashing.clone().acquire_owned().await.map_err(|error| Error::Password(error.to_string()))?;
        let hashed = tokio::task::spawn_blocking(move || {
            let _hashing = hashing;
            let hash = Argon2::default().hash_password(password.expose().as_bytes());
            hash.map(|hash| hash.to_string()).map_err(|error| Error::Password(error.to_string()))
        });
        hashed.await?
    }
}
