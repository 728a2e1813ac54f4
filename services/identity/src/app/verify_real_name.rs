//! Has name, ID number and phone checked together.

use audit::{Action, Actor, Entry, Subject};
use chrono::TimeDelta;
use postgres::{Request, violated};
use proto::identity as pb;
use refusal::{Reason, Refusal};
use vocabulary::{IdNumber, PersonName, WorkerId};

use super::people::{self, Verified};
use super::{App, Person};
use crate::error::Error;
use crate::store;
use crate::store::worker::Verification;

const VERIFIED: Action = Action::new("WORKER_VERIFIED");

/// So many checks a day: each costs money, and lets a stranger guess.
const CHECKS_A_DAY: u32 = 5;
const WHAT: &str = "checks";
/// A check that got no answer may have cost money too: so many a day are not counted among the others.
const UNANSWERED_A_DAY: u32 = 20;
const UNANSWERED: &str = "unanswered_checks";

/// A check that is asked for.
#[derive(Debug, Clone)]
pub struct VerifyRealName {
    /// The call, for repetition.
    pub request: Request,
    /// Who asks.
    pub worker_id: WorkerId,
    /// The name.
    pub name: PersonName,
    /// The ID number.
    pub id_number: IdNumber,
}

impl App {
    /// Asks the real-name service, outside any transaction, and keeps what it confirms.
    pub async fn verify_real_name(
        self,
        command: VerifyRealName,
    ) -> Result<pb::VerifyRealNameResponse, Error> {
        let mut person = self.may_be_verified(&command).await?;
        if person.verified.is_none() {
            self.count_check(command.worker_id).await?;
            if !self.matches(&command, &person).await? {
                return Err(Reason::RealNameMismatch.into());
            }
        }
        let mut tx = self.database.begin().await?;
        if let Some(answer) = command.request.answered(&mut tx).await? {
            return Ok(answer);
        }
        let row = store::worker::lock(&mut tx, command.worker_id).await?.ok_or_else(Error::not_found)?;
        if row.verified_at.is_none() {
            let verified = self.verified(&command);
            let verification = self.sealed(&command, &verified)?;
            store::worker::verify(&mut tx, command.worker_id, &verification).await.map_err(taken)?;
            let subject = Subject::new("worker", command.worker_id);
            let entry = Entry::new(verified.at, Actor::Worker(command.worker_id), VERIFIED, subject);
            audit::record(&mut tx, &entry.asked_by(command.request.id())).await?;
            person.verified = Some(verified);
        }
        let answer = pb::VerifyRealNameResponse { worker: Some((&person).into()) };
        command.request.keep(&mut tx, &answer).await?;
        tx.commit().await?;
        Ok(answer)
    }

    /// The worker, who has agreed and is not verified as somebody else. Verified as just this, the answer is the same.
    async fn may_be_verified(&self, command: &VerifyRealName) -> Result<Person, Error> {
        let mut tx = self.database.begin().await?;
        let row = store::worker::lock(&mut tx, command.worker_id).await?.ok_or_else(Error::not_found)?;
        if !store::worker::consents_to_sensitive_data(&mut tx, command.worker_id).await? {
            return Err(Reason::ConsentMissing.into());
        }
        let person = people::open(&self.keyring, &row)?;
        let same =
            |verified: &Verified| verified.name == command.name && verified.id_number == command.id_number;
        if person.verified.as_ref().is_some_and(|verified| !same(verified)) {
            return Err(Reason::AlreadyVerified.into());
        }
        Ok(person)
    }

    /// Asks; a check without a verdict tells nobody anything, so it does not count, as long as there are few of them.
    async fn matches(&self, command: &VerifyRealName, person: &Person) -> Result<bool, Error> {
        let verdict = self.realname.matches(&command.name, &command.id_number, &person.phone).await;
        if verdict.is_err()
            && let Err(error) = self.forgive(command.worker_id).await
        {
            tracing::warn!(%error, "a real-name check without a verdict still counts");
        }
        verdict
    }

    async fn forgive(&self, worker: WorkerId) -> Result<(), redis::RedisError> {
        let whose = worker.to_string();
        if self.codes.count(UNANSWERED, &whose, TimeDelta::days(1)).await? <= UNANSWERED_A_DAY {
            self.codes.take_back(WHAT, &whose).await?;
        }
        Ok(())
    }

    async fn count_check(&self, worker: WorkerId) -> Result<(), Error> {
        let count = self.codes.count(WHAT, &worker.to_string(), TimeDelta::days(1)).await?;
        if count > CHECKS_A_DAY {
            return Err(Refusal::new(Reason::ChecksExhausted).with("max", CHECKS_A_DAY).into());
        }
        Ok(())
    }

    fn verified(&self, command: &VerifyRealName) -> Verified {
        Verified {
            name: command.name.clone(),
            id_number: command.id_number.clone(),
            person: people::person_of(&self.keyring, &command.id_number),
            at: self.clock.now(),
        }
    }

    fn sealed(&self, command: &VerifyRealName, verified: &Verified) -> Result<Verification, Error> {
        let (keyring, id) = (&self.keyring, command.worker_id);
        Ok(Verification {
            name_sealed: people::seal_name(keyring, id, &verified.name)?,
            id_number_sealed: people::seal_id_number(keyring, id, &verified.id_number)?,
            id_number_index: people::id_number_index(keyring, &verified.id_number).to_vec(),
            person_id: verified.person.uuid(),
            verified_at: verified.at,
        })
    }
}

/// an ID number belongs to one account.
fn taken(error: sqlx::Error) -> Error {
    match violated(&error) {
        Some("id_number_belongs_to_one_account") => Reason::IdNumberTaken.into(),
        _ => error.into(),
    }
}
