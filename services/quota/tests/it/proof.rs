//! What proves that nobody jumped the queue.

use proto::quota as pb;
use redis::AsyncCommands;
use refusal::Reason;
use testkit::eventually;
use uuid::Uuid;
use vocabulary::{OperationId, UnionId};

use crate::calls::{Applicant, Programme, assert_refused, stands};
use crate::house::{House, shared};

impl Programme {
    pub async fn verify(&self) -> pb::VerifyLineResponse {
        let asked = pb::VerifyLineRequest { programme_id: self.id.to_string() };
        // A replica verifies one line at a time, and other tests have theirs verified too.
        eventually("the line is verified", async || {
            match self.first().proofs.verify_line(asked.clone()).await {
                Err(status) if refusal::of(&status) == Some(Reason::Overloaded) => None,
                answer => Some(answer.unwrap().into_inner()),
            }
        })
        .await
    }
}

/// A line with three holders, two who wait, one who left, one who was barred.
pub async fn busy(house: &House) -> (Programme, Vec<Applicant>) {
    let programme = Programme::open(house, 3, 1).await;
    let people: Vec<Applicant> = (0..6).map(|_| Applicant::new()).collect();
    for applicant in &people {
        programme.reserve(applicant).await.unwrap();
    }
    programme.release(&people[1]).await.unwrap();
    programme.release(&Applicant::new()).await.unwrap();
    (programme, people)
}

/// P6: every table follows from the journal, and the journal is one chain.
#[tokio::test(flavor = "multi_thread")]
async fn a_line_is_verified_from_its_journal() {
    let (programme, _) = busy(shared().await).await;
    let verdict = programme.verify().await;
    assert_eq!(verdict.findings, []);
    assert!(verdict.holds && verdict.nobody_jumped);
    assert_eq!((verdict.arrivals, verdict.holders, verdict.waiting), (6, 4, 6));
    let line = programme.line().await;
    assert_eq!((verdict.operations, verdict.chain), (line.last_sequence, line.chain));
}

/// one who has moved entered new lines by the move, and did not jump them; nor did anybody else by what is seldom.
#[tokio::test(flavor = "multi_thread")]
async fn who_has_moved_has_not_jumped() {
    let programme = Programme::open(shared().await, 2, 1).await;
    let street = UnionId::new();
    programme.add_pool("street", street, 1).await.unwrap();
    let [mover, neighbour, last] = [Applicant::new(), Applicant::new(), Applicant::new()];
    programme.reserve(&mover).await.unwrap();
    let there = pb::ReserveRequest {
        union_ids: vec![street.to_string(), programme.city.to_string()],
        ..programme.reservation(&neighbour)
    };
    programme.first().lines.reserve(there).await.unwrap();
    programme.reserve(&last).await.unwrap();
    // It came first of all, and waits in the street's line all the same.
    let moved = programme.move_place(&mover, &[street, programme.city]).await.unwrap();
    assert_eq!((stands(&moved, "street"), stands(&moved, "city")), (-1, 1));
    let refused = programme.move_place(&Applicant::new(), &[street]).await;
    assert_refused(refused, Reason::NotFound);
    programme.confirm(&neighbour).await.unwrap();
    programme.add_pool("late", programme.city, 2).await.unwrap();
    programme.set_capacity("city", 3).await.unwrap();

    let verdict = programme.verify().await;
    assert_eq!((verdict.findings, verdict.nobody_jumped, verdict.holds), (Vec::new(), true, true));
}

/// what the chain was is published, signed, for everybody; and the line must go on from it.
#[tokio::test(flavor = "multi_thread")]
async fn checkpoints_are_published_and_the_chain_passes_them() {
    let (programme, _) = busy(shared().await).await;
    let asked = pb::ListCheckpointsRequest {
        programme_id: programme.id.to_string(),
        page_size: 10,
        page_token: String::new(),
    };
    let published = eventually("a checkpoint is published", async || {
        let page = programme.first().proofs.list_checkpoints(asked.clone()).await.unwrap().into_inner();
        page.checkpoints.into_iter().next()
    });
    let checkpoint = published.await;
    assert_eq!(checkpoint.signature.unwrap().signature.len(), 64);
    assert_eq!(checkpoint.chain.len(), 64);
    let verdict = programme.verify().await;
    assert_eq!((verdict.findings, verdict.checkpoints >= 1), (Vec::new(), true));
}

