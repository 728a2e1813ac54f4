//! Whether the promises hold: looked at after every commit, every answer and every read.

use std::collections::BTreeMap;
use std::rc::Rc;

use quota::domain::{Answer, Kind, Line, Outcome, PlaceIndex, PlaceState, Recorded, Request, Stand};
use vocabulary::{OperationId, ProgrammeId, RoundId};

use crate::plan::{AUTUMN, SPRING};
use crate::postgres::{PlaceRow, PoolRow, Tables};
use crate::sender::Sender;
use crate::{Broken, Step};

/// Watches one run.
pub struct Checker {
    programme: ProgrammeId,
    /// An honest fold of what is committed.
    line: Line,
    seen: Option<Rc<Tables>>,
    answered: Vec<Answered>,
    /// From when on which round was open, as ever committed.
    open: Vec<(Step, Option<RoundId>)>,
}

/// A decision that somebody was told.
struct Answered {
    id: OperationId,
    recorded: Recorded,
    /// When it was first answered.
    told: Step,
    reserves: bool,
}

impl Checker {
    pub fn new(programme: ProgrammeId) -> Self {
        let line = Line::new(&programme);
        Self { programme, line, seen: None, answered: Vec::new(), open: vec![(0, None)] }
    }

    /// Something was committed, or PostgreSQL was set back.
    pub fn committed(&mut self, tables: &Rc<Tables>, now: Step) -> Result<(), Broken> {
        if self.seen.as_ref().is_some_and(|seen| Rc::ptr_eq(seen, tables)) {
            return Ok(());
        }
        self.seen = Some(tables.clone());
        self.follow(tables, now)?;
        self.tables_are_the_fold(tables)?;
        self.answers_stand(tables)
    }

    /// P6: the journal is one chain, and each decision what the law gives.
    fn follow(&mut self, tables: &Tables, now: Step) -> Result<(), Broken> {
        let known = usize::try_from(self.line.seq().get()).unwrap();
        let same = tables.operations.get(known.wrapping_sub(1)).map(|last| last.digest);
        if known > 0 && same != Some(self.line.digest()) {
            self.line = Line::new(&self.programme);
        }
        let from = usize::try_from(self.line.seq().get()).unwrap();
        let epochs = tables.operations.iter().map(|written| written.epoch);
        check(
            epochs.is_sorted() && tables.operations.iter().all(|one| one.epoch <= tables.row.at.epoch),
            "P6: the epochs",
        )?;
        for written in &tables.operations[from..] {
            let entry = &written.entry;
            check(entry.seq == self.line.seq().next(), "P6: the journal has a hole")?;
            check(self.line.link().leads_to(entry), "P6: the journal's chain is broken")?;
            let decision = self.line.fold(entry, |_, _| ());
            check(decision.outcome == written.outcome, "P6: a decision is not what the law gives")?;
            check(self.line.digest() == written.digest, "P6: the journal's digests are not its chain")?;
            in_time(entry.kind, entry.request(), now)?;
        }
        let open = self.line.open_round().cloned();
        if self.open.last().is_none_or(|(_, before)| *before != open) {
            self.open.push((now, open));
        }
        Ok(())
    }

    /// P6: every table is what the fold gives.
    fn tables_are_the_fold(&self, tables: &Tables) -> Result<(), Broken> {
        let (line, row) = (&self.line, &tables.row);
        check(
            row.at.seq == line.seq() && row.link == line.link() && row.digest == line.digest(),
            "P6: the row",
        )?;
        check(row.open_round.as_ref() == line.open_round(), "P6: the open round")?;
        let (mut holders, mut waiting) = (BTreeMap::new(), BTreeMap::new());
        let mut places = BTreeMap::new();
        for (number, place) in (0_u32..).zip(line.places()) {
            let index = PlaceIndex::from(number);
            for standing in &place.standings {
                match standing.stand {
                    Stand::Seated(seat) => drop(holders.insert((standing.pool, seat), place.application)),
                    Stand::Waiting => {
                        let entered = line.entered_pool(index, standing.pool);
                        waiting.insert((standing.pool, entered), place.application);
                    }
                    Stand::Left => {}
                }
            }
            let row = PlaceRow {
                person: Some(place.person),
                arrival: index.arrival(),
                state: place.state,
                standings: place.standings.to_vec(),
            };
            places.insert(place.application, row);
        }
        for application in line.barred() {
            let state = PlaceState::Released;
            places.insert(application, PlaceRow { person: None, arrival: 0, state, standings: Vec::new() });
        }
        let figures = line.pools().iter().map(|pool| {
            let index = line.pool_named(&pool.id).unwrap();
            (index, PoolRow { capacity: pool.capacity(), waiting: pool.waiting.len() })
        });
        check(holders == tables.holders, "P6: who holds which seat")?;
        check(waiting == tables.waiting, "P6: who waits where")?;
        check(places == tables.places, "P6: the places")?;
        check(figures.collect::<BTreeMap<_, _>>() == tables.pools, "P6: the pools")
    }

