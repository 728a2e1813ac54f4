//! Makes an account for the owner of a phone.

use audit::{Action, Actor, Entry, Subject};
use auth::Channel;
use postgres::violated;
use refusal::Reason;
use runtime::Clock;
use sqlx::PgConnection;
use vocabulary::{Phone, RequestId, WorkerId};

use super::{App, Person, Tokens, people};
use crate::domain::Purpose;
use crate::error::Error;
use crate::store;
use crate::store::worker::NewWorker;

const REGISTERED: Action = Action::new("WORKER_REGISTERED");

/// An account that is asked for.
#[derive(Debug, Clone)]
pub struct RegisterWorker {
    /// The same id gives the same account.
    pub request_id: RequestId,
    /// The phone that the code was sent to.
    pub phone: Phone,
    /// The code.
    pub code: String,
    /// What the person agreed to.
    pub consents: Vec<Consent>,
    /// Where the person is.
    pub channel: Channel,
}

/// What a person agrees to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// Terms and privacy notice.
    PrivacyNotice,
    /// Processing of sensitive data.
    SensitiveData,
}

impl Consent {
    /// Everything there is to agree to.
    pub const ALL: [Self; 2] = [Self::PrivacyNotice, Self::SensitiveData];

    /// As the table names it.
    const fn as_str(self) -> &'static str {
        match self {
            Self::PrivacyNotice => "privacy_notice",
            Self::SensitiveData => "sensitive_data",
        }
    }
}

impl App {
    /// Makes the account and signs its owner in. The same request with the same code finds the account that it made, and
    /// gets new tokens: tokens are never kept. Whether the phone has an account is told only to who holds the phone.
    pub async fn register_worker(self, command: RegisterWorker) -> Result<(Person, Tokens), Error> {
        if !command.consents.contains(&Consent::PrivacyNotice) {
            return Err(Reason::ConsentMissing.into());
        }
        let phone = people::phone_index(&self.keyring, &command.phone);
        let request = command.request_id.uuid();
        // Also when it is repeated: knowing a request's id must not be a way to sign in.
        let code = (&phone, Purpose::Register);
        if !self.codes.use_up(code, &command.code, Some(request), Clock::real_now()).await? {
            return Err(Reason::CodeWrong.into());
        }
        let mut tx = self.database.begin().await?;
        let person = match store::worker::by_phone(&mut tx, phone.as_bytes()).await? {
            None => self.insert(&mut tx, &command).await?,
            Some(row) if row.registered_by == request => people::open(&self.keyring, &row)?,
            Some(_) => return Err(Reason::PhoneTaken.into()),
        };
        let signed_in = self.welcome(&mut tx, person, command.channel).await?;
        tx.commit().await?;
        Ok(signed_in)
    }

    async fn insert(&self, connection: &mut PgConnection, command: &RegisterWorker) -> Result<Person, Error> {
        let (id, now) = (WorkerId::new(), self.clock.now());
        let worker = NewWorker {
            worker_id: id,
            phone_sealed: people::seal_phone(&self.keyring, id, &command.phone)?,
            phone_index: people::phone_index(&self.keyring, &command.phone).to_vec(),
            registered_at: now,
            registered_by: command.request_id.uuid(),
        };
        let consents: Vec<String> =
            command.consents.iter().map(|consent| consent.as_str().to_owned()).collect();
        store::worker::insert(connection, &worker, &consents).await.map_err(taken)?;
        let entry = Entry::new(now, Actor::Worker(id), REGISTERED, Subject::new("worker", id))
            .asked_by(command.request_id);
        audit::record(connection, &entry).await?;
        Ok(Person { id, phone: command.phone.clone(), verified: None, registered_at: now })
    }

    /// Signs a worker in.
    pub(super) async fn welcome(
        &self,
        connection: &mut PgConnection,
        person: Person,
        channel: Channel,
    ) -> Result<(Person, Tokens), Error> {
        let worker = auth::Worker { id: person.id, channel };
        let tokens = self.open_session(connection, auth::Person::Worker(&worker), channel.as_str()).await?;
        Ok((person, tokens))
    }
}

/// Two registrations at once: the phone is the first one's, a request id makes one account.
fn taken(error: sqlx::Error) -> Error {
    match violated(&error) {
        Some("phone_belongs_to_one_account") => Reason::PhoneTaken.into(),
        Some("one_account_a_request") => Reason::RequestIdReused.into(),
        _ => error.into(),
    }
}
