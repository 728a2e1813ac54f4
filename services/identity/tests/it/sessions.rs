//! Sessions: tokens that others verify by the published keys, and refresh tokens that serve once.

use std::collections::HashMap;

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use proto::identity::{CodePurpose, GetJwksRequest, RefreshSessionRequest, Session, WorkerView};
use refusal::Reason;
use serde_json::{Value, json};
use testkit::{Person, assert_field, assert_refused};

use crate::house::{self, BOTH_CONSENTS, House, look, registration};

/// a worker's token names the worker and where they are, for a quarter of an hour, signed by a published key.
#[tokio::test(flavor = "multi_thread")]
async fn a_workers_token_is_verified_by_the_published_keys() {
    let house = house::shared().await;
    let (id, session) = signed_in(house).await;

    let claims = verified(house, &session.access_token).await;

    assert_eq!((&claims["sub"], &claims["kind"]), (&json!(id), &json!("worker")));
    assert_eq!(claims["channel"], "wechat");
    assert_eq!((&claims["iss"], &claims["aud"]), (&json!("yuanmeng"), &json!("yuanmeng")));
    let (begins, ends) = (claims["iat"].as_u64().unwrap(), claims["exp"].as_u64().unwrap());
    assert_eq!(ends - begins, 15 * 60);
    assert_eq!(u64::try_from(session.access_expires_at.unwrap().seconds).unwrap(), ends);
    let days = (u64::try_from(session.refresh_expires_at.unwrap().seconds).unwrap() - begins) / 86_400;
    assert!((29..=30).contains(&days), "the session lasts {days} days");
}

/// an official's token says for whom and in which roles the official acts.
#[tokio::test(flavor = "multi_thread")]
async fn an_officials_token_says_for_whom_they_act() {
    let house = house::shared().await;
    let district = house.district().await;

    let claims = verified(house, &district.token).await;

    assert_eq!((&claims["sub"], &claims["kind"]), (&json!(district.id), &json!("official")));
    assert_eq!(claims["union"], json!(district.union_id));
    assert_eq!(claims["path"], json!(format!("/{}/{}/", house.federation.union_id, district.union_id)));
    assert_eq!(claims["roles"].as_array().map(Vec::len), Some(4));
    assert_eq!(claims["centre"], json!(false));
}

/// a refresh token gives the next pair, which is as good as the first.
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_gives_the_next_pair() {
    let house = house::shared().await;
    let (id, first) = signed_in(house).await;

    let second = refresh(house, &first).await.unwrap();
    let third = refresh(house, &second).await.unwrap();

    assert_eq!(third.refresh_expires_at, first.refresh_expires_at, "a session is not drawn out");
    let own = house.api().with_token(&third.access_token);
    let seen = own.workers().get_worker(look(&id, WorkerView::Masked)).await.unwrap().into_inner();
    assert_eq!(seen.worker.unwrap().id, id);
    assert_eq!(verified(house, &third.access_token).await["channel"], "wechat");
}

/// a refresh token that comes twice is in two hands, and ends its session for both.
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_used_twice_ends_its_session() {
    let house = house::shared().await;
    let (_, first) = signed_in(house).await;
    let second = refresh(house, &first).await.unwrap();

    assert_refused(answer(house, &first).await, Reason::SessionEnded);
    assert_refused(answer(house, &second).await, Reason::SessionEnded);
}

/// of two who refresh with the same token at once, one gets tokens, and they do not last.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_at_once_one_is_refreshed_and_the_session_ends() {
    let house = house::shared().await;
    let (_, first) = signed_in(house).await;

    let both = tokio::join!(refresh(house, &first), refresh(house, &first));

    let good: Vec<_> = [both.0, both.1].into_iter().filter_map(Result::ok).collect();
    assert_eq!(good.len(), 1);
    assert_refused(answer(house, &good[0]).await, Reason::SessionEnded);
}

/// what is no refresh token is told nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_refresh_token_refreshes_nothing() {
    let house = house::shared().await;
    let (_, session) = signed_in(house).await;
    let (name, _) = session.refresh_token.split_once('.').unwrap();

    let status = assert_refused(answer(house, &Session::default()).await, Reason::FieldsInvalid);
    assert_field(&status, "refresh_token", Reason::FieldRequired);
    for text in ["1", "a.b", &session.access_token, &format!("{}.x", uuid::Uuid::now_v7().simple())] {
        let forged = Session { refresh_token: text.to_owned(), ..Session::default() };
        assert_refused(answer(house, &forged).await, Reason::SessionEnded);
    }
    let guessed = Session { refresh_token: format!("{name}.guessed"), ..Session::default() };
    assert_refused(answer(house, &guessed).await, Reason::SessionEnded);
}

/// Somebody new, signed in by registering: the id and the session.
async fn signed_in(house: &House) -> (String, Session) {
    let phone = Person::new().phone;
    let code = house.code(&phone, CodePurpose::Register).await;
    let request = registration(&phone, &code, &BOTH_CONSENTS);
    let answer = house.api().workers().register_worker(request).await.unwrap().into_inner();
    (answer.worker.unwrap().id, answer.session.unwrap())
}

async fn answer(
    house: &House,
    session: &Session,
) -> Result<tonic::Response<proto::identity::RefreshSessionResponse>, tonic::Status> {
    let request = RefreshSessionRequest { refresh_token: session.refresh_token.clone() };
    house.api().sessions().refresh_session(request).await
}

async fn refresh(house: &House, session: &Session) -> Result<Session, tonic::Status> {
    answer(house, session).await.map(|answer| answer.into_inner().session.unwrap())
}

/// The claims of a token that is good by the published keys, as any other program would find it.
async fn verified(house: &House, token: &str) -> HashMap<String, Value> {
    let answer = house.api().sessions().get_jwks(GetJwksRequest {}).await.unwrap().into_inner();
    let keys: JwkSet = serde_json::from_str(&answer.jwks_json).unwrap();
    let key = keys.find(&decode_header(token).unwrap().kid.unwrap()).unwrap();
    let mut rules = Validation::new(Algorithm::EdDSA);
    rules.set_audience(&["yuanmeng"]);
    rules.set_issuer(&["yuanmeng"]);
    decode(token, &DecodingKey::from_jwk(key).unwrap(), &rules).unwrap().claims
}
