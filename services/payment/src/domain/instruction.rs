//! An instruction: one order to pay one instalment, under a number that never changes.

use std::time::Duration;

use sealing::Zeroizing;
use vocabulary::{ApplicationId, BatchId, Day, Fen, InstalmentId, InstructionId};

/// The first pause before an instruction is asked for again; doubled each time.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_mins(10);

/// A way for money to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentChannel {
    /// A bank batch.
    Bank,
    /// The app's wallet.
    Wallet,
}

/// Where an instruction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstructionState {
    /// Not sent.
    Pending,
    /// Sent; its answer is not known.
    Sent,
    /// Paid.
    Paid,
    /// Refused for good.
    Failed,
    /// Its batch was refused.
    Withdrawn,
}

/// One order to pay one instalment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// The instruction.
    pub id: InstructionId,
    /// What bank and wallet know it by.
    pub number: String,
    /// Its batch.
    pub batch_id: BatchId,
    /// The instalment.
    pub instalment_id: InstalmentId,
    /// The application.
    pub application_id: ApplicationId,
    /// How much.
    pub amount: Fen,
    /// By bank or by wallet.
    pub channel: PaymentChannel,
    /// The account, masked.
    pub masked_account: String,
    /// Where it stands.
    pub state: InstructionState,
    /// The code of the failure.
    pub failure: String,
}

/// Where to pay, in full. It has no printed form.
pub struct Payee {
    /// By bank or by wallet.
    pub channel: PaymentChannel,
    /// The card number or the wallet's account.
    pub account: Zeroizing<String>,
    /// Whose it is.
    pub holder: Zeroizing<String>,
}

impl Payee {
    /// The account as people may see it: its last four characters.
    pub fn masked_account(&self) -> String {
        let letters: Vec<char> = self.account.chars().collect();
        let shown = if letters.len() > 8 { 4 } else { 1.min(letters.len()) };
        let hidden = letters.len() - shown;
        letters.iter().enumerate().map(|(at, letter)| if at < hidden { '*' } else { *letter }).collect()
    }
}

/// What became of an instruction, in the books of bank or wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Paid, on this day of theirs.
    Paid(Day),
    /// Refused for good, by this code.
    Refused(String),
}

/// An answer to one instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its number.
    pub number: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// How long to wait for an answer before asking again, after so many attempts.
pub fn next_pause(attempts: i32) -> Duration {
    let doublings = u32::try_from(attempts.clamp(0, 16)).unwrap_or(0);
    FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// of an account the last four characters are shown, of a short one the last.
    #[test]
    fn an_account_is_shown_masked() {
        let masked = |account: &str| {
            let account = Zeroizing::new(account.to_owned());
            Payee { channel: PaymentChannel::Bank, account, holder: Zeroizing::new(String::new()) }
                .masked_account()
        };
        assert_eq!(masked("6222020200012345678"), "***************5678");
        assert_eq!(masked("zhang"), "****g");
        assert_eq!(masked(""), "");
    }

    /// an instruction is asked for again, ever more rarely, and never given up.
    #[test]
    fn pauses_grow_and_end_growing() {
        assert!((0..40).all(|attempts| next_pause(attempts) <= next_pause(attempts + 1)));
        assert_eq!((next_pause(0), next_pause(40)), (FIRST_PAUSE, LONGEST_PAUSE));
    }
}
