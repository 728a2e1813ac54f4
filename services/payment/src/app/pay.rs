//! Sends instructions, and asks again with the same number until there is an answer.

use std::time::Duration;

use super::App;
use crate::clients::{Order, SealedPayee};
use crate::domain::{Answer, PaymentChannel, next_pause};
use crate::error::Error;
use crate::store;
use crate::store::instruction::Outgoing;

/// An instruction whose sender has vanished is sent again after this time. Longer than any call to bank or wallet takes;
/// an overlap would do no harm, since the number is the same.
const LEASE: Duration = Duration::from_secs(15);
/// How many go out in one batch of the bank.
const BANK_BATCH: i64 = 100;
/// How many transfers are asked of the wallet at once.
const WALLET_AT_ONCE: i64 = 8;

impl App {
    /// Sends what is to be sent by one channel now; false where there was nothing. The intent is stored before the call,
    /// and the outcome after it: a crash in between leaves SENT, and the instruction comes again.
    pub async fn pay(&self, channel: PaymentChannel) -> Result<bool, Error> {
        let limit = match channel {
            PaymentChannel::Bank => BANK_BATCH,
            PaymentChannel::Wallet => WALLET_AT_ONCE,
        };
        let mut connection = self.database.acquire().await?;
        let taken = store::instruction::take(&mut connection, channel, limit, LEASE).await?;
        drop(connection);
        if taken.is_empty() {
            return Ok(false);
        }
        let orders: Result<Vec<Order>, Error> = taken.iter().map(|outgoing| self.order(outgoing)).collect();
        let answers = self.ask(channel, &orders?).await;
        for outgoing in &taken {
            let number = &outgoing.instruction.number;
            match answers.iter().find(|answer| answer.number == *number) {
                Some(answer) => self.settle(&outgoing.instruction, &answer.outcome).await?,
                None => self.put_off(outgoing).await?,
            }
        }
        Ok(true)
    }

    /// What is known afterwards; a silence is no answer, and no failure either.
    async fn ask(&self, channel: PaymentChannel, orders: &[Order]) -> Vec<Answer> {
        let answers = match channel {
            PaymentChannel::Bank => self.bank.pay(orders).await,
            PaymentChannel::Wallet => Ok(self.wallet.pay(orders).await),
        };
        answers.unwrap_or_else(|error| {
            tracing::warn!(error = ?error, "the bank has not answered; it is asked again with the same numbers");
            Vec::new()
        })
    }

    fn order(&self, outgoing: &Outgoing) -> Result<Order, Error> {
        let instruction = &outgoing.instruction;
        let SealedPayee { account, holder } =
            SealedPayee::open(&self.keyring, instruction.id, &outgoing.payee)?;
        Ok(Order {
            number: instruction.number.clone(),
            account,
            holder,
            amount_fen: instruction.amount.get(),
        })
    }

    async fn put_off(&self, outgoing: &Outgoing) -> Result<(), Error> {
        let mut connection = self.database.acquire().await?;
        let pause = next_pause(outgoing.attempts - 1);
        store::instruction::put_off(&mut connection, outgoing.instruction.id.uuid(), pause).await?;
        Ok(())
    }
}
