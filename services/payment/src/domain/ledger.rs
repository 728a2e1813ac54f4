//! The double-entry ledger: what moves leaves one account and enters another.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use vocabulary::{Fen, GrantId, InstructionId};

use super::{Fund, PaymentChannel};

/// What an entry records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// Money was set aside.
    SetAside,
    /// A grant was opened, or cut afterwards.
    Granted,
    /// An instalment was paid.
    Paid,
}

/// One side of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The account.
    pub account: String,
    /// Above 0 debit, below 0 credit.
    pub amount_fen: i64,
}

/// A movement to be posted: from the second account to the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it records.
    pub kind: EntryKind,
    /// What it belongs to.
    pub subject: String,
    /// Its two sides.
    pub lines: [Line; 2],
    /// The document that decided it.
    pub reference: Option<String>,
}

/// An entry as the ledger holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// The entry.
    pub id: Uuid,
    /// What it records.
    pub kind: EntryKind,
    /// What it belongs to.
    pub subject: String,
    /// Its sides.
    pub lines: Vec<Line>,
    /// When.
    pub at: DateTime<Utc>,
}

impl Entry {
    /// Money comes into a fund.
    pub fn set_aside(fund: &Fund, amount: Fen, reference: String) -> Self {
        let subject = format!("fund:{}/{}", fund.programme_id, fund.pool_id);
        let (debit, credit) = (account("set_aside", fund), account("available", fund));
        Self {
            reference: Some(reference),
            ..Self::moving(EntryKind::SetAside, subject, amount, &debit, &credit)
        }
    }

    /// A grant takes its part.
    pub fn granted(fund: &Fund, grant: GrantId, amount: Fen) -> Self {
        Self::moving(
            EntryKind::Granted,
            subject(grant),
            amount,
            &account("available", fund),
            &account("granted", fund),
        )
    }

    /// A grant that was cut gives a part back.
    pub fn given_back(fund: &Fund, grant: GrantId, amount: Fen) -> Self {
        Self::moving(
            EntryKind::Granted,
            subject(grant),
            amount,
            &account("granted", fund),
            &account("available", fund),
        )
    }

    /// An instalment leaves by bank or wallet.
    pub fn paid(fund: &Fund, instruction: InstructionId, channel: PaymentChannel, amount: Fen) -> Self {
        let gone = match channel {
            PaymentChannel::Bank => "paid/bank",
            PaymentChannel::Wallet => "paid/wallet",
        };
        Self::moving(
            EntryKind::Paid,
            format!("instruction:{instruction}"),
            amount,
            &account("granted", fund),
            gone,
        )
    }

    fn moving(kind: EntryKind, subject: String, amount: Fen, debit: &str, credit: &str) -> Self {
        let debit = Line { account: debit.to_owned(), amount_fen: amount.get() };
        let credit = Line { account: credit.to_owned(), amount_fen: -amount.get() };
        Self { kind, subject, lines: [debit, credit], reference: None }
    }
}

fn account(name: &str, fund: &Fund) -> String {
    format!("{name}/{}/{}", fund.programme_id, fund.pool_id)
}

fn subject(grant: GrantId) -> String {
    format!("grant:{grant}")
}
