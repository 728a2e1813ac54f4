//! The line against a naive model: sort by arrival, hand out seats.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use uuid::Uuid;
use vocabulary::{ApplicationId, PoolId, ProgrammeId, RoundId, UnionId, WorkerId};

use super::*;

/// What the model knows: the accepted reservations in order, who has left, and how large each pool is.
#[derive(Default)]
struct Model {
    open: Option<RoundId>,
    over: BTreeSet<RoundId>,
    arrived: Vec<Reservation>,
    left: BTreeSet<ApplicationId>,
    confirmed: BTreeSet<ApplicationId>,
    pools: BTreeMap<PoolId, (UnionId, usize)>,
    ended: bool,
}

impl Model {
    /// Does what the law says, in the plainest way, and tells whether the operation was accepted.
    fn follow(&mut self, request: &Request) -> bool {
        let accepted = !self.ended && self.allows(request);
        if !accepted {
            return false;
        }
        match request.clone() {
            Request::Open(round) => self.over.extend(self.open.replace(round)),
            Request::Close(round) => {
                self.open = self.open.take().filter(|open| *open != round);
                self.over.insert(round);
            }
            Request::Reserve(reservation) => self.arrived.push(reservation),
            Request::Release { application, .. } => drop(self.left.insert(application)),
            Request::Confirm(application) => drop(self.confirmed.insert(application)),
            Request::AddPool { pool, union, seats } => {
                self.pools.insert(pool, (union, seats as usize));
            }
            Request::Capacity { pool, seats } => {
                self.pools.entry(pool).and_modify(|(_, capacity)| *capacity = seats as usize);
            }
            Request::End => self.ended = true,
        }
        true
    }

    fn allows(&self, request: &Request) -> bool {
        match request {
            Request::Open(round) => !self.over.contains(round) && self.open.as_ref() != Some(round),
            Request::Close(round) => !self.over.contains(round),
            Request::Reserve(new) => {
                let known = self.arrived.iter().any(|old| old.application == new.application);
                let in_line = self.live().any(|old| old.person == new.person);
                let left = self.left.contains(&new.application);
                !known && !in_line && !left && self.open.as_ref() == Some(&new.round)
            }
            Request::Release { application, .. } => {
                !self.left.contains(application) && !self.confirmed.contains(application)
            }
            Request::Confirm(application) => {
                self.live().any(|one| one.application == *application)
                    && !self.confirmed.contains(application)
            }
            Request::AddPool { pool, .. } => !self.pools.contains_key(pool),
            Request::Capacity { pool, seats } => {
                self.pools.contains_key(pool) && self.holders(pool).len() <= *seats as usize
            }
            Request::End => true,
        }
    }

    fn live(&self) -> impl Iterator<Item = &Reservation> {
        self.arrived.iter().filter(|one| !self.left.contains(&one.application))
    }

    /// Everybody in a pool's scope, in arrival order, divided where the seats end.
    fn in_order(&self, pool: &PoolId) -> (Vec<ApplicationId>, Vec<ApplicationId>) {
        let (union, capacity) = &self.pools[pool];
        let in_scope = self.live().filter(|one| one.unions.contains(union));
        let mut holders: Vec<ApplicationId> = in_scope.map(|one| one.application).collect();
        let waiting = holders.split_off(holders.len().min(*capacity));
        (holders, waiting)
    }

    fn holders(&self, pool: &PoolId) -> BTreeSet<ApplicationId> {
        self.in_order(pool).0.into_iter().collect()
    }
}

fn id<T: From<Uuid>>(number: u8) -> T {
    T::from(Uuid::from_u128(u128::from(number) + 1))
}

fn slug<T: std::str::FromStr<Err: std::fmt::Debug>>(prefix: &str, number: u8) -> T {
    format!("{prefix}-{number}").parse().unwrap()
}

