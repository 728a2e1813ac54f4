//! The servers keep what their README says.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "in a test, what goes wrong ends the test, where it went wrong"
)]

use outside::{Citizen, Mood, Outside};
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
    let message = json!({ "message_id": "1", "phone": "13800001234", "text": "验证码123456" });

    for _ in 0..2 {
        assert_eq!(post(&url, SECRET, &message).await.0, StatusCode::OK);
    }

    assert_eq!(outside.sms_count("13800001234"), 1);
    assert_eq!(outside.latest_sms("13800001234").unwrap(), "验证码123456");
}

#[tokio::test]
async fn a_stranger_is_turned_away() {
    let outside = Outside::new(SECRET);
    let url = format!("http://{}/v1/messages", outside.serve_sms().await.unwrap());
    let message = json!({ "message_id": "1", "phone": "13800001234", "text": "x" });

    assert_eq!(post(&url, "another", &message).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(outside.sms_count("13800001234"), 0);
}

#[tokio::test]
async fn a_name_is_checked_with_the_register() {
    let outside = Outside::new(SECRET);
    let url = format!("http://{}/v1/checks", outside.serve_realname().await.unwrap());
    let citizen = |name: &str, id_number: &str| Citizen {
        name: name.to_owned(),
        id_number: id_number.to_owned(),
        phone: "13800001234".to_owned(),
    };
    outside.register(citizen("张测一", "1"));

    for (name, id_number, result) in
        [("张测一", "1", "match"), ("李测二", "1", "mismatch"), ("张测一", "2", "unknown")]
    {
        let check = json!({ "check_id": "c", "name": name, "id_number": id_number, "phone": "13800001234" });
        let (status, text) = post(&url, SECRET, &check).await;
        assert_eq!((status, text), (StatusCode::OK, format!("{{\"result\":\"{result}\"}}")));
    }
}

#[tokio::test]
async fn a_server_can_be_down_or_wrong_after_its_work() {
    let outside = Outside::new(SECRET);
    let url = format!("http://{}/v1/messages", outside.serve_sms().await.unwrap());
    let message = |id: &str| json!({ "message_id": id, "phone": "13800001234", "text": "x" });

    outside.set_mood("sms", Mood::Down);
    assert_eq!(post(&url, SECRET, &message("1")).await.0, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(outside.sms_count("13800001234"), 0);

    outside.set_mood("sms", Mood::WrongAfterwards);
    assert_eq!(post(&url, SECRET, &message("2")).await.0, StatusCode::BAD_GATEWAY);
    assert_eq!(outside.sms_count("13800001234"), 1);
}
