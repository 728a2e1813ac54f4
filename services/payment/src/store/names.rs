//! Words, and what the tables call them; a name that is not known is a fault.

use sqlx::Error;
use vocabulary::Fen;

use crate::domain::{
    BatchState, DiscrepancyKind, EntryKind, GrantState, InstalmentState, InstructionState, PaymentChannel,
};

/// A word with a name in the tables.
pub trait Named: Copy + PartialEq + 'static {
    /// Every such word with its name.
    const NAMES: &'static [(Self, &'static str)];

    /// The name of this word.
    fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(word, _)| *word == self).map_or("", |(_, name)| name)
    }

    /// The word of a name.
    fn named(name: &str) -> Result<Self, Error> {
        let found = Self::NAMES.iter().find(|(_, known)| *known == name);
        found.map(|(word, _)| *word).ok_or_else(|| unreadable(format!("a name {name:?} is not known")))
    }
}

macro_rules! names {
    ($($word:ident { $($variant:ident $name:literal)+ })+) => {$(
        impl Named for $word {
            const NAMES: &'static [(Self, &'static str)] = &[$(($word::$variant, $name)),+];
        }
    )+};
}

names! {
    GrantState { WaitingForFund "waiting_for_fund" Open "open" Completed "completed" }
    InstalmentState { Due "due" Batched "batched" Paying "paying" Paid "paid" }
    BatchState { Draft "draft" Submitted "submitted" Approved "approved" Refused "refused" Settled "settled" }
    PaymentChannel { Bank "bank" Wallet "wallet" }
    InstructionState { Pending "pending" Sent "sent" Paid "paid" Failed "failed" Withdrawn "withdrawn" }
    EntryKind { SetAside "set_aside" Granted "granted" Paid "paid" }
    DiscrepancyKind {
        NotInLedger "not_in_ledger" NotInStatement "not_in_statement" AmountDiffers "amount_differs"
    }
}

/// An amount as a table holds it.
pub fn fen(amount: i64) -> Result<Fen, Error> {
    Fen::try_from(amount).map_err(unreadable)
}

/// A table says what cannot be.
pub fn unreadable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Decode(error.into())
}