/// A halted line goes on when an operator says so, and nobody has lost anything.
#[tokio::test(flavor = "multi_thread")]
async fn a_halted_line_goes_on_when_an_operator_says_so() {
    let house = shared().await;
    let (programme, people) = busy(house).await;
    let halt = "UPDATE line SET mode = 'HALTED', halted_by = 'CONSTRAINT_VIOLATED' WHERE programme = $1";
    sqlx::query(halt).bind(programme.id.as_str()).execute(&house.database().await).await.unwrap();
    let refused = eventually("the line is halted", async || {
        let answer = programme.reserve_at(1, &Applicant::new()).await;
        answer.as_ref().is_err_and(|status| refusal::of(status) == Some(Reason::LineHalted)).then_some(answer)
    });
    assert_refused(refused.await, Reason::LineHalted);
    assert_eq!(programme.line().await.halted_by, "CONSTRAINT_VIOLATED");

    let asked = pb::RecoverRequest {
        operation_id: OperationId::new().to_string(),
        programme_id: programme.id.to_string(),
    };
    assert_refused(programme.first().proofs.recover(asked.clone()).await, Reason::CallerNotAllowed);
    let operator = house.operator("quota-1");
    let line = operator.proofs.clone().recover(asked).await.unwrap().into_inner().line.unwrap();
    assert_eq!((line.mode(), line.halted_by.as_str()), (pb::LineMode::Log, ""));
    let overridden = sqlx::query_scalar::<_, String>(
        "SELECT detail ->> 'halted_by' FROM platform.audit_action WHERE action = 'LINE_RECOVERED' AND subject_id = $1",
    );
    let overridden = overridden.bind(programme.id.as_str()).fetch_one(&house.database().await).await.unwrap();
    assert_eq!(overridden, "CONSTRAINT_VIOLATED");

    let late = Applicant { worker: Uuid::now_v7().into(), ..Applicant::new() };
    let place = programme.reserve_until_answered(&late, 1).await;
    assert_eq!(place.arrival_number, programme.line().await.arrivals);
    assert_eq!(programme.place(&people[0]).await.arrival_number, 1);
    assert!(programme.verify().await.holds);
}

/// an operation that was ordered, and that no replica may fold, hides a halted line from nobody who is to judge it. To all
/// others a server that was not compared with Redis yet is refused at once, by name.
#[tokio::test(flavor = "multi_thread")]
async fn a_halted_line_is_seen_whatever_redis_has_ordered() {
    let house = House::own().await;
    let (programme, people) = busy(&house).await;
    let before = programme.line().await;
    tokio::task::block_in_place(|| house.services().kill("quota-2").unwrap());
    let database = house.database().await;
    let mut halting = database.begin().await.unwrap();
    let halt = "UPDATE line SET mode = 'HALTED', halted_by = 'CONSTRAINT_VIOLATED', vouched_for = NULL WHERE programme = $1";
    sqlx::query(halt).bind(programme.id.as_str()).execute(&mut *halting).await.unwrap();
    let late = Applicant::new();
    let (refused, ()) = tokio::join!(programme.reserve(&late), async {
        let redis = testkit::redis_at(house.city.stack.order().url()).await.unwrap();
        let log = format!("quota:{{{}}}:{}:log", programme.id, before.epoch);
        eventually("it is ordered", async || {
            let entries: i64 = redis.clone().xlen(&log).await.unwrap();
            (entries > before.last_sequence).then_some(())
        })
        .await;
        halting.commit().await.unwrap();
    });
    assert_refused(refused, Reason::LineHalted);
    tokio::task::block_in_place(|| house.services().restart("quota-2").unwrap());

    let line = programme.line().await;
    assert_eq!((line.mode(), line.halted_by.as_str()), (pb::LineMode::Halted, "CONSTRAINT_VIOLATED"));
    assert_eq!((line.last_sequence, line.chain), (before.last_sequence, before.chain));
    let asked = pb::VerifyLineRequest { programme_id: programme.id.to_string() };
    let verdict = programme.callers[1].clone().proofs.verify_line(asked).await.unwrap().into_inner();
    assert_eq!((verdict.holds, verdict.mode()), (true, pb::LineMode::Halted));
    assert_eq!(verdict.operations, before.last_sequence);
    assert_refused(programme.place_at(1, &people[0]).await, Reason::LineHalted);

    let asked = pb::RecoverRequest {
        operation_id: OperationId::new().to_string(),
        programme_id: programme.id.to_string(),
    };
    house.operator("quota-2").proofs.clone().recover(asked).await.unwrap();
    let place = programme.reserve_until_answered(&late, 1).await;
    assert_eq!(place.arrival_number, before.arrivals + 1, "what was ordered is decided now");
    assert_eq!(programme.place(&people[0]).await.arrival_number, 1);
}
