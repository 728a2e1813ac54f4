//! What a line survives: a wiped Redis, a killed replica, a PostgreSQL that was set back.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::future::join_all;
use proto::quota as pb;
use refusal::Reason;
use testkit::eventually;
use uuid::Uuid;

use crate::calls::{Applicant, Programme, assert_refused};
use crate::house::House;

/// Every answered place is still there, and the tables agree with one another.
pub async fn nothing_is_lost(
    house: &House,
    programme: &Programme,
    answered: &BTreeMap<i64, (Applicant, pb::Place)>,
) {
    let arrivals: Vec<i64> = answered.keys().copied().collect();
    assert_eq!(arrivals, (1..=i64::try_from(answered.len()).unwrap()).collect::<Vec<_>>(), "without gaps");
    for (applicant, told) in answered.values() {
        let now = programme.place(applicant).await;
        assert_eq!(now.arrival_number, told.arrival_number);
        assert_eq!(now.chain, told.chain, "the receipt of {} stands", told.arrival_number);
    }
    let database = house.database().await;
    let oversold: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pool WHERE programme = $1 AND taken <>
           (SELECT count(*) FROM holder WHERE holder.programme = pool.programme AND holder.pool = pool.pool)",
    )
    .bind(programme.id.as_str())
    .fetch_one(&database)
    .await
    .unwrap();
    assert_eq!(oversold, 0);
    let log = programme.line().await;
    let recorded: i64 = sqlx::query_scalar("SELECT count(*) FROM operation WHERE programme = $1")
        .bind(programme.id.as_str())
        .fetch_one(&database)
        .await
        .unwrap();
    assert_eq!(recorded, log.last_sequence, "the journal has no hole");
}

/// A rush of so many at two replicas, repeated until answered, while something happens to them.
async fn rush(
    programme: &Programme,
    count: usize,
    trouble: impl Future<Output = ()>,
) -> BTreeMap<i64, (Applicant, pb::Place)> {
    let one = |index: usize| async move {
        tokio::time::sleep(Duration::from_millis(index as u64 * 2)).await;
        let applicant = Applicant::new();
        let place = programme.reserve_until_answered(&applicant, index % 2).await;
        (place.arrival_number, (applicant, place))
    };
    let (answered, ()) = tokio::join!(join_all((0..count).map(one)), trouble);
    answered.into_iter().collect()
}

/// P2: Redis is wiped in the middle of a rush: nobody loses a committed place, and the epoch rises.
#[tokio::test(flavor = "multi_thread")]
async fn a_wiped_redis_loses_nobody() {
    let house = House::own().await;
    let programme = Programme::open(&house, 200, 20).await;
    assert_eq!(programme.line().await.epoch, 1);

    let answered = rush(&programme, 800, async {
        for _ in 0..2 {
            tokio::time::sleep(Duration::from_millis(500)).await;
            house.city.wipe_order().await;
        }
    })
    .await;

    assert_eq!(answered.len(), 800);
    let epoch = programme.line().await.epoch;
    assert!((2..=3).contains(&epoch), "epoch {epoch}");
    nothing_is_lost(&house, &programme, &answered).await;
}

/// P7: a Redis that is wiped while nobody calls is built anew within a few seconds, with all that is known.
#[tokio::test(flavor = "multi_thread")]
async fn a_wiped_redis_is_built_anew_without_traffic() {
    let house = House::own().await;
    let programme = Programme::open(&house, 5, 5).await;
    let applicant = Applicant::new();
    let told = programme.reserve(&applicant).await.unwrap();
    house.city.wipe_order().await;
    let database = house.database().await;
    // Asked of the table: a question to quota would be traffic.
    let rebuilt = eventually("the order is built anew", async || {
        let epoch = sqlx::query_scalar::<_, i64>("SELECT epoch FROM line WHERE programme = $1 AND epoch > 1");
        epoch.bind(programme.id.as_str()).fetch_optional(&database).await.unwrap()
    });
    assert_eq!(rebuilt.await, 2);

    assert_eq!(programme.line().await.epoch, 2);
    assert_eq!(programme.reserve_at(1, &applicant).await.unwrap(), told, "the operation is still known");
    let other = Applicant { application: vocabulary::ApplicationId::new(), ..applicant };
    assert_refused(programme.reserve(&other).await, Reason::RequestIdReused);
}

