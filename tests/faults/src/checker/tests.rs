//! A checker that finds nothing proves nothing: each promise is broken here on purpose, and is found.

use std::time::{Duration, Instant};

use proto::quota::{Place, PlaceState};

use super::*;
use crate::tables::{Operation, Place as PlaceRow, Pool, Row};

/// Three people who came one after the other: two sit on the pool's two seats, one waits.
struct Case {
    history: History,
    tables: Tables,
    calm_since: Instant,
}

impl Case {
    fn honest() -> Self {
        let begun = Instant::now();
        let people: Vec<_> = (1..=3).map(|number| told(number, begun)).collect();
        let reads = people.iter().map(read).collect();
        let operations = (1..=3).map(operation).collect();
        let places = (1..=3).map(|number| PlaceRow {
            application: id(20 + number),
            person: Some(id(30 + number)),
            arrival: Some(number),
            state: "LIVE".to_owned(),
        });
        let pool = Pool {
            name: "city".to_owned(),
            capacity: 2,
            taken: 2,
            waiting: 1,
            holders: 2,
            beyond: 0,
            waiters: 1,
        };
        let row = Row { epoch: 1, base_seq: 0, last_seq: 3, mode: "LOG".to_owned() };
        let log = (1, (1..=3).map(|seq| (seq, id(10 + seq))).collect());
        let tables = Tables { row, operations, pools: vec![pool], places: places.collect(), log };
        let history = History { told: people, reads, ..History::default() };
        Self { history, tables, calm_since: begun }
    }

    /// What is found.
    fn broken(&self) -> Vec<String> {
        let mut verdict = Verdict::default();
        nothing_is_oversold(&self.tables, &mut verdict);
        answers_stand(&self.history, &self.tables, &mut verdict);
        reads_show_what_was_told(&self.history, &mut verdict);
        answered_in_time(&self.history, self.calm_since, &mut verdict);
        first_come_first_served(&self.history, &mut verdict);
        places_are_kept(&self.history, &self.tables, &mut verdict);
        one_place_a_person(&self.tables, &mut verdict);
        the_log_is_the_journal(&self.tables, &mut verdict);
        verdict.broken
    }
}

fn id(number: i64) -> Uuid {
    Uuid::from_u128(u128::try_from(number).unwrap())
}

/// Where the person of a number stands: on a seat, or on the waiting list behind the two seats.
fn standing(number: i64) -> Standing {
    let pool_id = "city".to_owned();
    if number <= 2 {
        Standing { pool_id, state: StandingState::Seated.into(), seat_number: number, waiting_position: 0 }
    } else {
        let waiting_position = number - 2;
        Standing { pool_id, state: StandingState::Waiting.into(), seat_number: 0, waiting_position }
    }
}

fn told(number: i64, begun: Instant) -> Told {
    let moment = begun + Duration::from_secs(u64::try_from(number).unwrap());
    let place = Place {
        arrival_number: number,
        sequence: number,
        chain: hex::encode([u8::try_from(number).unwrap()]),
        state: PlaceState::Live.into(),
        standings: vec![standing(number)],
        ..Place::default()
    };
    Told {
        call: Call::Reserve,
        operation_id: id(10 + number).to_string(),
        application_id: id(20 + number).to_string(),
        sent: moment,
        answered: moment + Duration::from_millis(10),
        times: 1,
        answer: Answer::Place(place),
    }
}

/// A look at the place that somebody was told.
fn read(told: &Told) -> Read {
    let Answer::Place(place) = &told.answer else { unreachable!("everybody has a place") };
    Read { application_id: told.application_id.clone(), place: Some(place.clone()) }
}

fn operation(seq: i64) -> Operation {
    let standing =
        if seq <= 2 { json!({"SEAT": ["city", seq]}) } else { json!({"WAITING": ["city", seq - 2]}) };
    Operation {
        seq,
        op_id: id(10 + seq),
        kind: "RESERVE".to_owned(),
        digest: vec![u8::try_from(seq).unwrap()],
        decision: json!({"PLACE": {"arrival": seq, "state": "LIVE", "standings": [standing]}}),
    }
}

