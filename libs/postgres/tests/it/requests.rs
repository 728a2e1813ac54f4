//! A request that comes again gets its first answer, and has its effect once.

use postgres::{Request, RequestError, request};
use refusal::Reason;
use sqlx::{Executor, PgConnection, PgPool};
use vocabulary::RequestId;

use crate::ground::{effects, migrated, outside, pool};

/// A worker's wish, as a message; its answer is a message too.
pub fn wish(id: RequestId, body: &str) -> Request {
    Request::new(id, &"worker:1", "AgreeMajor", &body.to_owned())
}

/// Does what a service does with a request: its effect and its answer in one transaction, unless it was done before.
pub async fn grant(database: &PgPool, request: &Request, answer: &str) -> Result<String, RequestError> {
    let mut tx = database.begin().await?;
    if let Some(answer) = request.answered(&mut tx).await? {
        return Ok(answer);
    }
    sqlx::query("INSERT INTO effect (word) VALUES ($1)").bind(answer).execute(&mut *tx).await?;
    request.keep(&mut tx, &answer.to_owned()).await?;
    tx.commit().await?;
    Ok(answer.to_owned())
}

pub fn refused(outcome: Result<impl Sized, RequestError>) -> Reason {
    match outcome {
        Err(RequestError::Refused(refusal)) => refusal.reason(),
        Err(error) => panic!("{error:?}"),
        Ok(_) => panic!("it was done"),
    }
}

/// The same id with the same body gets the first answer, and nothing is done.
#[tokio::test]
async fn a_repeated_request_gets_its_first_answer() {
    let config = migrated().await;
    let database = pool(&config);
    let request = wish(RequestId::new(), "law");
    assert_eq!(grant(&database, &request, "first").await.unwrap(), "first");
    assert_eq!(grant(&database, &request, "second").await.unwrap(), "first");
    assert_eq!(effects(&config).await, ["first"]);
}

/// The same id with another body, or for another call, is refused, and nothing is done.
#[tokio::test]
async fn the_same_id_with_another_body_is_refused() {
    let config = migrated().await;
    let database = pool(&config);
    let id = RequestId::new();
    grant(&database, &wish(id, "law"), "first").await.unwrap();
    let otherwise = grant(&database, &wish(id, "physics"), "second").await;
    assert_eq!(refused(otherwise), Reason::RequestIdReused);
    let elsewhere = Request::new(id, &"worker:1", "Withdraw", &"law".to_owned());
    assert_eq!(refused(grant(&database, &elsewhere, "second").await), Reason::RequestIdReused);
    assert_eq!(effects(&config).await, ["first"]);
}

/// An id means something only to the caller who chose it: another's same id is another request.
#[tokio::test]
async fn the_same_id_of_another_caller_is_another_request() {
    let config = migrated().await;
    let database = pool(&config);
    let id = RequestId::new();
    grant(&database, &wish(id, "law"), "first").await.unwrap();
    let other = Request::new(id, &"worker:2", "AgreeMajor", &"law".to_owned());
    assert_eq!(grant(&database, &other, "second").await.unwrap(), "second");
    assert_eq!(effects(&config).await, ["first", "second"]);
}

/// A transaction that fails keeps neither effect nor id: the request can come again and is done then.
#[tokio::test]
async fn what_fails_keeps_nothing() {
    let config = migrated().await;
    let database = pool(&config);
    let request = wish(RequestId::new(), "law");
    let mut tx = database.begin().await.unwrap();
    assert_eq!(request.answered::<String>(&mut tx).await.unwrap(), None);
    tx.execute("INSERT INTO effect (word) VALUES ('lost')").await.unwrap();
    request.keep(&mut tx, &"lost".to_owned()).await.unwrap();
    tx.execute("INSERT INTO effect (word) VALUES (NULL)").await.unwrap_err();
    drop(tx);
    assert_eq!(effects(&config).await, Vec::<String>::new());
    assert_eq!(kept(&mut outside(&config).await).await, 0);
    assert_eq!(grant(&database, &request, "first").await.unwrap(), "first");
    assert_eq!(effects(&config).await, ["first"]);
}

/// A request whose answer holds a secret is done once; its answer is nowhere, and the id a second time is refused.
#[tokio::test]
async fn an_answer_that_holds_a_secret_is_never_kept() {
    let config = migrated().await;
    let database = pool(&config);
    let request = wish(RequestId::new(), "sign in");
    let mut tx = database.begin().await.unwrap();
    request.first_time(&mut tx).await.unwrap();
    tx.commit().await.unwrap();

    let mut again = database.acquire().await.unwrap();
    assert_eq!(refused(request.first_time(&mut again).await), Reason::RequestIdReused);
    assert_eq!(refused(request.answered::<String>(&mut again).await), Reason::RequestIdReused);
    let answers = sqlx::query_scalar::<_, i64>("SELECT count(answer) FROM platform.request");
    assert_eq!(answers.fetch_one(&mut *again).await.unwrap(), 0);
}

/// Asking for a kept answer claims nothing, so that work which is safe to repeat can ask a neighbour in between.
#[tokio::test]
async fn asking_for_a_kept_answer_claims_nothing() {
    let config = migrated().await;
    let database = pool(&config);
    let request = wish(RequestId::new(), "law");
    let mut connection = database.acquire().await.unwrap();
    assert_eq!(request.kept::<String>(&mut connection).await.unwrap(), None);
    assert_eq!(kept(&mut connection).await, 0);
    grant(&database, &request, "first").await.unwrap();
    assert_eq!(request.kept::<String>(&mut connection).await.unwrap().as_deref(), Some("first"));
    let otherwise = wish(request.id(), "physics").kept::<String>(&mut connection).await;
    assert_eq!(refused(otherwise), Reason::RequestIdReused);
}

/// Answers are kept for seven days, and forgotten after that a bounded number at once, oldest first.
#[tokio::test]
async fn answers_are_kept_for_seven_days() {
    let config = migrated().await;
    let database = pool(&config);
    let request = wish(RequestId::new(), "law");
    grant(&database, &request, "first").await.unwrap();
    let mut connection = outside(&config).await;
    let almost = "UPDATE platform.request SET made_at = now() - interval '7 days' + interval '1 minute'";
    connection.execute(almost).await.unwrap();
    let old = "INSERT INTO platform.request (request_id, caller, method, body_hash, made_at)
               SELECT gen_random_uuid(), 'worker:1', 'AgreeMajor', sha256(''), now() - interval '8 days'
               FROM generate_series(1, 1500)";
    connection.execute(old).await.unwrap();

    assert_eq!(request::purge(&mut connection).await.unwrap(), 1_000);
    assert_eq!(request::purge(&mut connection).await.unwrap(), 500);
    assert_eq!(request::purge(&mut connection).await.unwrap(), 0);
    assert_eq!(grant(&database, &request, "second").await.unwrap(), "first");
}

/// How many ids are claimed.
async fn kept(connection: &mut PgConnection) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM platform.request").fetch_one(connection).await.unwrap()
}
