//! Whether the promises of docs/QUOTA.md held: the clients' histories against one another, against the tables, and the tables
//! against Redis' log.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use proto::quota::{Place, Standing, StandingState, VerifyLineRequest};
use refusal::Reason;
use serde_json::{Value, json};
use sqlx::types::Uuid;
use stack::{Service, within};
use testkit::City;

use crate::history::{Answer, Call, History, Read, Told};
use crate::line::Line;
use crate::tables::{self, Tables};

/// P7: within so long after faults have stopped, nothing is half done.
const SETTLED_WITHIN: Duration = Duration::from_secs(30);
/// So many of those who were told something wrong are named.
const MOST: usize = 3;

/// What was counted, and what did not hold.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Each with its unit: what was counted, in the order in which it is told.
    counted: Vec<(&'static str, i64)>,
    /// Each with its promise: what did not hold.
    pub broken: Vec<String>,
}

impl Verdict {
    /// How many there were of something; 0 of what was not counted.
    pub fn counted(&self, what: &str) -> i64 {
        self.counted.iter().find(|(counted, _)| *counted == what).map_or(0, |(_, count)| *count)
    }

    fn count(&mut self, what: &'static str, count: usize) {
        self.counted.push((what, i64::try_from(count).unwrap_or(i64::MAX)));
    }

    fn expect(&mut self, holds: bool, promise: &str, what: impl fmt::Display) {
        if !holds {
            self.broken.push(format!("{promise}: {what}"));
        }
    }

    /// The first few of those for whom something does not hold.
    fn expect_none<T: fmt::Debug>(&mut self, promise: &str, what: &str, wrong: &[T]) {
        let few = &wrong[..wrong.len().min(MOST)];
        self.expect(
            wrong.is_empty(),
            promise,
            format_args!("{what}: {} times, such as {few:?}", wrong.len()),
        );
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (what, count)) in self.counted.iter().enumerate() {
            write!(out, "{}{count} {what}", if number == 0 { "" } else { ", " })?;
        }
        match self.broken.as_slice() {
            [] => write!(out, ": P1 to P7 hold"),
            broken => write!(out, "\n  BROKEN: {}", broken.join("\n  BROKEN: ")),
        }
    }
}

/// Checks a line after a rush whose faults stopped at a moment.
pub async fn check(city: &City, line: &Line, history: &History, calm_since: Instant) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    settled(city, line, history, &mut verdict).await?;
    answered_in_time(history, calm_since, &mut verdict);
    let tables = Tables::read(city, &line.programme).await?;
    nothing_is_oversold(&tables, &mut verdict);
    answers_stand(history, &tables, &mut verdict);
    reads_show_what_was_told(history, &mut verdict);
    verdict.expect(!history.reads.is_empty(), "P2", "nobody looked at a place");
    first_come_first_served(history, &mut verdict);
    places_are_kept(history, &tables, &mut verdict);
    one_place_a_person(&tables, &mut verdict);
    the_log_is_the_journal(&tables, &mut verdict);
    verified(line, &mut verdict).await?;
    let epoch = usize::try_from(tables.row.epoch)?;
    verdict.count("epochs", epoch);
    Ok(verdict)
}

/// P7: whoever had sent before the faults stopped was answered in time, and whoever sent later too.
fn answered_in_time(history: &History, calm_since: Instant, verdict: &mut Verdict) {
    let late = history.told.iter().filter(|told| told.answered > told.sent.max(calm_since) + SETTLED_WITHIN);
    let late: Vec<_> = late.map(|told| &told.operation_id).collect();
    verdict.expect_none("P7", "answered late", &late);
}

/// P7: everybody was answered, the line is with Redis again, and both stores stand at the same operation.
async fn settled(city: &City, line: &Line, history: &History, verdict: &mut Verdict) -> Result<()> {
    let told = history.told.iter();
    verdict.count("answers", history.told.len());
    verdict.count("calls repeated", told.map(|told| told.times as usize - 1).sum());
    if history.hung_up > 0 {
        verdict.count("hung up", history.hung_up);
    }
    verdict.expect_none("P7", "never answered", &history.unanswered);
    let database = city.database(Service::Quota).await;
    let level = within(SETTLED_WITHIN, async || tables::is_level(city, &database, &line.programme).await);
    verdict.expect(level.await.is_some(), "P7", "Redis and PostgreSQL do not stand at the same operation");
    Ok(())
}

