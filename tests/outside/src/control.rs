//! How a demo or a test in another process plays fate: moods, registers, and a look into the books.

use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Citizen, Mood, Outside, Server};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, tag = "mood", rename_all = "snake_case")]
enum NewMood {
    Well,
    Slow { delay_ms: u64 },
    WrongAfterwards,
    Garbled,
    Down,
}

#[derive(Deserialize)]
struct OfPhone {
    phone: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    account: String,
}

pub(crate) fn routes() -> Router<Outside> {
    Router::new()
        .route("/moods/{server}", put(set_mood))
        .route("/sms/latest", get(latest_sms))
        .route("/citizens", post(register))
        .route("/closed-accounts/{server}", post(close_account))
        .route("/books/{server}", get(books))
}

async fn set_mood(
    State(outside): State<Outside>,
    Path(server): Path<String>,
    Json(mood): Json<NewMood>,
) -> Result<(), StatusCode> {
    outside.set_mood(named(&server)?, mood.into());
    Ok(())
}

async fn latest_sms(
    State(outside): State<Outside>,
    Query(OfPhone { phone }): Query<OfPhone>,
) -> Result<Json<Value>, StatusCode> {
    let text = outside.latest_sms(&phone).ok_or(StatusCode::NOT_FOUND)?;
    Ok(Json(json!({ "text": text })))
}

async fn register(State(outside): State<Outside>, Json(citizens): Json<Vec<Citizen>>) {
    for citizen in citizens {
        outside.register(citizen);
    }
}

async fn close_account(
    State(outside): State<Outside>,
    Path(server): Path<String>,
    Json(Account { account }): Json<Account>,
) -> Result<(), StatusCode> {
    outside.close_account(named(&server)?, &account);
    Ok(())
}

async fn books(
    State(outside): State<Outside>,
    Path(server): Path<String>,
) -> Result<Json<Value>, StatusCode> {
    Ok(Json(json!({ "payments": outside.payments(named(&server)?) })))
}

fn named(server: &str) -> Result<Server, StatusCode> {
    server.parse().map_err(|_| StatusCode::NOT_FOUND)
}

impl From<NewMood> for Mood {
    fn from(mood: NewMood) -> Self {
        match mood {
            NewMood::Well => Self::Well,
            NewMood::Slow { delay_ms } => Self::Slow(Duration::from_millis(delay_ms)),
            NewMood::WrongAfterwards => Self::WrongAfterwards,
            NewMood::Garbled => Self::Garbled,
            NewMood::Down => Self::Down,
        }
    }
}
