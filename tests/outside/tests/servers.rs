//! The servers keep what their README says.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "in a test, what goes wrong ends the test, where it went wrong"
)]

use outside::{Citizen, Mood, Order, Outcome, Outside, Server};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

const SECRET: &str = "a secret between us";

async fn post(url: &str, secret: &str, body: &Value) -> (StatusCode, String) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let answer = Client::new().post(url).bearer_auth(secret).json(body).send().await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

#[tokio::test]
async fn a_message_is_sent_once() {
    let outside = Outside::new(SECRET);
    let url = format!("http://{}/v1/messages", outside.serve_sms().await.unwrap());
    let message = json!({ "message_id": "1", "phone": "15400001234", "text": "验证码123456" });

    for _ in 0..2 {
        assert_eq!(post(&url, SECRET, &message).await.0, StatusCode::OK);
    }

    assert_eq!(outside.sms_count("15400001234"), 1);
    assert_eq!(outside.latest_sms("15400001234").unwrap(), "验证码123456");
}

#[tokio::test]
async fn a_stranger_is_turned_away() {
    let outside = Outside::new(SECRET);
    let url = format!("http://{}/v1/messages", outside.serve_sms().await.unwrap());
    let message = json!({ "message_id": "1", "phone": "15400001234", "text": "x" });

    assert_eq!(post(&url, "another", &message).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(outside.sms_count("15400001234"), 0);
}

#[tokio::test]
async fn a_name_is_checked_with_the_register() {
    let outside = Outside::new(SECRET);
    let url = format!("http://{}/v1/checks", outside.serve_realname().await.unwrap());
    let citizen = |name: &str, id_number: &str| Citizen {
        name: name.to_owned(),
        id_number: id_number.to_owned(),
        phone: "15400001234".to_owned(),
    };
    outside.register(citizen("张测一", "1"));

    for (name, id_number, result) in
        [("张测一", "1", "match"), ("李测二", "1", "mismatch"), ("张测一", "2", "unknown")]
    {
        let check = json!({ "check_id": "c", "name": name, "id_number": id_number, "phone": "15400001234" });
        let (status, text) = post(&url, SECRET, &check).await;
        assert_eq!((status, text), (StatusCode::OK, format!("{{\"result\":\"{result}\"}}")));
    }
}

#[tokio::test]
async fn a_server_can_be_down_or_wrong_after_its_work() {
    let outside = Outside::new(SECRET);
    let url = format!("http://{}/v1/messages", outside.serve_sms().await.unwrap());
    let message = |id: &str| json!({ "message_id": id, "phone": "15400001234", "text": "x" });

    outside.set_mood(Server::Sms, Mood::Down);
    assert_eq!(post(&url, SECRET, &message("1")).await.0, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(outside.sms_count("15400001234"), 0);

    outside.set_mood(Server::Sms, Mood::WrongAfterwards);
    assert_eq!(post(&url, SECRET, &message("2")).await.0, StatusCode::BAD_GATEWAY);
    assert_eq!(outside.sms_count("15400001234"), 1);
}

fn order(number: &str, account: &str) -> Value {
    json!({ "number": number, "account": account, "holder": "张测一", "amount_fen": 100_000 })
}

/// a number is paid once, however often it is asked for, and says the same each time.
#[tokio::test]
async fn the_bank_pays_a_number_once() {
    let outside = Outside::new(SECRET);
    let base = format!("http://{}", outside.serve_bank().await.unwrap());
    let batch = json!({ "instructions": [order("1", "6222"), order("2", "closed")] });
    outside.close_account(Server::Bank, "closed");

    let first = post(&format!("{base}/v1/batches"), SECRET, &batch).await;
    let second = post(&format!("{base}/v1/batches"), SECRET, &batch).await;
    let other = json!({ "instructions": [order("1", "another")] });

    assert_eq!((first.0, &first), (StatusCode::OK, &second));
    assert_eq!(post(&format!("{base}/v1/batches"), SECRET, &other).await.0, StatusCode::CONFLICT);
    let outcomes: Vec<Outcome> = outside.payments(Server::Bank).into_iter().map(|one| one.outcome).collect();
    let paid = Outcome::Paid { booked_on: outside.today() };
    assert_eq!(outcomes, [paid, Outcome::Refused { code: "ACCOUNT_CLOSED" }]);
    assert_eq!(outside.orders_count(Server::Bank), 5);
}

/// a statement holds what was paid on its day, and nothing else.
#[tokio::test]
async fn a_statement_holds_the_payments_of_its_day() {
    let outside = Outside::new(SECRET);
    let base = format!("http://{}", outside.serve_wallet().await.unwrap());
    post(&format!("{base}/v1/transfers"), SECRET, &order("1", "zhang")).await;
    let known: Order = serde_json::from_value(order("1", "zhang")).unwrap();
    assert_eq!(outside.payments(Server::Wallet)[0].order, known);

    for (day, lines) in [(outside.today().to_string(), 1), ("2021-05-05".to_owned(), 0)] {
        let url = format!("{base}/v1/statements/{day}");
        let answer = Client::new().get(url).bearer_auth(SECRET).send().await.unwrap();
        let statement: Value = answer.json().await.unwrap();
        assert_eq!(statement["lines"].as_array().unwrap().len(), lines);
    }
}

/// bank and wallet book on the services' days, so that a day of business time can be reconciled.
#[tokio::test]
async fn books_follow_business_time() {
    let outside = Outside::new(SECRET);
    let base = format!("http://{}", outside.serve_wallet().await.unwrap());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("offset");
    let (real, a_week) = (outside.today(), 7 * 24 * 3_600 * 1_000);
    std::fs::write(&file, (-a_week).to_string()).unwrap();
    outside.follow(&file);

    post(&format!("{base}/v1/transfers"), SECRET, &order("1", "zhang")).await;

    let booked = outside.payments(Server::Wallet).remove(0).outcome;
    assert_eq!(booked, Outcome::Paid { booked_on: outside.today() });
    assert!(outside.today() < real);
}

#[tokio::test]
async fn fate_is_played_from_another_process() {
    let outside = Outside::new(SECRET);
    let sms = format!("http://{}/v1/messages", outside.serve_sms().await.unwrap());
    let control = outside.serve_control("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let message = json!({ "message_id": "1", "phone": "15400001234", "text": "验证码123456" });
    post(&sms, SECRET, &message).await;

    let mood = Client::new().put(format!("http://{control}/moods/sms")).bearer_auth(SECRET);
    assert_eq!(mood.json(&json!({ "mood": "down" })).send().await.unwrap().status(), StatusCode::OK);
    assert_eq!(post(&sms, SECRET, &message).await.0, StatusCode::SERVICE_UNAVAILABLE);
    let latest = Client::new().get(format!("http://{control}/sms/latest?phone=15400001234"));
    assert_eq!(latest.try_clone().unwrap().send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let latest: Value = latest.bearer_auth(SECRET).send().await.unwrap().json().await.unwrap();
    assert_eq!(latest["text"], "验证码123456");
}