/// P1, and of P7 that no free seat has somebody waiting for it.
fn nothing_is_oversold(tables: &Tables, verdict: &mut Verdict) {
    let wrong = |wrong: fn(&tables::Pool) -> bool| -> Vec<&str> {
        tables.pools.iter().filter(|pool| wrong(pool)).map(|pool| pool.name.as_str()).collect()
    };
    let oversold = wrong(|pool| pool.holders > i64::from(pool.capacity) || pool.beyond > 0);
    verdict.expect_none("P1", "a pool has more holders than seats", &oversold);
    let miscounted =
        wrong(|pool| pool.holders != i64::from(pool.taken) || pool.waiters != i64::from(pool.waiting));
    verdict.expect_none("P6", "a pool's figures are not its rows", &miscounted);
    let idle = wrong(|pool| pool.waiters > 0 && pool.holders < i64::from(pool.capacity));
    verdict.expect_none("P7", "a free seat, and somebody waits for it", &idle);
    let sum = |count: fn(&tables::Pool) -> i64| tables.pools.iter().map(count).sum::<i64>();
    verdict.counted.push(("seats", sum(|pool| i64::from(pool.capacity))));
    verdict.counted.push(("held", sum(|pool| pool.holders)));
    verdict.counted.push(("waiting", sum(|pool| pool.waiters)));
}

/// P2: what a client was told is what is written, under its own operation.
fn answers_stand(history: &History, tables: &Tables, verdict: &mut Verdict) {
    let written: BTreeMap<Uuid, &tables::Operation> =
        tables.operations.iter().map(|operation| (operation.op_id, operation)).collect();
    let (mut lost, mut other) = (Vec::new(), Vec::new());
    for told in &history.told {
        let id: Uuid = told.operation_id.parse().unwrap_or_default();
        match written.get(&id) {
            None => lost.push(&told.operation_id),
            Some(operation) if !agrees(told, operation) => other.push((&told.operation_id, &told.answer)),
            Some(_) => {}
        }
    }
    verdict.expect_none("P2", "an answer is of no operation in the journal", &lost);
    verdict.expect_none("P2", "an answer is not what the journal says", &other);
}

/// P2: every later look shows the place that was told; a seat, unless its holder withdrew or moved, for good.
fn reads_show_what_was_told(history: &History, verdict: &mut Verdict) {
    let mut places: BTreeMap<&str, &Place> = BTreeMap::new();
    let mut changed: BTreeSet<&str> = BTreeSet::new();
    for told in &history.told {
        match (&told.call, &told.answer) {
            (Call::Withdraw | Call::Move, _) => drop(changed.insert(&told.application_id)),
            (_, Answer::Place(place)) => drop(places.insert(&told.application_id, place)),
            _ => {}
        }
    }
    let holds = |read: &Read, told: &Place| {
        let Some(place) = &read.place else { return false };
        let proof = |place: &Place| (place.arrival_number, place.sequence, place.chain.clone());
        let keeps_seat =
            |one: &Standing| one.state() != StandingState::Seated || place.standings.contains(one);
        let stands = place.state == told.state && told.standings.iter().all(keeps_seat);
        proof(place) == proof(told) && (stands || changed.contains(read.application_id.as_str()))
    };
    let told = |read: &Read| places.get(read.application_id.as_str()).copied();
    let lost = history.reads.iter().filter(|read| !told(read).is_some_and(|told| holds(read, told)));
    let lost: Vec<_> = lost.collect();
    verdict.count("looked at again", history.reads.len());
    verdict.expect_none("P2", "a later look shows another place", &lost);
}

