//! The app's wallet: one transfer a call, under its own number, and a day's statement.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use vocabulary::Day;

use crate::payments::{Answer, Order, Statement};
use crate::{Outside, Server};

pub(crate) fn routes() -> Router<Outside> {
    Router::new().route("/v1/transfers", post(transfer)).route("/v1/statements/{day}", get(statement))
}

async fn transfer(
    State(outside): State<Outside>,
    Json(order): Json<Order>,
) -> Result<Json<Answer>, StatusCode> {
    let today = outside.today();
    let mut books = outside.books();
    let answer = books.payments.entry(Server::Wallet).or_default().pay(order, today);
    answer.map(Json).map_err(|_| StatusCode::CONFLICT)
}

async fn statement(
    State(outside): State<Outside>,
    Path(day): Path<String>,
) -> Result<Json<Statement>, StatusCode> {
    let day: Day = day.parse().map_err(|_| StatusCode::NOT_FOUND)?;
    Ok(Json(outside.books().payments.entry(Server::Wallet).or_default().statement(day)))
}