/// P2, P7: a replica is killed in the middle of a rush; the other one finishes what it had begun.
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_replica_loses_nobody() {
    let house = House::own().await;
    let programme = Programme::open(&house, 200, 20).await;

    let answered = rush(&programme, 800, async {
        tokio::time::sleep(Duration::from_millis(600)).await;
        tokio::task::block_in_place(|| house.services().kill("quota-1").unwrap());
        tokio::time::sleep(Duration::from_millis(600)).await;
        tokio::task::block_in_place(|| house.services().restart("quota-1").unwrap());
    })
    .await;

    assert_eq!(answered.len(), 800);
    assert_eq!(programme.line().await.epoch, 1, "a killed replica is no evidence against Redis");
    nothing_is_lost(&house, &programme, &answered).await;
}

/// P2: PostgreSQL set back a few operations: the replicas fold them again from Redis, to the same decisions.
#[tokio::test(flavor = "multi_thread")]
async fn a_postgresql_that_was_set_back_catches_up_from_redis() {
    let house = House::own().await;
    let programme = Programme::open(&house, 3, 1).await;
    let early = rush(&programme, 5, async {}).await;
    let snapshot = Snapshot::take(&house, &programme).await;
    let late: Vec<Applicant> = (0..5).map(|_| Applicant::new()).collect();
    let mut told = Vec::new();
    for applicant in &late {
        told.push(programme.reserve(applicant).await.unwrap());
    }
    snapshot.restore(&house, &programme).await;
    let again = Applicant::new();
    let place = programme.reserve_until_answered(&again, 1).await;

    assert_eq!(place.arrival_number, 11);
    assert_eq!(programme.line().await.epoch, 1, "never a reason to recover");
    for (applicant, told) in late.iter().zip(&told) {
        assert_eq!(programme.reserve_at(1, applicant).await.unwrap(), *told);
    }
    for (applicant, told) in early.values() {
        assert_eq!(programme.place(applicant).await.chain, told.chain);
    }
}

/// P2: who can write into Redis, or a Redis that errs, makes no operation of an entry whose body is not the one that was linked: the
/// order is built anew without it.
#[tokio::test(flavor = "multi_thread")]
async fn an_entry_with_another_body_is_no_operation() {
    let house = House::own().await;
    let programme = Programme::open(&house, 3, 1).await;
    let applicant = Applicant::new();
    programme.reserve(&applicant).await.unwrap();
    let told = programme.confirm(&applicant).await.unwrap();
    let line = programme.line().await;

    let mut redis = testkit::redis_at(house.city.stack.order().url()).await.unwrap();
    let key = |name: &str| format!("quota:{{{}}}:{name}", programme.id);
    let of_epoch = |name: &str| key(&format!("{}:{name}", line.epoch));
    let mut append = redis::cmd("FCALL");
    append.arg("yuanmeng_quota_4_append").arg(4).arg(key("current"));
    append.arg(of_epoch("meta")).arg(of_epoch("dedup")).arg(of_epoch("log"));
    append.arg(line.epoch).arg(line.last_sequence);
    append.arg("RELEASE").arg(Uuid::new_v4().to_string()).arg("00".repeat(32)).arg("");
    append.arg(format!("{} CLAWED_BACK", applicant.application));
    let placed: redis::Value = append.query_async(&mut redis).await.unwrap();
    assert!(matches!(placed, redis::Value::Array(_)), "{placed:?}");

    let late = programme.reserve_until_answered(&Applicant::new(), 1).await;
    assert_eq!(late.arrival_number, 2);
    let now = programme.place(&applicant).await;
    assert_eq!((now.state(), now.standings), (told.state(), told.standings));
    let line = programme.line().await;
    assert_eq!((line.epoch, line.mode()), (2, pb::LineMode::Log));
    assert!(programme.verify().await.holds);
}

/// P2: both stores lost what was answered: the line halts rather than give a place twice.
#[tokio::test(flavor = "multi_thread")]
async fn both_stores_lost_halts_the_line() {
    let house = House::own().await;
    let programme = Programme::open(&house, 3, 1).await;
    let snapshot = Snapshot::take(&house, &programme).await;
    programme.reserve(&Applicant::new()).await.unwrap();
    programme.reserve_at(1, &Applicant::new()).await.unwrap();
    tokio::task::block_in_place(|| house.services().pause("quota-1").unwrap());
    snapshot.restore(&house, &programme).await;
    house.city.wipe_order().await;
    tokio::task::block_in_place(|| house.services().resume("quota-1").unwrap());

    let refused = eventually("the line is halted", async || {
        let answer = programme.reserve_at(1, &Applicant::new()).await;
        let halted = answer.as_ref().is_err_and(|status| refusal::of(status) == Some(Reason::LineHalted));
        halted.then_some(answer)
    });
    assert_refused(refused.await, Reason::LineHalted);
}

