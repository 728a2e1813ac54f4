//! The app's wallet: one transfer a call, each under its own number.

use futures::future::join_all;
use vocabulary::Day;

use super::order::{Answered, Order, Statement};
use super::outside::{Outside, OutsideConfig};
use crate::domain::{Answer, Booked};
use crate::error::Error;

/// A way to the wallet.
#[derive(Clone)]
pub struct Wallet(Outside);

impl Wallet {
    /// The wallet of this configuration.
    pub fn new(config: OutsideConfig) -> Result<Self, reqwest::Error> {
        Ok(Self(Outside::new(config)?))
    }

    /// Has transfers made, all at once; those that brought no answer are absent.
    pub async fn pay(&self, orders: &[Order]) -> Vec<Answer> {
        let answers = join_all(orders.iter().map(|order| self.transfer(order))).await;
        let known = answers.into_iter().map(|answer| {
            answer.inspect_err(|error| tracing::warn!(error = ?error, "the wallet has not answered"))
        });
        known.filter_map(|answer| answer.ok().flatten()).collect()
    }

    /// What it has paid on a day of its books.
    pub async fn statement(&self, day: Day) -> Result<Vec<Booked>, Error> {
        let answer = self.0.get(&format!("/v1/statements/{day}")).send().await;
        let answer = answer.and_then(reqwest::Response::error_for_status).map_err(failed)?;
        let statement: Statement = answer.json().await.map_err(failed)?;
        Ok(statement.lines.into_iter().map(Into::into).collect())
    }

    async fn transfer(&self, order: &Order) -> Result<Option<Answer>, Error> {
        let sent = self.0.post("/v1/transfers").json(&order.wire()).send().await;
        let answer = sent.and_then(reqwest::Response::error_for_status).map_err(failed)?;
        let answered: Answered = answer.json().await.map_err(failed)?;
        Ok(answered.answer())
    }
}

fn failed(error: reqwest::Error) -> Error {
    Error::Outside("wallet", error)
}