    /// P2: what was told is still what is committed, as far as the journal goes.
    fn answers_stand(&self, tables: &Tables) -> Result<(), Broken> {
        for answered in self.answered.iter().filter(|one| one.recorded.seq <= tables.row.at.seq) {
            let written = tables.written(answered.id);
            let stands = written.is_some_and(|written| {
                written.digest == answered.recorded.digest && written.outcome == answered.recorded.outcome
            });
            check(stands, "P2: an answer does not stand")?;
        }
        Ok(())
    }

    /// A reader was shown these tables; it began to read at this step.
    pub fn read(&self, tables: &Tables, began: Step) -> Result<(), Broken> {
        let told_before = self.answered.iter().filter(|answered| answered.told < began);
        for answered in told_before {
            let shown = tables.written(answered.id).map(|written| written.digest);
            check(shown == Some(answered.recorded.digest), "P2: a reader is shown less than was answered")?;
        }
        Ok(())
    }

    /// A sender was answered.
    pub fn answered(
        &mut self,
        sender: &Sender,
        answer: &Answer,
        tables: &Tables,
        now: Step,
    ) -> Result<(), Broken> {
        match answer {
            Answer::Recorded(recorded) => self.recorded(sender, recorded, now),
            Answer::Conflict => {
                let written = tables.written(sender.errand.operation.id);
                let hash = quota::domain::Ordered::from(&sender.errand.operation).hash;
                let other = written.is_some_and(|written| written.entry.body_hash != hash);
                check(other, "R-14: a conflict is told, and there is none")
            }
            Answer::NotOpen => self.was_not_open(sender, now),
            Answer::Halted => Ok(()),
        }
    }

    fn recorded(&mut self, sender: &Sender, recorded: &Recorded, now: Step) -> Result<(), Broken> {
        let operation = &sender.errand.operation;
        let reserves = matches!(operation.request, Request::Reserve(_));
        let sent = sender.sent.unwrap();
        if let (true, Outcome::Place { arrival, .. }) = (reserves, &recorded.outcome) {
            for earlier in self.answered.iter().filter(|one| one.reserves && one.told < sent) {
                let Outcome::Place { arrival: before, .. } = &earlier.recorded.outcome else { continue };
                check(before < arrival, "P3: one who came later has the smaller number")?;
            }
        }
        let hash = quota::domain::Ordered::from(operation).hash;
        check(recorded.body_hash == hash, "P2: somebody is told what was decided about something else")?;
        self.answered.push(Answered { id: operation.id, recorded: recorded.clone(), told: now, reserves });
        Ok(())
    }

    /// at some moment of the call, its round was not open.
    fn was_not_open(&self, sender: &Sender, now: Step) -> Result<(), Broken> {
        let Request::Reserve(reservation) = &sender.errand.operation.request else {
            return Err(Broken("R-18: what needs no open round is refused for it".to_owned()));
        };
        let ends = self.open.iter().skip(1).map(|(from, _)| *from).chain([now + 1]);
        let during = self.open.iter().zip(ends).filter(|((_, _), end)| *end >= sender.sent_last);
        let closed = during.map(|((_, open), _)| open).any(|open| open.as_ref() != Some(&reservation.round));
        check(closed, "R-18: one was told that the round is not open, and it was")
    }

    /// P2, at the end: every answer is what is committed.
    pub fn at_the_end(&self, tables: &Tables) -> Result<(), Broken> {
        check(
            self.answered.iter().all(|one| one.recorded.seq <= tables.row.at.seq),
            "P2: an answer is lost",
        )?;
        self.answers_stand(tables)
    }

    /// How many places were given, and how many operations refused.
    pub fn figures(&self) -> (usize, usize) {
        let refused = |one: &&Answered| matches!(one.recorded.outcome, Outcome::Refused(_));
        let given = |one: &&Answered| one.reserves && !matches!(one.recorded.outcome, Outcome::Refused(_));
        (self.answered.iter().filter(given).count(), self.answered.iter().filter(refused).count())
    }
}

/// nobody is admitted before a window opens, by PostgreSQL's clock.
fn in_time(kind: Kind, request: Option<Request>, now: Step) -> Result<(), Broken> {
    let (Kind::Open, Some(Request::Open(round))) = (kind, request) else { return Ok(()) };
    let (opens, _) = if round.as_str() == "spring" { SPRING } else { AUTUMN };
    check(now >= opens, "R-18: a round opens early")
}

fn check(holds: bool, broken: &str) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(Broken(broken.to_owned())) }
}
