//! The SMS gateway: a message is sent once, however often it is asked for.

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Outside;

/// A message that was sent.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// The sender's own id for it.
    pub message_id: String,
    /// Where it went.
    pub phone: String,
    /// What it said.
    pub text: String,
}

pub(crate) fn routes() -> Router<Outside> {
    Router::new().route("/v1/messages", post(send))
}

async fn send(State(outside): State<Outside>, Json(message): Json<Message>) -> Json<Value> {
    let mut books = outside.books();
    if !books.messages.iter().any(|sent| sent.message_id == message.message_id) {
        books.messages.push(message);
    }
    Json(json!({ "accepted": true }))
}
