//! What a forged line cannot hide: each change of a table, or of the journal, shows where it was made (P6).

use proto::quota::{self as pb, LineFindingKind as Kind};
use quota::domain::{Digest, Kind as OperationKind, Link, Sequence};
use refusal::Reason;
use testkit::eventually;
use vocabulary::OperationId;

use crate::calls::Programme;
use crate::house::House;
use crate::proof::busy;

/// A line as [`busy`] makes it, changed by somebody who can write into its database.
async fn forged(house: &House, forgery: &'static str) -> Programme {
    let (programme, _) = busy(house).await;
    forge(house, &programme, forgery).await;
    programme
}

async fn forge(house: &House, programme: &Programme, forgery: &'static str) {
    let forged = sqlx::query(forgery).bind(programme.id.as_str());
    let changed = forged.execute(&house.database().await).await.unwrap().rows_affected();
    assert!(changed > 0, "nothing was forged: {forgery}");
}

async fn assert_found(house: &House, forgeries: &[(&'static str, Kind)]) {
    for (forgery, kind) in forgeries {
        let verdict = forged(house, forgery).await.verify().await;
        let found: Vec<Kind> = verdict.findings.iter().map(pb::LineFinding::kind).collect();
        assert!(found.contains(kind), "{forgery}: {found:?}");
        assert!(!verdict.holds);
    }
}

/// Places, seats and waiting lists.
#[tokio::test(flavor = "multi_thread")]
async fn a_forged_place_is_found() {
    let forgeries = [
        ("UPDATE place SET arrival = 100 - arrival WHERE programme = $1 AND arrival < 3", Kind::PlaceChanged),
        ("UPDATE place SET arrival = 1000 WHERE programme = $1 AND arrival = 6", Kind::PlaceChanged),
        ("UPDATE place SET person = gen_random_uuid() WHERE programme = $1 AND arrival = 5", Kind::PlaceChanged),
        ("UPDATE place SET state = 'CONFIRMED' WHERE programme = $1 AND arrival = 5", Kind::PlaceChanged),
        ("UPDATE place SET standings = '[]' WHERE programme = $1 AND arrival = 5", Kind::PlaceChanged),
        ("UPDATE place SET standings = '{}' WHERE programme = $1 AND arrival = 5", Kind::PlaceChanged),
        (
            "UPDATE place SET standings = regexp_replace(standings::text, '\"entered\":[0-9]+', '\"entered\":1')::json
             WHERE programme = $1 AND arrival = 6",
            Kind::PlaceChanged,
        ),
        ("UPDATE place SET round = 'Not one' WHERE programme = $1 AND arrival = 5", Kind::PlaceChanged),
        ("DELETE FROM place WHERE programme = $1 AND arrival IS NULL", Kind::PlaceChanged),
        (
            "UPDATE place SET standings = '[{\"pool\":\"city\",\"seat\":1}]' WHERE programme = $1 AND arrival IS NULL",
            Kind::PlaceChanged,
        ),
        (
            "INSERT INTO place (programme, application, state, standings)
             VALUES ($1, gen_random_uuid(), 'RELEASED', '[]')",
            Kind::PlaceChanged,
        ),
        (
            "UPDATE holder SET application = gen_random_uuid() WHERE programme = $1 AND seat_no = 1",
            Kind::HolderChanged,
        ),
        ("UPDATE holder SET seat_no = 9 WHERE programme = $1 AND pool = 'city' AND seat_no = 3", Kind::HolderChanged),
        ("INSERT INTO holder VALUES ($1, 'county', 1, gen_random_uuid())", Kind::HolderChanged),
        ("INSERT INTO holder VALUES ($1, 'Not one', 1, gen_random_uuid())", Kind::HolderChanged),
        (
            "UPDATE waiting SET entered = entered + 100 WHERE programme = $1 AND pool = 'city'",
            Kind::WaitingChanged,
        ),
        (
            "DELETE FROM waiting WHERE programme = $1 AND pool = 'city'
             AND entered = (SELECT max(entered) FROM waiting WHERE programme = $1 AND pool = 'city')",
            Kind::WaitingChanged,
        ),
        ("INSERT INTO waiting VALUES ($1, 'county', 5, gen_random_uuid())", Kind::WaitingChanged),
    ];
    assert_found(&House::own().await, &forgeries).await;
}

/// The journal, what was published of it, and what follows from it for the line as a whole.
#[tokio::test(flavor = "multi_thread")]
async fn a_forged_journal_is_found() {
    let forgeries = [
        ("UPDATE pool SET waiting = waiting + 1 WHERE programme = $1 AND pool = 'city'", Kind::PoolChanged),
        ("UPDATE pool SET union_id = gen_random_uuid() WHERE programme = $1 AND pool = 'city'", Kind::PoolChanged),
        ("UPDATE round SET state = 'CLOSED' WHERE programme = $1", Kind::RoundChanged),
        ("DELETE FROM round WHERE programme = $1", Kind::RoundChanged),
        ("UPDATE line SET arrivals = 7 WHERE programme = $1", Kind::LineChanged),
        ("DELETE FROM operation WHERE programme = $1 AND seq = 5", Kind::Missing),
        ("UPDATE operation SET kind = 'BRIBE' WHERE programme = $1 AND seq = 5", Kind::Missing),
        (
            "DELETE FROM operation WHERE programme = $1
             AND seq = (SELECT max(seq) FROM operation WHERE programme = $1)",
            Kind::Missing,
        ),
        (
            "UPDATE operation SET body = replace(body, 'spring', 'autumn') WHERE programme = $1 AND seq = 5",
            Kind::BodyChanged,
        ),
        ("UPDATE operation SET op_id = gen_random_uuid() WHERE programme = $1 AND seq = 5", Kind::Unlinked),
        ("UPDATE operation SET digest = sha256('other') WHERE programme = $1 AND seq = 5", Kind::ChainChanged),
        ("UPDATE operation SET decision = '\"DONE\"' WHERE programme = $1 AND seq = 5", Kind::DecisionChanged),
        (
            "UPDATE operation SET promoted = NULL WHERE programme = $1 AND promoted IS NOT NULL",
            Kind::PromotionChanged,
        ),
        (
            "UPDATE operation SET promoted = (SELECT promoted FROM operation WHERE programme = $1 AND promoted IS NOT NULL)
             WHERE programme = $1 AND seq = 5",
            Kind::PromotionChanged,
        ),
        (
            "INSERT INTO checkpoint VALUES ($1, 5, sha256('other'), 2, now(), 'nobody', 'nothing')
             ON CONFLICT (programme, seq) DO UPDATE SET digest = EXCLUDED.digest",
            Kind::Checkpoint,
        ),
    ];
    assert_found(&House::own().await, &forgeries).await;
}

/// who takes the seat of somebody who came first is seen by the tables alone, without the law that gives seats.
#[tokio::test(flavor = "multi_thread")]
async fn who_jumps_the_queue_is_seen() {
    let house = House::own().await;
    let swap = "
        WITH first AS (SELECT entered, application FROM waiting WHERE programme = $1 AND pool = 'city'
                       ORDER BY entered LIMIT 1),
             seat AS (SELECT seat_no, application FROM holder WHERE programme = $1 AND pool = 'city' AND seat_no = 1),
             jumps AS (UPDATE holder SET application = first.application FROM first, seat
                       WHERE programme = $1 AND pool = 'city' AND holder.seat_no = seat.seat_no)
        UPDATE waiting SET application = seat.application FROM first, seat
        WHERE programme = $1 AND pool = 'city' AND waiting.entered = first.entered";
    let verdict = forged(&house, swap).await.verify().await;
    assert!(!verdict.nobody_jumped && !verdict.holds);
    let jumped = verdict.findings.iter().find(|one| one.kind() == Kind::Jumped).unwrap();
    assert_eq!(jumped.name, "city");

    // Nothing else is wrong with the queue where something else is.
    let forgery = "UPDATE line SET arrivals = 7 WHERE programme = $1";
    let verdict = forged(&house, forgery).await.verify().await;
    assert!(verdict.nobody_jumped && !verdict.holds);
}

/// what a table says and the chain does not carry is not signed, and not told either.
#[tokio::test(flavor = "multi_thread")]
async fn no_receipt_is_signed_that_the_chain_does_not_carry() {
    let house = House::own().await;
    let forgeries = [
        "UPDATE place SET arrival = 100 - arrival WHERE programme = $1 AND arrival < 3",
        "UPDATE place SET seq = seq + 1 WHERE programme = $1 AND arrival = 1",
        "UPDATE operation SET digest = sha256('other') WHERE programme = $1 AND seq = 4",
        "UPDATE operation SET digest = sha256('other') WHERE programme = $1 AND seq = 3",
        "UPDATE operation SET body = replace(body, 'spring', 'autumn') WHERE programme = $1 AND seq = 4",
        "DELETE FROM operation WHERE programme = $1 AND seq = 4",
    ];
    for forgery in forgeries {
        let (programme, people) = busy(&house).await;
        assert_eq!(programme.place(&people[0]).await.sequence, 4);
        forge(&house, &programme, forgery).await;
        let answer = programme.place_at(0, &people[0]).await;
        assert_eq!(refusal::of(&answer.unwrap_err()), Some(Reason::Internal), "{forgery}");
    }
}

/// nobody reads another one's place, receipt and all, because a table gives it to them.
#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_was_given_away_is_told_to_nobody() {
    let house = House::own().await;
    let (programme, people) = busy(&house).await;
    let thief = vocabulary::WorkerId::new();
    let given = format!("UPDATE place SET person = '{thief}' WHERE programme = $1 AND arrival = 1");
    let given = sqlx::query(sqlx::AssertSqlSafe(given)).bind(programme.id.as_str());
    given.execute(&house.database().await).await.unwrap();
    let asked = pb::GetPlaceRequest {
        programme_id: programme.id.to_string(),
        application_id: people[0].application.to_string(),
    };
    for (reader, reason) in [(thief, Reason::Internal), (people[0].worker, Reason::NotFound)] {
        let answer = house.worker("quota-1", reader).lines.clone().get_place(asked.clone()).await;
        assert_eq!(refusal::of(&answer.unwrap_err()), Some(reason));
    }
}

/// P6, R-14: a past that was rewritten whole, with a chain that holds, convinces nobody who has folded another one.
#[tokio::test(flavor = "multi_thread")]
async fn a_rewritten_past_is_seen_by_who_has_folded_it() {
    let house = House::own().await;
    let (programme, people) = busy(&house).await;
    assert!(programme.verify().await.holds);
    let database = house.database().await;
    let read = "SELECT seq, chain, digest, kind, body_hash FROM operation WHERE programme = $1 ORDER BY seq DESC LIMIT 2";
    let read =
        sqlx::query_as::<_, (i64, Vec<u8>, Vec<u8>, String, Vec<u8>)>(read).bind(programme.id.as_str());
    let rows = read.fetch_all(&database).await.unwrap();
    let [(seq, _, _, kind, hash), (_, before, digest, ..)] = rows.as_slice() else {
        panic!("two operations")
    };
    let (seq, kind, other) = (Sequence::from(*seq), OperationKind::read(kind).unwrap(), OperationId::new());
    let hash: [u8; 32] = hash.clone().try_into().unwrap();
    let link =
        Link::from(<[u8; 20]>::try_from(before.clone()).unwrap()).follow(seq, kind, other.uuid(), &hash);
    let digest = Digest::from(<[u8; 32]>::try_from(digest.clone()).unwrap());
    let digest = digest.follow_links(seq, kind, other, &hash);
    for rewrite in [
        "UPDATE operation SET op_id = $2, chain = $3, digest = $4 WHERE programme = $1 AND seq = $5",
        "UPDATE line SET last_chain = $3, digest = $4 WHERE programme = $1 AND last_seq = $5 AND $2::uuid IS NOT NULL",
    ] {
        let rewrite = sqlx::query(rewrite).bind(programme.id.as_str()).bind(other.uuid());
        let rewrite = rewrite.bind(link.bytes().as_slice()).bind(digest.bytes().as_slice()).bind(seq.get());
        assert_eq!(rewrite.execute(&database).await.unwrap().rows_affected(), 1);
    }
    let verdict = programme.verify().await;
    let found: Vec<Kind> = verdict.findings.iter().map(pb::LineFinding::kind).collect();
    assert_eq!((verdict.holds, found.as_slice()), (false, [Kind::Checkpoint].as_slice()));
    let answer = programme.place_at(0, &people[0]).await;
    assert_eq!(refusal::of(&answer.unwrap_err()), Some(Reason::Internal), "nothing is signed");
}

/// a checkpoint says what a replica has folded itself, and not what the row of the line says.
#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_says_what_was_folded() {
    let house = House::own().await;
    let (programme, _) = busy(&house).await;
    let asked = pb::ListCheckpointsRequest { programme_id: programme.id.to_string(), ..Default::default() };
    let first = async || {
        let page = programme.first().proofs.list_checkpoints(asked.clone()).await.unwrap().into_inner();
        page.checkpoints.into_iter().next()
    };
    eventually("a checkpoint is published", first).await;
    forge(&house, &programme, "UPDATE line SET arrivals = 99, digest = sha256('other') WHERE programme = $1")
        .await;
    forge(&house, &programme, "DELETE FROM checkpoint WHERE programme = $1").await;
    let checkpoint = eventually("another one is published", first).await;
    assert_eq!(checkpoint.arrivals, 6);
    let chain: String =
        sqlx::query_scalar("SELECT encode(digest, 'hex') FROM operation WHERE programme = $1 AND seq = $2")
            .bind(programme.id.as_str())
            .bind(checkpoint.sequence)
            .fetch_one(&house.database().await)
            .await
            .unwrap();
    assert_eq!(checkpoint.chain, chain);
}
