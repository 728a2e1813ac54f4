//! Signs a worker in by phone and one-time code.

use auth::Channel;
use refusal::Reason;
use runtime::Clock;
use vocabulary::Phone;

use super::{App, Person, Tokens, people};
use crate::domain::Purpose;
use crate::error::Error;
use crate::store;

/// A worker who wants to be signed in.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// The account's phone.
    pub phone: Phone,
    /// The code.
    pub code: String,
    /// Where the person is.
    pub channel: Channel,
}

impl App {
    /// Signs the worker in. Whether the phone has an account is told only to who holds the phone.
    pub async fn sign_in(self, command: SignIn) -> Result<(Person, Tokens), Error> {
        let phone = people::phone_index(&self.keyring, &command.phone);
        if !self.codes.use_up((&phone, Purpose::SignIn), &command.code, None, Clock::real_now()).await? {
            return Err(Reason::CodeWrong.into());
        }
        let mut tx = self.database.begin().await?;
        let row = store::worker::by_phone(&mut tx, phone.as_bytes()).await?.ok_or(Reason::PhoneUnknown)?;
        let person = people::open(&self.keyring, &row)?;
        let signed_in = self.welcome(&mut tx, person, command.channel).await?;
        tx.commit().await?;
        Ok(signed_in)
    }
}