#[track_caller]
fn found(promise: &str, breaks: impl FnOnce(&mut Case)) {
    let mut case = Case::honest();
    breaks(&mut case);
    let broken = case.broken();
    assert!(broken.iter().any(|one| one.starts_with(promise)), "{promise} is not among {broken:?}");
}

#[test]
fn an_honest_rush_breaks_nothing() {
    assert_eq!(Case::honest().broken(), Vec::<String>::new());
}

/// P1.
#[test]
fn a_pool_that_is_oversold_is_found() {
    found("P1", |case| case.tables.pools[0].holders = 3);
    found("P1", |case| case.tables.pools[0].beyond = 1);
}

/// P2.
#[test]
fn an_answer_that_does_not_stand_is_found() {
    found("P2", |case| drop(case.tables.operations.remove(1)));
    found("P2", |case| case.tables.operations[1].digest = vec![9]);
    found("P2", |case| case.tables.operations[1].decision = json!({"REFUSED": "ENDED"}));
    found("P2", |case| case.history.told[1].answer = Answer::Refused(Reason::LineEnded));
    found("P2", |case| {
        case.history.told[1].answer = Answer::Refused(Reason::PersonInLine);
        case.tables.operations[1].decision = json!({"REFUSED": "ENDED"});
    });
    found("P2", |case| case.tables.operations[1].decision["PLACE"]["state"] = json!("RELEASED"));
    found("P2", |case| case.tables.places[1].arrival = Some(7));
}

/// P2.
#[test]
fn a_later_look_that_shows_another_place_is_found() {
    let place =
        |case: &mut Case, change: fn(&mut Place)| change(case.history.reads[1].place.as_mut().unwrap());
    found("P2", |case| case.history.reads[1].place = None);
    found("P2", |case| place(case, |place| place.arrival_number = 7));
    found("P2", |case| place(case, |place| place.chain = "00".to_owned()));
    found("P2", |case| place(case, |place| place.standings[0].seat_number = 1));
    found("P2", |case| place(case, |place| place.standings.clear()));
    found("P2", |case| place(case, |place| place.state = PlaceState::Released.into()));
}

/// P3, R-18.
#[test]
fn one_who_jumped_the_queue_is_found() {
    found("P3", |case| {
        // The second one sent when the third had been answered.
        let last = case.history.told[2].answered;
        (case.history.told[1].sent, case.history.told[1].answered) =
            (last + Duration::from_secs(1), last + Duration::from_secs(2));
    });
    found("R-18", |case| {
        let late = case.history.told[2].answered + Duration::from_secs(1);
        case.history.too_early.push((late, late));
    });
}

/// P4.
#[test]
fn one_who_lost_the_place_by_sending_twice_is_found() {
    found("P4", |case| {
        let mut again = case.history.told[0].clone();
        again.call = Call::Again;
        again.answer = case.history.told[1].answer.clone();
        case.history.told.push(again);
    });
}

/// P5.
#[test]
fn two_places_of_one_person_are_found() {
    found("P5", |case| case.tables.places[1].person = case.tables.places[0].person);
}

/// P6.
#[test]
fn a_journal_that_is_not_the_log_is_found() {
    found("P6", |case| case.tables.operations[2].seq = 4);
    found("P6", |case| case.tables.log.1.extend([(2, id(99))]));
    found("P6", |case| case.tables.log.1.retain(|seq, _| *seq != 2));
    found("P6", |case| case.tables.places[2].arrival = Some(5));
    found("P6", |case| case.tables.pools[0].taken = 1);
}

/// P7.
#[test]
fn a_free_seat_that_somebody_waits_for_is_found() {
    found("P7", |case| (case.tables.pools[0].holders, case.tables.pools[0].taken) = (1, 1));
    found("P7", |case| case.tables.log.0 = 2);
}

/// P7.
#[test]
fn one_who_is_answered_long_after_the_faults_is_found() {
    found("P7", |case| case.history.told[2].answered += SETTLED_WITHIN * 2);
}