/// Whether a client was told what is written.
fn agrees(told: &Told, written: &tables::Operation) -> bool {
    match &told.answer {
        Answer::Refused(reason) => {
            let why = written.decision.get("REFUSED").and_then(Value::as_str);
            why.is_some_and(|why| reasons(why).contains(reason))
        }
        Answer::Place(place) => {
            let Some(decided) = written.decision.get("PLACE") else { return false };
            let reserves = matches!(told.call, Call::Reserve | Call::Again | Call::Rival);
            let receipt = place.sequence == written.seq && place.chain == hex::encode(&written.digest);
            let state = place.state().as_str_name().trim_start_matches("PLACE_STATE_");
            decided["arrival"] == json!(place.arrival_number)
                && decided["state"] == state
                && decided["standings"] == standings(place)
                && (receipt || !reserves)
        }
    }
}

/// What somebody is told of a refusal that is written so. Whoever rushes here is refused for no other reason.
fn reasons(why: &str) -> &'static [Reason] {
    match why {
        "DUPLICATE_PERSON" => &[Reason::PersonInLine],
        _ => &[],
    }
}

/// Standings as the journal writes them.
fn standings(place: &Place) -> Value {
    let one = |standing: &Standing| match standing.state() {
        StandingState::Seated => json!({"SEAT": [standing.pool_id, standing.seat_number]}),
        StandingState::Waiting => json!({"WAITING": [standing.pool_id, standing.waiting_position]}),
        _ => json!({"LEFT": standing.pool_id}),
    };
    place.standings.iter().map(one).collect()
}

/// P3: whoever was answered before another one sent has the smaller number; and who is told that the round is not open was
/// not sent after somebody had a place.
fn first_come_first_served(history: &History, verdict: &mut Verdict) {
    let mut arrivals: Vec<(Instant, Instant, i64)> = Vec::new();
    let mut moments: BTreeMap<&str, (Instant, Instant)> = BTreeMap::new();
    for told in &history.told {
        // Sent twice, it was first sent and first answered once.
        let moment = moments.entry(&told.operation_id).or_insert((told.sent, told.answered));
        *moment = (moment.0.min(told.sent), moment.1.min(told.answered));
    }
    for told in history.told.iter().filter(|told| matches!(told.call, Call::Reserve | Call::Rival)) {
        if let Answer::Place(place) = &told.answer {
            let (sent, answered) = moments[told.operation_id.as_str()];
            arrivals.push((sent, answered, place.arrival_number));
        }
    }
    verdict.count("places", arrivals.len());
    let mut by_answer = arrivals.clone();
    by_answer.sort_by_key(|(_, answered, _)| *answered);
    arrivals.sort_by_key(|(sent, ..)| *sent);
    let (mut before, mut greatest, mut overtaken) = (by_answer.iter().peekable(), 0, Vec::new());
    for (sent, _, arrival) in &arrivals {
        while let Some((_, _, earlier)) = before.next_if(|(_, answered, _)| answered < sent) {
            greatest = greatest.max(*earlier);
        }
        if *arrival < greatest {
            overtaken.push((greatest, *arrival));
        }
    }
    verdict.expect_none("P3", "one who sent later has the smaller number", &overtaken);
    let first = by_answer.first().map(|(_, answered, _)| *answered);
    let refused = history.too_early.iter().filter(|(sent, _)| first.is_some_and(|first| *sent > first));
    let refused: Vec<_> = refused.collect();
    verdict.expect_none(
        "R-18",
        "one was told that the round is not open, and others had their places",
        &refused,
    );
}