/// Few people, pools and unions, so that they meet often.
fn request() -> impl Strategy<Value = Request> {
    let reservation = (0..9_u8, 0..6_u8, 0..3_u8, 1..4_u8).prop_map(|(application, person, round, depth)| {
        Request::Reserve(Reservation {
            application: id(application),
            person: id(person),
            round: slug("round", round / 2),
            unions: (0..depth).map(|level| id(3 - level + 10 * (application % 2))).collect(),
        })
    });
    prop_oneof![
        1 => (0..2_u8).prop_map(|round| Request::Open(slug("round", round))),
        1 => (0..9_u8).prop_map(|round| Request::Close(slug("round", round))),
        12 => reservation,
        4 => (0..9_u8).prop_map(|one| Request::Release { application: id(one), reason: ReleaseReason::Withdrawn }),
        2 => (0..9_u8).prop_map(|one| Request::Confirm(id(one))),
        2 => (0..4_u8, 0..4_u8, 0..4_u32).prop_map(|(pool, level, seats)| Request::AddPool {
            pool: slug("pool", pool),
            union: id(3 - level % 3 + 10 * (level / 3)),
            seats,
        }),
        4 => (0..4_u8, 0..6_u32).prop_map(|(pool, seats)| Request::Capacity { pool: slug("pool", pool), seats }),
        1 => (0..12_u8).prop_map(|dice| if dice == 0 { Request::End } else { Request::Open(slug("round", 0)) }),
    ]
}

fn history() -> impl Strategy<Value = Vec<Request>> {
    let begin =
        [Request::Open(slug("round", 0)), Request::AddPool { pool: slug("pool", 0), union: id(3), seats: 2 }];
    proptest::collection::vec(request(), 1..40)
        .prop_map(move |rest| begin.iter().cloned().chain(rest).collect())
}

/// A history of so many operations in which everything is accepted.
pub(super) fn history_of(length: u8) -> Vec<Request> {
    let reservation = |number: u8| {
        Request::Reserve(Reservation {
            application: id(number),
            person: id(number),
            round: slug("round", 0),
            unions: vec![id(3)],
        })
    };
    let begin =
        [Request::Open(slug("round", 0)), Request::AddPool { pool: slug("pool", 0), union: id(3), seats: 2 }];
    begin.into_iter().chain((2..length).map(reservation)).collect()
}

pub(super) fn entry_after(line: &Line, request: &Request) -> Entry {
    let (seq, id, kind, body) =
        (line.seq().next(), vocabulary::OperationId::new(), request.kind(), request.body());
    let body_hash = body_hash(kind, &body);
    let link = line.link().follow(seq, kind, id.uuid(), &body_hash);
    Entry { seq, id, kind, body, body_hash, link }
}

fn agree(line: &Line, model: &Model) -> Result<(), TestCaseError> {
    prop_assert_eq!(line.arrivals(), i64::try_from(model.arrived.len()).unwrap());
    prop_assert_eq!(line.pools().len(), model.pools.len());
    for pool in line.pools() {
        let (holders, waiting) = model.in_order(&pool.id);
        let waiting_now: Vec<ApplicationId> = pool.waiting.values().copied().collect();
        prop_assert_eq!(waiting_now, waiting, "the waiting list of {} is in arrival order", pool.id);
        prop_assert_eq!(pool.capacity(), model.pools[&pool.id].1);
        prop_assert!(pool.waiting.is_empty() || pool.seats.free() == 0, "a seat is free and somebody waits");

        let index = line.pool_named(&pool.id).unwrap();
        let seated = model.arrived.iter().filter_map(|one| {
            let standings = &line.place(one.application)?.standings;
            let seat = standings.iter().find(|standing| standing.pool == index)?.stand.seat()?;
            Some((one.application, seat))
        });
        let seated: BTreeMap<ApplicationId, u32> = seated.collect();
        prop_assert_eq!(seated.keys().copied().collect::<Vec<_>>().len(), pool.taken);
        prop_assert_eq!(seated.keys().copied().collect::<BTreeSet<_>>(), holders.into_iter().collect());
        prop_assert_eq!(seated.values().collect::<BTreeSet<_>>().len(), seated.len(), "two hold one seat");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, ..ProptestConfig::default() })]

    /// whatever happens in whatever order, the line is what sorting by arrival and
    /// handing out seats gives, and refuses what the law refuses.
    #[test]
    fn a_line_is_what_sorting_by_arrival_and_handing_out_seats_gives(requests in history()) {
        let programme: ProgrammeId = "jinan-2021".parse().unwrap();
        let (mut line, mut model) = (Line::new(&programme), Model::default());
        for request in &requests {
            let decision = line.fold(&entry_after(&line, request));
            let accepted = !matches!(decision.outcome, Outcome::Refused(_));
            prop_assert_eq!(accepted, model.follow(request), "{:?} was {:?}", request, decision.outcome);
            agree(&line, &model)?;
        }
    }
}

