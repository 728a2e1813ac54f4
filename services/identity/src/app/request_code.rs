//! Sends a one-time code to a phone.

use std::time::Duration;

use rand::RngExt;
use refusal::{Reason, Refusal};
use runtime::Clock;
use uuid::Uuid;
use vocabulary::{Phone, RequestId};

use super::{App, people};
use crate::domain::{KeepOutcome, Kept, Purpose};
use crate::error::Error;
use crate::store::codes::CODES_A_DAY;

/// A code that is asked for.
#[derive(Debug, Clone)]
pub struct RequestCode {
    /// The same id sends no second message.
    pub request_id: RequestId,
    /// Where to.
    pub phone: Phone,
    /// What for.
    pub purpose: Purpose,
}

impl App {
    /// Keeps a code and sends it. Repeated, it is the same code in the same message.
    pub async fn request_code(self, command: RequestCode) -> Result<Kept, Error> {
        let phone = people::phone_index(&self.keyring, &command.phone);
        let code = format!("{:06}", rand::rng().random_range(0..1_000_000));
        let now = Clock::real_now();
        let outcome =
            self.codes.keep((&phone, command.purpose), command.request_id.uuid(), &code, now).await?;
        let kept = match outcome {
            KeepOutcome::Kept(kept) => kept,
            KeepOutcome::TooSoon(next) => {
                let wait = (next - now).to_std().unwrap_or_default().max(Duration::from_secs(1));
                let refusal = Refusal::new(Reason::CodeRequestedTooSoon).with("seconds", wait.as_secs());
                return Err(refusal.retry_in(wait).into());
            }
            KeepOutcome::Exhausted => {
                return Err(Refusal::new(Reason::CodesExhausted).with("max", CODES_A_DAY).into());
            }
        };
        let text = format!("【求学圆梦】验证码{}，5分钟内有效，请勿告诉他人。", kept.code);
        // The gateway sends once for an id: the same request for another phone or purpose is another message.
        let whose = [phone.as_bytes(), command.purpose.as_str().as_bytes()].concat();
        let message = Uuid::new_v5(&command.request_id.uuid(), &whose);
        self.sms.send(message, &command.phone, &text).await?;
        Ok(kept)
    }
}
