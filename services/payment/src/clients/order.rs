//! What bank and wallet are told, what they answer, and what their statements say: both speak alike.

use sealing::Zeroizing;
use serde::{Deserialize, Serialize};
use vocabulary::{Day, Fen};

use crate::domain::{Answer, Booked, Outcome};

/// One order, with its payee in full. It has no printed form.
pub struct Order {
    /// The instruction's number.
    pub number: String,
    /// The card number or the wallet's account.
    pub account: Zeroizing<String>,
    /// Whose it is.
    pub holder: Zeroizing<String>,
    /// How much.
    pub amount_fen: i64,
}

/// An order as it goes over the wire.
#[derive(Serialize)]
pub struct WireOrder<'a> {
    number: &'a str,
    account: &'a str,
    holder: &'a str,
    amount_fen: i64,
}

/// What became of an order. A status that is not known here makes the whole answer none.
#[derive(Deserialize)]
#[serde(tag = "status", rename_all = "lowercase")]
pub enum Answered {
    /// Paid.
    Paid { number: String, booked_on: Day },
    /// Refused for good.
    Refused { number: String, code: String },
    /// Not decided yet: to be asked again.
    Processing,
}

/// A line of a statement.
#[derive(Deserialize)]
pub struct StatementLine {
    number: String,
    amount_fen: Fen,
}

/// A day's statement.
#[derive(Deserialize)]
pub struct Statement {
    /// Its lines.
    pub lines: Vec<StatementLine>,
}

impl Order {
    /// As it goes over the wire.
    pub fn wire(&self) -> WireOrder<'_> {
        let Self { number, account, holder, amount_fen } = self;
        WireOrder { number, account, holder, amount_fen: *amount_fen }
    }
}

impl Answered {
    /// The answer, if there is one yet. A code is kept as far as it is one.
    pub fn answer(self) -> Option<Answer> {
        match self {
            Self::Paid { number, booked_on } => Some(Answer { number, outcome: Outcome::Paid(booked_on) }),
            Self::Refused { number, code } => {
                let is_code = |letter: &char| letter.is_ascii_uppercase() || *letter == '_';
                let code = code.chars().filter(is_code).take(40).collect();
                Some(Answer { number, outcome: Outcome::Refused(code) })
            }
            Self::Processing => None,
        }
    }
}

impl From<StatementLine> for Booked {
    fn from(line: StatementLine) -> Self {
        Self { number: line.number, amount: line.amount_fen }
    }
}
