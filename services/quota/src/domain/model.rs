//! The line against a naive model: sort by entry, hand out seats.

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
    arrived: Vec<Arrived>,
    left: BTreeSet<ApplicationId>,
    confirmed: BTreeSet<ApplicationId>,
    pools: BTreeMap<PoolId, (UnionId, usize)>,
    ended: bool,
    operations: usize,
}

/// One who arrived, and when they entered the line of each union that they stand under.
struct Arrived {
    application: ApplicationId,
    person: WorkerId,
    entered: BTreeMap<UnionId, usize>,
}

impl Model {
    /// Does what the law says, in the plainest way, and tells whether the operation was accepted.
    fn follow(&mut self, request: &Request) -> bool {
        self.operations += 1;
        let accepted = !self.ended && self.allows(request);
        if !accepted {
            return false;
        }
        let now = self.operations;
        match request.clone() {
            Request::Open(round) => self.over.extend(self.open.replace(round)),
            Request::Close(round) => {
                self.open = self.open.take().filter(|open| *open != round);
                self.over.insert(round);
            }
            Request::Reserve(Reservation { application, person, unions, .. }) => {
                let entered = unions.into_iter().map(|union| (union, now)).collect();
                self.arrived.push(Arrived { application, person, entered });
            }
            Request::Release { application, .. } => drop(self.left.insert(application)),
            Request::Move { application, unions } => {
                let mover = self.arrived.iter_mut().find(|one| one.application == application).unwrap();
                let since = |union: &UnionId| mover.entered.get(union).copied().unwrap_or(now);
                mover.entered = unions.iter().map(|union| (*union, since(union))).collect();
            }
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
        let in_line = |application| self.live().any(|one| one.application == application);
        match request {
            Request::Open(round) => !self.over.contains(round) && self.open.as_ref() != Some(round),
            Request::Close(round) => !self.over.contains(round),
            Request::Reserve(new) => {
                let known = self.arrived.iter().any(|old| old.application == new.application);
                let person = self.live().any(|old| old.person == new.person);
                let left = self.left.contains(&new.application);
                !known && !person && !left && self.open.as_ref() == Some(&new.round)
            }
            Request::Release { application, reason } => {
                let fixed = self.confirmed.contains(application) && *reason != ReleaseReason::ClawedBack;
                !self.left.contains(application) && !fixed
            }
            Request::Move { application, .. } | Request::Confirm(application) => {
                in_line(*application) && !self.confirmed.contains(application)
            }
            Request::AddPool { pool, .. } => !self.pools.contains_key(pool),
            Request::Capacity { pool, seats } => {
                self.pools.contains_key(pool) && self.holders(pool).len() <= *seats as usize
            }
            Request::End => true,
        }
    }

    fn live(&self) -> impl Iterator<Item = &Arrived> {
        self.arrived.iter().filter(|one| !self.left.contains(&one.application))
    }

    /// Everybody in a pool's scope, by when they entered, divided where the seats end.
    fn in_order(&self, pool: &PoolId) -> (Vec<ApplicationId>, Vec<ApplicationId>) {
        let (union, capacity) = &self.pools[pool];
        let in_scope = self.live().filter_map(|one| Some((one.entered.get(union)?, one.application)));
        let sorted: BTreeMap<_, _> = in_scope.collect();
        let mut holders: Vec<ApplicationId> = sorted.into_values().collect();
        let waiting = holders.split_off(holders.len().min(*capacity));
        (holders, waiting)
    }

    fn holders(&self, pool: &PoolId) -> BTreeSet<ApplicationId> {
        self.in_order(pool).0.into_iter().collect()
    }
}

/// The rows that batches leave behind.
#[derive(Default)]
struct Tables {
    holders: BTreeMap<(PoolIndex, u32), PlaceIndex>,
    waiting: BTreeMap<(PoolIndex, Sequence), PlaceIndex>,
}

impl Tables {
    fn write(&mut self, batch: Batch) {
        let Batch { holders, waiting, .. } = batch;
        for key in &holders.gone {
            assert!(self.holders.remove(key).is_some(), "a seat is given up that nobody holds");
        }
        for key in &waiting.gone {
            assert!(self.waiting.remove(key).is_some(), "one leaves who does not wait");
        }
        for (key, place) in holders.new {
            assert_eq!(self.holders.insert(key, place), None, "two hold one seat");
        }
        for (key, place) in waiting.new {
            assert_eq!(self.waiting.insert(key, place), None, "two wait at one place");
        }
    }