/// a pool that is added late takes in everybody who is there. However many they are, no statement grows with the line, so
/// none runs into a timeout.
#[tokio::test(flavor = "multi_thread")]
async fn a_pool_for_everybody_is_written_in_pieces() {
    const MOST_ROWS: i64 = 2_000;
    let house = House::own().await;
    let programme = Programme::open(&house, 10, 10).await;
    let answered = rush(&programme, 2_300, async {}).await;
    let database = house.database().await;
    let refuse = format!(
        "CREATE FUNCTION refuse_many() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF (SELECT count(*) FROM many) > {MOST_ROWS} THEN RAISE EXCEPTION 'too many rows at once'; END IF;
             RETURN NULL;
         END $$;
         CREATE TRIGGER refuse_many AFTER UPDATE ON place REFERENCING NEW TABLE AS many
             FOR EACH STATEMENT EXECUTE FUNCTION refuse_many();
         CREATE TRIGGER refuse_many AFTER INSERT ON holder REFERENCING NEW TABLE AS many
             FOR EACH STATEMENT EXECUTE FUNCTION refuse_many();
         CREATE TRIGGER refuse_many AFTER INSERT ON waiting REFERENCING NEW TABLE AS many
             FOR EACH STATEMENT EXECUTE FUNCTION refuse_many();
         CREATE TRIGGER refuse_many_gone AFTER DELETE ON waiting REFERENCING OLD TABLE AS many
             FOR EACH STATEMENT EXECUTE FUNCTION refuse_many()"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(refuse)).execute(&database).await.unwrap();

    programme.add_pool("everybody", programme.city, 0).await.unwrap();
    let pool = programme.set_capacity("everybody", 2_250).await.unwrap();

    assert_eq!((pool.taken, pool.waiting), (2_250, 50));
    nothing_is_lost(&house, &programme, &answered).await;
}

/// The tables of one programme at a moment: what a PostgreSQL that is set back shows again.
struct Snapshot {
    tables: Vec<(&'static str, serde_json::Value)>,
}

/// In the order in which rows may be put in.
const TABLES: [&str; 7] = ["line", "round", "pool", "holder", "waiting", "place", "operation"];

impl Snapshot {
    async fn take(house: &House, programme: &Programme) -> Self {
        let database = house.database().await;
        let mut tables = Vec::new();
        for table in TABLES {
            let rows =
                format!("SELECT coalesce(jsonb_agg(one), '[]') FROM {table} AS one WHERE programme = $1");
            let query = sqlx::query_scalar(sqlx::AssertSqlSafe(rows)).bind(programme.id.as_str());
            tables.push((table, query.fetch_one(&database).await.unwrap()));
        }
        Self { tables }
    }

    async fn restore(&self, house: &House, programme: &Programme) {
        let mut tx = house.database().await.begin().await.unwrap();
        sqlx::query("SELECT FROM line WHERE programme = $1 FOR UPDATE")
            .bind(programme.id.as_str())
            .execute(&mut *tx)
            .await
            .unwrap();
        for table in TABLES.iter().rev().filter(|table| **table != "line") {
            let statement = format!("DELETE FROM {table} WHERE programme = $1");
            let delete = sqlx::query(sqlx::AssertSqlSafe(statement)).bind(programme.id.as_str());
            delete.execute(&mut *tx).await.unwrap();
        }
        for (table, rows) in &self.tables {
            let statement = if *table == "line" {
                "UPDATE line SET last_seq = old.last_seq, last_chain = old.last_chain, digest = old.digest,
                        epoch = old.epoch, base_seq = old.base_seq, arrivals = old.arrivals
                 FROM jsonb_to_recordset($1) AS old (programme text, last_seq bigint, last_chain bytea, digest bytea,
                     epoch bigint, base_seq bigint, arrivals bigint) WHERE line.programme = old.programme"
                    .to_owned()
            } else {
                format!(
                    "INSERT INTO {table} SELECT * FROM jsonb_populate_recordset(NULL::public.{table}, $1)"
                )
            };
            sqlx::query(sqlx::AssertSqlSafe(statement)).bind(rows).execute(&mut *tx).await.unwrap();
            if *table == "pool" {
                // Holders count themselves as they are put in.
                let none = sqlx::query("UPDATE pool SET taken = 0 WHERE programme = $1");
                none.bind(programme.id.as_str()).execute(&mut *tx).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
    }
}
