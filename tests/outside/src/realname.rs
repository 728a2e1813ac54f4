//! The real-name check: whether name, ID number and phone belong together.

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Outside;

/// Somebody in the register.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Citizen {
    /// The name.
    pub name: String,
    /// The ID number.
    pub id_number: String,
    /// The phone.
    pub phone: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Check {
    #[serde(rename = "check_id")]
    _id: String,
    name: String,
    id_number: String,
    phone: String,
}

pub(crate) fn routes() -> Router<Outside> {
    Router::new().route("/v1/checks", post(check))
}

async fn check(State(outside): State<Outside>, Json(check): Json<Check>) -> Json<Value> {
    let books = outside.books();
    // A citizen with several phones is entered with each.
    let mut known = books.register.iter().filter(|citizen| citizen.id_number == check.id_number).peekable();
    let result = if known.peek().is_none() {
        "unknown"
    } else if known.any(|citizen| citizen.name == check.name && citizen.phone == check.phone) {
        "match"
    } else {
        "mismatch"
    };
    Json(json!({ "result": result }))
}
