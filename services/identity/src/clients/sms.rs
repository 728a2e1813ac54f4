//! The SMS gateway.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vocabulary::Phone;

use super::OutsideConfig;
use super::outside::Outside;
use crate::error::Error;

/// A way to send messages.
#[derive(Clone)]
pub struct Sms(Outside);

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "as the gateway names them")]
struct Message<'a> {
    message_id: Uuid,
    phone: &'a str,
    text: &'a str,
}

#[derive(Deserialize)]
struct Answer {
    accepted: bool,
}

impl Sms {
    /// The gateway of this configuration.
    pub fn new(config: OutsideConfig) -> Result<Self, reqwest::Error> {
        Ok(Self(Outside::new(config)?))
    }

    /// Sends a message; with the same id again, nothing more.
    pub async fn send(&self, message_id: Uuid, phone: &Phone, text: &str) -> Result<(), Error> {
        let message = Message { message_id, phone: phone.expose(), text };
        let sent = self.0.post("/v1/messages").json(&message).send().await;
        let answer = sent
            .and_then(reqwest::Response::error_for_status)
            .map_err(|error| Error::outside("sms", error))?;
        let answer: Answer = answer.json().await.map_err(|error| Error::outside("sms", error))?;
        if answer.accepted { Ok(()) } else { Err(Error::TurnedAway("sms")) }
    }
}
