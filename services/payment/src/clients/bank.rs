//! The bank: batches of instructions, each under its own number.

use serde::{Deserialize, Serialize};
use vocabulary::Day;

use super::order::{Answered, Order, Statement, WireOrder};
use super::outside::{Outside, OutsideConfig};
use crate::domain::{Answer, Booked};
use crate::error::Error;

/// A way to the bank.
#[derive(Clone)]
pub struct Bank(Outside);

#[derive(Serialize)]
struct Batch<'a> {
    instructions: Vec<WireOrder<'a>>,
}

#[derive(Deserialize)]
struct BatchAnswer {
    results: Vec<Answered>,
}

impl Bank {
    /// The bank of this configuration.
    pub fn new(config: OutsideConfig) -> Result<Self, reqwest::Error> {
        Ok(Self(Outside::new(config)?))
    }

    /// Has instructions paid. What the bank has seen under a number before it answers again, and pays no second time.
    pub async fn pay(&self, orders: &[Order]) -> Result<Vec<Answer>, Error> {
        let batch = Batch { instructions: orders.iter().map(Order::wire).collect() };
        let sent = self.0.post("/v1/batches").json(&batch).send().await;
        let answer = sent.and_then(reqwest::Response::error_for_status).map_err(failed)?;
        let answer: BatchAnswer = answer.json().await.map_err(failed)?;
        Ok(answer.results.into_iter().filter_map(Answered::answer).collect())
    }

    /// What it has paid on a day of its books.
    pub async fn statement(&self, day: Day) -> Result<Vec<Booked>, Error> {
        let answer = self.0.get(&format!("/v1/statements/{day}")).send().await;
        let answer = answer.and_then(reqwest::Response::error_for_status).map_err(failed)?;
        let statement: Statement = answer.json().await.map_err(failed)?;
        Ok(statement.lines.into_iter().map(Into::into).collect())
    }
}

fn failed(error: reqwest::Error) -> Error {
    Error::Outside("bank", error)
}
