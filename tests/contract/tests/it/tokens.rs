//! Which tokens are believed: none that is forged, foreign, unsigned, out of date or meant for somebody else.

use auth::{Channel, Person, Worker};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use refusal::Reason;
use serde_json::{Value, json};
use stack::Service;
use stack::secrets::{self, Issuer};
use testkit::City;
use tonic::Code;
use vocabulary::WorkerId;

use crate::calls::make;
use crate::city;

/// A call that workers and services may make, with an answer to an empty message that is no refusal of the token.
const CALLS: [(Service, &str); 2] = [
    (Service::Identity, "/yuanmeng.identity.v1.WorkerService/GetWorker"),
    (Service::Enrollment, "/yuanmeng.enrollment.v1.EnrollmentService/GetEnrollment"),
];

/// a person's token counts as identity signed it, for us and in its time.
#[tokio::test(flavor = "multi_thread")]
async fn a_persons_token_counts_only_as_identity_signed_it() {
    let city = city::shared().await;
    let worker = Worker { id: WorkerId::new(), channel: Channel::App };
    let good = city.token(Person::Worker(&worker));
    let key = std::fs::read(city.stack.people_key_file()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let foreign_file = folder.path().join("foreign.pem");
    secrets::kept_signing_key(&foreign_file).unwrap();
    let foreign = std::fs::read(foreign_file).unwrap();
    let changed = |change: fn(&mut Value)| signed(&good, &key, change);

    assert_eq!(answers(city, &good).await, [false, false], "the token that all others are made from is good");
    assert_eq!(answers(city, &changed(|_| {})).await, [false, false], "signing again changes nothing");
    let bad = [
        ("garbage", "not a token".to_owned()),
        ("signed by somebody else", signed(&good, &foreign, |_| {})),
        ("not signed", unsigned(&good)),
        ("with another's claims", tampered(&good)),
        ("expired", changed(|claims| claims["exp"] = json!(claims["iat"].as_u64().unwrap() - 600))),
        ("not valid yet", changed(|claims| claims["nbf"] = json!(claims["iat"].as_u64().unwrap() + 600))),
        ("for another audience", changed(|claims| claims["aud"] = json!("somebody-else"))),
        ("of another issuer", changed(|claims| claims["iss"] = json!("somebody-else"))),
        ("without an end", changed(|claims| drop(claims.as_object_mut().unwrap().remove("exp")))),
    ];
    let channels = city::channels(city);
    let (_, channel) = channels.iter().find(|(one, _)| *one == Service::Identity).unwrap();
    let late = make(channel, CALLS[0].1, Some(&bad[4].1)).await.unwrap_err();
    assert_eq!(refusal::of(&late), Some(Reason::TokenExpired), "whoever comes too late is to sign in again");
    for (what, token) in bad {
        assert_eq!(answers(city, &token).await, [true, true], "{what}");
    }
}

/// a service's token counts as the cluster signed it.
#[tokio::test(flavor = "multi_thread")]
async fn a_services_token_of_another_cluster_is_not_believed() {
    let city = city::shared().await;
    let folder = tempfile::tempdir().unwrap();
    let foreign = Issuer::in_folder(folder.path()).unwrap();
    let token = city.stack.issuer().service_token("subsidy");
    assert_eq!(answers(city, &token).await, [false, false]);
    assert_eq!(answers(city, &foreign.service_token("subsidy")).await, [true, true]);
    assert_eq!(answers(city, &unsigned(&token)).await, [true, true]);
}

/// Whether each call takes its caller for unknown.
async fn answers(city: &City, token: &str) -> [bool; 2] {
    let channels = city::channels(city);
    let mut unknown = [false; 2];
    for (index, (service, path)) in CALLS.into_iter().enumerate() {
        let (_, channel) = channels.iter().find(|(one, _)| *one == service).unwrap();
        let answer = make(channel, path, Some(token)).await;
        unknown[index] = answer.is_err_and(|status| status.code() == Code::Unauthenticated);
    }
    unknown
}

fn parts(token: &str) -> (Value, Value, &str) {
    let read = |part: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    let parts: Vec<_> = token.split('.').collect();
    (read(parts[0]), read(parts[1]), parts[2])
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// The same token with other claims, signed by this key under the same key id.
fn signed(token: &str, key: &[u8], change: fn(&mut Value)) -> String {
    let (header, mut claims, _) = parts(token);
    change(&mut claims);
    let kid = header["kid"].as_str().map(str::to_owned);
    let header = Header { kid, ..Header::new(Algorithm::EdDSA) };
    jsonwebtoken::encode(&header, &claims, &EncodingKey::from_ed_pem(key).unwrap()).unwrap()
}

fn unsigned(token: &str) -> String {
    let (mut header, claims, _) = parts(token);
    header["alg"] = json!("none");
    format!("{}.{}.", part(&header), part(&claims))
}

/// The same signature under other claims.
fn tampered(token: &str) -> String {
    let (header, mut claims, signature) = parts(token);
    claims["sub"] = json!(WorkerId::new().to_string());
    format!("{}.{}.{signature}", part(&header), part(&claims))
}