/// P4: whoever sends twice has one place: both are told the same; and arrivals have no gap.
fn places_are_kept(history: &History, tables: &Tables, verdict: &mut Verdict) {
    let mut answers: BTreeMap<&str, &Answer> = BTreeMap::new();
    let (mut unlike, mut twice) = (Vec::new(), 0);
    for told in &history.told {
        if let Some(first) = answers.insert(&told.operation_id, &told.answer) {
            twice += 1;
            if *first != told.answer {
                unlike.push(&told.operation_id);
            }
        }
    }
    verdict.count("sent twice", twice);
    verdict.expect_none("P4", "one who sent twice was told two things", &unlike);
    let arrivals: BTreeSet<i64> = tables.places.iter().filter_map(|place| place.arrival).collect();
    let count = i64::try_from(arrivals.len()).unwrap_or(i64::MAX);
    verdict.count("arrivals", arrivals.len());
    let gapless =
        arrivals.first().is_none_or(|first| *first == 1) && arrivals.last().is_none_or(|last| *last == count);
    verdict.expect(gapless, "P6", "arrival numbers have a gap");
    let known: BTreeMap<Uuid, i64> =
        tables.places.iter().filter_map(|place| Some((place.application, place.arrival?))).collect();
    let moved: Vec<_> = history
        .told
        .iter()
        .filter(|told| {
            let Answer::Place(place) = &told.answer else { return false };
            let application: Uuid = told.application_id.parse().unwrap_or_default();
            known.get(&application) != Some(&place.arrival_number)
        })
        .map(|told| &told.application_id)
        .collect();
    verdict.expect_none("P2", "a place's number is not the one that was told", &moved);
}

/// P5.
fn one_place_a_person(tables: &Tables, verdict: &mut Verdict) {
    let mut live: BTreeMap<Uuid, usize> = BTreeMap::new();
    for place in tables.places.iter().filter(|place| place.state != "RELEASED") {
        *live.entry(place.person.unwrap_or_default()).or_default() += 1;
    }
    let many: Vec<_> = live.iter().filter(|(_, places)| **places > 1).collect();
    verdict.expect_none("P5", "a person has several live places", &many);
    let left = tables.places.iter().filter(|place| place.state == "RELEASED").count();
    verdict.count("withdrawn", left);
}

/// P6: the journal has no hole, each operation stands in it once, and where Redis has an operation it is the same one.
fn the_log_is_the_journal(tables: &Tables, verdict: &mut Verdict) {
    let holes: Vec<_> = tables
        .operations
        .iter()
        .zip(1..)
        .filter(|(operation, seq)| operation.seq != *seq)
        .map(|(_, seq)| seq)
        .collect();
    verdict.expect_none("P6", "the journal has a hole", &holes);
    let ids: BTreeSet<Uuid> = tables.operations.iter().map(|operation| operation.op_id).collect();
    verdict.expect(ids.len() == tables.operations.len(), "P6", "an operation stands in the journal twice");
    let (epoch, log) = &tables.log;
    let other: Vec<i64> = tables
        .operations
        .iter()
        .filter(|operation| log.get(&operation.seq).is_some_and(|id| *id != operation.op_id))
        .map(|operation| operation.seq)
        .collect();
    verdict.expect_none("P6", "Redis' log has another operation than the journal", &other);
    let missing: Vec<i64> =
        (tables.row.base_seq + 1..=tables.row.last_seq).filter(|seq| !log.contains_key(seq)).collect();
    verdict.expect_none("P6", "Redis' log lacks operations of its epoch", &missing);
    verdict.expect(*epoch == tables.row.epoch, "P7", "Redis is in another epoch");
    verdict.count("operations", tables.operations.len());
    let reserves = tables.operations.iter().filter(|operation| operation.kind == "RESERVE").count();
    verdict.expect(reserves >= tables.places.len(), "P6", "there are more places than reservations");
}

/// P6: quota's own verification of chain and tables.
async fn verified(line: &Line, verdict: &mut Verdict) -> Result<()> {
    let asked = VerifyLineRequest { programme_id: line.programme.clone() };
    let mut last = None;
    let said =
        within(SETTLED_WITHIN, async || match line.client.api.proofs().verify_line(asked.clone()).await {
            Ok(said) => Some(said.into_inner()),
            Err(status) => {
                last = Some(status);
                None
            }
        });
    let said = said.await.with_context(|| format!("the line was never verified: {last:?}"))?;
    verdict.expect_none("P6", "VerifyLine finds differences", &said.findings);
    Ok(())
}

#[cfg(test)]
mod tests;