proptest! {
    /// a fold in stretches ends where a fold in one ends, and touches every row that differs.
    #[test]
    fn however_the_log_is_cut_the_fold_is_the_same(requests in history(), cut in 0..40_usize) {
        let programme: ProgrammeId = "jinan-2021".parse().unwrap();
        let (mut whole, mut entries) = (Line::new(&programme), Vec::new());
        for request in &requests {
            let entry = entry_after(&whole, request);
            whole.fold(&entry);
            entries.push(entry);
        }
        let later = entries.split_off(cut.min(entries.len()));
        let mut line = Line::new(&programme);
        let first = Batch::fold(&mut line, entries);
        let second = Batch::fold(&mut line, later);

        prop_assert_eq!(line.digest(), whole.digest());
        prop_assert_eq!(first.operations.len() + second.operations.len(), requests.len());
        let rows = first.seats.into_iter().filter(|(_, there)| *there).count();
        let came: usize = second.seats.values().filter(|there| **there).count();
        let went = second.seats.len() - came;
        prop_assert_eq!(rows + came - went, line.pools().iter().map(Pool::capacity).sum::<usize>());
    }
}

/// an answer that is read back is the answer that was given.
#[test]
fn a_decision_survives_the_journal() {
    let outcome = Outcome::Place {
        arrival: 7,
        round: Some("spring".parse().unwrap()),
        state: PlaceState::Live,
        standings: vec![
            PlacedIn::Seat("city".parse().unwrap(), 3),
            PlacedIn::Waiting("gangcheng".parse().unwrap(), 1),
        ],
    };
    for outcome in [outcome, Outcome::Done, Outcome::Refused(Refused::BelowTaken { taken: 2 })] {
        let text = serde_json::to_string(&outcome).unwrap();
        assert_eq!(serde_json::from_str::<Outcome>(&text).unwrap(), outcome, "{text}");
    }
}

/// one live place a person; who has left may come again with another application.
#[test]
fn a_person_who_left_may_come_again_with_another_application() {
    let mut line = Line::new(&"jinan-2021".parse().unwrap());
    let person: WorkerId = id(1);
    let reserve = |application| {
        Request::Reserve(Reservation {
            application,
            person,
            round: "spring".parse().unwrap(),
            unions: vec![id(1)],
        })
    };
    let steps = [
        (Request::Open("spring".parse().unwrap()), None),
        (reserve(id(1)), None),
        (reserve(id(2)), Some(Refused::DuplicatePerson)),
        (Request::Release { application: id(1), reason: ReleaseReason::Rejected }, None),
        (reserve(id(1)), Some(Refused::Left)),
        (reserve(id(2)), None),
        (Request::Release { application: id(3), reason: ReleaseReason::Expired }, None),
        (reserve(id(3)), Some(Refused::Left)),
    ];
    for (request, refused) in steps {
        let outcome = line.fold(&entry_after(&line, &request)).outcome;
        let expected = refused.map(Outcome::Refused);
        assert_eq!(expected.is_some(), matches!(outcome, Outcome::Refused(_)), "{request:?}: {outcome:?}");
        assert!(expected.is_none_or(|expected| expected == outcome), "{request:?}");
    }
    assert_eq!(line.arrivals(), 2);
}
