//! The books of bank and wallet: a number is paid once, however often it is asked for.

use serde::{Deserialize, Serialize};
use vocabulary::Day;

/// An order to pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The orderer's own number for it.
    pub number: String,
    /// The card or the wallet's account.
    pub account: String,
    /// Whose it is.
    pub holder: String,
    /// How much.
    pub amount_fen: i64,
}

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "status", rename_all = "lowercase")]
pub enum Outcome {
    /// Paid, on this day.
    Paid {
        /// The day.
        booked_on: Day,
    },
    /// Refused for good.
    Refused {
        /// Why.
        code: &'static str,
    },
}

/// An order with what became of it, as the books have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Payment {
    /// The order.
    #[serde(flatten)]
    pub order: Order,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// The answer to an order.
#[derive(Debug, Serialize)]
pub(crate) struct Answer {
    number: String,
    #[serde(flatten)]
    outcome: Outcome,
}

/// A day's statement.
#[derive(Debug, Serialize)]
pub(crate) struct Statement {
    day: Day,
    lines: Vec<StatementLine>,
}

#[derive(Debug, Serialize)]
struct StatementLine {
    number: String,
    amount_fen: i64,
}

/// A number that came before with another order.
#[derive(Debug)]
pub(crate) struct NumberReused;

/// One server's books.
#[derive(Debug, Default)]
pub(crate) struct PaymentBooks {
    pub(crate) payments: Vec<Payment>,
    pub(crate) closed: Vec<String>,
    /// How many orders came in, repeated ones included.
    pub(crate) asked: usize,
}

impl PaymentBooks {
    /// Pays, or answers as it did before.
    pub(crate) fn pay(&mut self, order: Order, today: Day) -> Result<Answer, NumberReused> {
        self.asked += 1;
        if let Some(known) = self.payments.iter().find(|payment| payment.order.number == order.number) {
            let answer = Answer { number: order.number.clone(), outcome: known.outcome.clone() };
            return if known.order == order { Ok(answer) } else { Err(NumberReused) };
        }
        let outcome = if self.closed.contains(&order.account) {
            Outcome::Refused { code: "ACCOUNT_CLOSED" }
        } else {
            Outcome::Paid { booked_on: today }
        };
        let number = order.number.clone();
        self.payments.push(Payment { order, outcome: outcome.clone() });
        Ok(Answer { number, outcome })
    }

    /// What was paid on a day.
    pub(crate) fn statement(&self, day: Day) -> Statement {
        let of_the_day =
            self.payments.iter().filter(|payment| payment.outcome == Outcome::Paid { booked_on: day });
        let lines = of_the_day.map(|payment| StatementLine {
            number: payment.order.number.clone(),
            amount_fen: payment.order.amount_fen,
        });
        Statement { day, lines: lines.collect() }
    }
}
