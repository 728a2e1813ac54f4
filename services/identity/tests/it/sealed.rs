//! What is sensitive stays where it belongs: in no log line, no trail entry and no table as it is.

use proto::identity::{CodePurpose, SignInRequest, WorkerView};
use refusal::Reason;
use sqlx::PgPool;
use stack::Service;
use testkit::{PASSWORD, Person, assert_refused};

use crate::house::{self, House, check, look, sign_in_name};
use crate::officials::{activation, appointment};

/// after all that can happen to a person, the log, the trail and the tables do not know who it is.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_named_in_logs_trail_or_tables() {
    let house = house::shared().await;
    let (person, worker_id, secrets) = live_through_everything(house).await;
    let sensitive: Vec<&str> = [&person.name, &person.id_number, &person.phone]
        .into_iter()
        .chain(&secrets)
        .map(String::as_str)
        .collect();

    let log = &house.city.logs()["identity"];
    assert!(log.contains("taking calls"), "this is not the log of a service: {log}");
    expect_none(log, &sensitive, "the log");
    let trail = format!("{:?}", house.trail(format!("worker:{worker_id}")).await);
    assert!(trail.contains("WORKER_VERIFIED") && trail.contains("WORKER_LOOKED_AT"), "{trail}");
    expect_none(&format!("{:?}", house.trail(String::new()).await), &sensitive, "the trail");
    expect_none(
        &everything_kept(&house.city.database(Service::Identity).await).await,
        &sensitive,
        "the tables",
    );
}

/// A person registers, is refused, is verified, is looked at, takes office and signs in; gives the secrets of it.
async fn live_through_everything(house: &House) -> (Person, String, Vec<String>) {
    let (person, worker) = house.worker().await;
    let stranger = Person::new();
    let mismatch = worker.api.workers().verify_real_name(check(&stranger.name, &person.id_number)).await;
    assert_refused(mismatch, Reason::RealNameMismatch);
    let request = check(&format!("{}？", person.name), &format!("{}0", person.id_number));
    assert_refused(worker.api.workers().verify_real_name(request).await, Reason::FieldsInvalid);
    worker.verify(&person.name, &person.id_number).await;
    let subsidy = house.city.service("subsidy");
    subsidy.workers().get_worker(look(&worker.id, WorkerView::Full)).await.unwrap();

    let code = house.code(&person.phone, CodePurpose::SignIn).await;
    let request = SignInRequest { phone: person.phone.clone(), code, channel: 1 };
    let session = house.api().sessions().sign_in(request).await.unwrap().into_inner().session.unwrap();
    let mut office = appointment(&house.federation.union_id, &sign_in_name());
    office.id_number.clone_from(&person.id_number);
    let answer = house.federation.api.officials().appoint_official(office).await.unwrap().into_inner();
    let secret = answer.appointment_secret;
    house.api().officials().activate_official(activation(&secret, PASSWORD)).await.unwrap();
    let (_, refresh_secret) = session.refresh_token.split_once('.').unwrap();
    let secrets = vec![PASSWORD.to_owned(), secret, session.access_token, refresh_secret.to_owned()];
    (person, worker.id, secrets)
}

/// Every row of every table, as text; bytes as they are.
async fn everything_kept(database: &PgPool) -> String {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('public', 'platform')",
    )
    .fetch_all(database)
    .await
    .unwrap();
    assert!(tables.iter().any(|table| table.ends_with("worker")), "{tables:?}");
    let mut kept = String::new();
    for table in tables {
        let rows = sqlx::AssertSqlSafe(format!("SELECT to_jsonb(kept)::text FROM {table} AS kept"));
        let rows: Vec<String> = sqlx::query_scalar(rows).fetch_all(database).await.unwrap();
        kept.extend(rows);
    }
    kept
}

fn expect_none(text: &str, sensitive: &[&str], place: &str) {
    for one in sensitive {
        assert!(!text.contains(one), "{place} holds {one}");
        assert!(!text.contains(&hex::encode(one)), "{place} holds {one} as bytes");
    }
}