    /// What the tables must be after a line.
    fn of(line: &Line) -> Self {
        let mut tables = Self::default();
        for (number, place) in line.places().iter().enumerate() {
            let index = PlaceIndex::from(u32::try_from(number).unwrap());
            for standing in &place.standings {
                match standing.stand {
                    Stand::Seated(seat) => drop(tables.holders.insert((standing.pool, seat), index)),
                    Stand::Waiting => {
                        tables
                            .waiting
                            .insert((standing.pool, line.entered_pool(index, standing.pool)), index);
                    }
                    Stand::Left => {}
                }
            }
        }
        tables
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
        1 => (0..9_u8).prop_map(|one| Request::Release { application: id(one), reason: ReleaseReason::ClawedBack }),
        2 => (0..9_u8).prop_map(|one| Request::Confirm(id(one))),
        4 => (0..9_u8, 0..2_u8, 1..4_u8).prop_map(|(one, side, depth)| Request::Move {
            application: id(one),
            unions: (0..depth).map(|level| id(3 - level + 10 * side)).collect(),
        }),
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
    Entry { seq, id, kind, body: body.into(), body_hash, link }
}

fn agree(line: &Line, model: &Model) -> Result<(), TestCaseError> {
    prop_assert_eq!(line.arrivals(), i64::try_from(model.arrived.len()).unwrap());
    prop_assert_eq!(line.pools().len(), model.pools.len());
    for pool in line.pools() {
        let (holders, waiting) = model.in_order(&pool.id);
        let waiting_now: Vec<ApplicationId> =
            pool.waiting.iter().map(|(_, place)| line.place(place).application).collect();
        prop_assert_eq!(waiting_now, waiting, "the waiting list of {} is in the order of entry", pool.id);
        prop_assert_eq!(pool.capacity(), model.pools[&pool.id].1);
        prop_assert!(pool.waiting.is_empty() || pool.seats.free() == 0, "a seat is free and somebody waits");

        let index = line.pool_named(&pool.id).unwrap();
        let seated = line.places().iter().filter_map(|place| {
            let standing = place.standings.iter().find(|standing| standing.pool == index)?;
            Some((place.application, standing.stand.seat()?))
        });
        let seated: BTreeMap<ApplicationId, u32> = seated.collect();
        prop_assert_eq!(seated.len(), pool.taken);
        prop_assert_eq!(seated.keys().copied().collect::<BTreeSet<_>>(), holders.into_iter().collect());
        prop_assert_eq!(seated.values().collect::<BTreeSet<_>>().len(), seated.len(), "two hold one seat");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, ..ProptestConfig::default() })]

    /// whatever happens in whatever order, the line is what sorting by entry and
    /// handing out seats gives, and refuses what the law refuses.
    #[test]
    fn a_line_is_what_sorting_by_entry_and_handing_out_seats_gives(requests in history()) {
        let programme: ProgrammeId = "jinan-2021".parse().unwrap();
        let (mut line, mut model) = (Line::new(&programme), Model::default());
        for request in &requests {
            let decision = line.fold(&entry_after(&line, request), |_, _| ());
            let accepted = !matches!(decision.outcome, Outcome::Refused(_));
            prop_assert_eq!(accepted, model.follow(request), "{:?} was {:?}", request, decision.outcome);
            agree(&line, &model)?;
        }
    }
}

proptest! {
    /// a fold in stretches ends where a fold in one ends, and leaves the same rows behind.
    #[test]
    fn however_the_log_is_cut_the_fold_is_the_same(requests in history(), cut in 0..40_usize) {
        let programme: ProgrammeId = "jinan-2021".parse().unwrap();
        let (mut whole, mut entries) = (Line::new(&programme), Vec::new());
        for request in &requests {
            let entry = entry_after(&whole, request);
            whole.fold(&entry, |_, _| ());
            entries.push(entry);
        }
        let later = entries.split_off(cut.min(entries.len()));
        let (mut line, mut tables) = (Line::new(&programme), Tables::default());
        tables.write(Batch::fold(&mut line, entries));
        tables.write(Batch::fold(&mut line, later));

        prop_assert_eq!(line.digest(), whole.digest());
        let expected = Tables::of(&whole);
        prop_assert_eq!((tables.holders, tables.waiting), (expected.holders, expected.waiting));
    }
}

proptest! {
    /// a line that was taken back is the line that it was, and goes on alike.
    #[test]
    fn a_line_that_was_taken_back_is_the_line_that_it_was(
        before in history(),
        tried in proptest::collection::vec((9..30_u8, 0..30_u8, 1..4_u8), 1..20),
        after in proptest::collection::vec(request(), 1..10),
    ) {
        let mut line = Line::new(&"jinan-2021".parse().unwrap());
        for request in &before {
            let entry = entry_after(&line, request);
            line.fold(&entry, |_, _| ());
        }
        let (mut untouched, mark) = (line.clone(), line.mark());
        for (application, person, depth) in tried {
            let unions = (0..depth).map(|level| id(3 - level)).collect();
            let reservation =
                Reservation { application: id(application), person: id(person), round: slug("round", 0), unions };
            let entry = entry_after(&line, &Request::Reserve(reservation));
            line.fold(&entry, |_, _| ());
        }
        line.take_back(&mark);
        for request in &after {
            let entry = entry_after(&untouched, request);
            let decisions = (line.fold(&entry, |_, _| ()), untouched.fold(&entry, |_, _| ()));
            prop_assert_eq!(decisions.0.outcome, decisions.1.outcome);
        }
        let (tables, expected) = (Tables::of(&line), Tables::of(&untouched));
        prop_assert_eq!((tables.holders, tables.waiting), (expected.holders, expected.waiting));
        prop_assert_eq!((line.arrivals(), line.digest()), (untouched.arrivals(), untouched.digest()));
        for (pool, expected) in line.pools().iter().zip(untouched.pools()) {
            prop_assert_eq!((pool.capacity(), pool.taken), (expected.capacity(), expected.taken));
            for (entered, _) in expected.waiting.iter() {
                prop_assert_eq!(pool.waiting.position(entered), expected.waiting.position(entered));
            }
        }
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
        let outcome = line.fold(&entry_after(&line, &request), |_, _| ()).outcome;
        let expected = refused.map(Outcome::Refused);
        assert_eq!(expected.is_some(), matches!(outcome, Outcome::Refused(_)), "{request:?}: {outcome:?}");
        assert!(expected.is_none_or(|expected| expected == outcome), "{request:?}");
    }
    assert_eq!(line.arrivals(), 2);
}
