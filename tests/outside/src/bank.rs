//! The bank: batches of instructions, each under its own number, and a day's statement.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use vocabulary::Day;

use crate::payments::{Answer, Order, Statement};
use crate::{Outside, Server};

/// At most so many instructions in a batch.
const MAX_BATCH: usize = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Batch {
    instructions: Vec<Order>,
}

pub(crate) fn routes() -> Router<Outside> {
    Router::new().route("/v1/batches", post(pay)).route("/v1/statements/{day}", get(statement))
}

async fn pay(State(outside): State<Outside>, Json(batch): Json<Batch>) -> Result<Json<Value>, StatusCode> {
    if batch.instructions.len() > MAX_BATCH {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let today = outside.today();
    let mut books = outside.books();
    let books = books.payments.entry(Server::Bank).or_default();
    let results: Result<Vec<Answer>, _> =
        batch.instructions.into_iter().map(|order| books.pay(order, today)).collect();
    let results = results.map_err(|_| StatusCode::CONFLICT)?;
    Ok(Json(json!({ "results": results })))
}

async fn statement(
    State(outside): State<Outside>,
    Path(day): Path<String>,
) -> Result<Json<Statement>, StatusCode> {
    let day: Day = day.parse().map_err(|_| StatusCode::NOT_FOUND)?;
    Ok(Json(outside.books().payments.entry(Server::Bank).or_default().statement(day)))
}
