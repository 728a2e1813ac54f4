//! A simulated PostgreSQL: the tables of one line, the lock of its row, the constraints, and ways to be set back.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use chrono::{DateTime, TimeDelta};
use quota::domain::{
    Batch, Change, Digest, Entry, Epoch, HaltCause, Line, Link, Looked, Mode, Outcome, Pending, PlaceState,
    PoolIndex, Position, Recorded, Round, Row, Sequence, Server, Standing, Why,
};
use vocabulary::{ApplicationId, OperationId, ProgrammeId, WorkerId};

use crate::{Broken, Failed, Step};

/// How long a lock is waited for, and how long one may idle with it.
const LOCK_TIMEOUT: Step = 60;

/// The tables of the line, as committed.
#[derive(Debug, Clone)]
pub struct Tables {
    pub row: Row,
    pub operations: Vec<Written>,
    by_id: HashMap<OperationId, usize>,
    pub holders: BTreeMap<(PoolIndex, u32), ApplicationId>,
    pub waiting: BTreeMap<(PoolIndex, Sequence), ApplicationId>,
    pub pools: BTreeMap<PoolIndex, PoolRow>,
    pub places: BTreeMap<ApplicationId, PlaceRow>,
    pub rounds: Vec<Round>,
    /// The server that some replica has compared with Redis, and seen to show everything.
    vouched_for: Option<u32>,
    /// When which epoch began, and why.
    recoveries: BTreeMap<Epoch, (Step, Why)>,
    /// Why the line is halted.
    pub halted_by: Option<HaltCause>,
}

/// A row of the journal.
#[derive(Debug, Clone)]
pub struct Written {
    pub entry: Entry,
    pub epoch: Epoch,
    pub digest: Digest,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolRow {
    pub capacity: usize,
    pub waiting: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceRow {
    pub person: Option<WorkerId>,
    pub arrival: i64,
    pub state: PlaceState,
    pub standings: Vec<Standing>,
}

/// A transaction that holds the lock, on the server that it was begun on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transaction {
    number: u64,
    server: u32,
}

/// A PostgreSQL.
#[derive(Debug)]
pub struct Postgres {
    tables: Rc<Tables>,
    past: Vec<Rc<Tables>>,
    /// Counts how often the server began anew.
    server: u32,
    lock: Option<(Transaction, Step)>,
    transactions: u64,
}

impl Tables {
    fn new(programme: &ProgrammeId, rounds: Vec<Round>) -> Self {
        let row = Row {
            at: Position { epoch: Epoch::FIRST, seq: Sequence::START },
            base_seq: Sequence::START,
            mode: Mode::Log,
            link: Link::start(),
            digest: Digest::start(programme),
            open_round: None,
        };
        Self {
            row,
            operations: Vec::new(),
            by_id: HashMap::new(),
            holders: BTreeMap::new(),
            waiting: BTreeMap::new(),
            pools: BTreeMap::new(),
            places: BTreeMap::new(),
            rounds,
            vouched_for: None,
            recoveries: BTreeMap::new(),
            halted_by: None,
        }
    }

    /// The journal after a sequence.
    pub fn after(&self, after: Sequence, limit: usize) -> Vec<Entry> {
        let later = self.operations.iter().map(|written| &written.entry).filter(|entry| entry.seq > after);
        later.take(limit).cloned().collect()
    }

    /// How many epochs began within so many steps because the order was lost or wrong.
    pub fn recent_recoveries(&self, within: Step, now: Step) -> usize {
        let counts = |(at, why): &&(Step, Why)| now < at + within && matches!(why, Why::Evidence(_));
        self.recoveries.values().filter(counts).count()
    }

    /// What is committed under an operation's id.
    pub fn written(&self, id: OperationId) -> Option<&Written> {
        self.by_id.get(&id).map(|index| &self.operations[*index])
    }

    /// What a handler sees of an operation.
    pub fn look(&self, id: OperationId) -> Looked {
        let recorded = |written: &Written| Recorded {
            seq: written.entry.seq,
            body_hash: written.entry.body_hash,
            digest: written.digest,
            outcome: written.outcome.clone(),
        };
        Looked { row: self.row.clone(), found: self.written(id).map(recorded) }
    }

    /// Of these ids, those that are in the journal.
    pub fn known_of<'a>(
        &self,
        ids: impl Iterator<Item = &'a OperationId>,
    ) -> HashMap<OperationId, (Sequence, [u8; 32])> {
        let known = ids.filter_map(|id| self.written(*id));
        known.map(|written| (written.entry.id, (written.entry.seq, written.entry.body_hash))).collect()
    }

    fn write(&mut self, epoch: Epoch, line: &Line, batch: &Batch) -> Result<(), Broken> {
        for key in &batch.holders.gone {
            expect(self.holders.remove(key).is_some(), "P6: a seat is given up that nobody holds")?;
        }
        for key in &batch.waiting.gone {
            expect(self.waiting.remove(key).is_some(), "P6: one leaves a waiting list who is not on it")?;
        }
        for (key, place) in &batch.holders.new {
            let before = self.holders.insert(*key, line.place(*place).application);
            expect(before.is_none(), "P1: two hold one seat")?;
        }
        for (key, place) in &batch.waiting.new {
            let before = self.waiting.insert(*key, line.place(*place).application);
            expect(before.is_none(), "P6: two wait at one place")?;
        }
        for pool in &batch.pools {
            let figures = line.pool(*pool);
            let row = PoolRow { capacity: figures.capacity(), waiting: figures.waiting.len() };
            self.pools.insert(*pool, row);
        }
        self.write_places(line, batch);
        for round in &mut self.rounds {
            if batch.rounds.contains(&round.id) {
                round.state = line.round(&round.id);
            }
        }
        for folded in &batch.operations {
            let written = Written {
                entry: folded.entry.clone(),
                epoch,
                digest: folded.digest,
                outcome: folded.outcome.clone(),
            };
            let before = self.by_id.insert(folded.entry.id, self.operations.len());
            expect(before.is_none(), "P6: an operation is decided twice")?;
            self.operations.push(written);
        }
        (self.row.at.seq, self.row.link, self.row.digest) = (line.seq(), line.link(), line.digest());
        self.row.open_round = line.open_round().cloned();
        self.hold()
    }

    fn write_places(&mut self, line: &Line, batch: &Batch) {
        let new = batch.arrived.into_iter().flat_map(|first| line.places_from(first));
        let changed = batch.changed.iter().map(|index| (*index, line.place(*index)));
        for (index, place) in new.chain(changed) {
            let row = PlaceRow {
                person: Some(place.person),
                arrival: index.arrival(),
                state: place.state,
                standings: place.standings.to_vec(),
            };
            self.places.insert(place.application, row);
        }
        for application in &batch.barred {
            let state = PlaceState::Released;
            let row = PlaceRow { person: None, arrival: 0, state, standings: Vec::new() };
            self.places.insert(*application, row);
        }
    }

    /// The constraints.
    fn hold(&self) -> Result<(), Broken> {
        for (pool, row) in &self.pools {
            let taken = self.holders.keys().filter(|(of, _)| of == pool).count();
            let waiting = self.waiting.keys().filter(|(of, _)| of == pool).count();
            expect(taken <= row.capacity, "P1: more holders than seats")?;
            expect(waiting == row.waiting, "P6: the figures of a pool are not those of its rows")?;
            expect(waiting == 0 || taken == row.capacity, "P7: a seat is free and somebody waits")?;
        }
        let live = self.places.values().filter(|place| place.state != PlaceState::Released);
        let people: Vec<_> = live.filter_map(|place| place.person).collect();
        let distinct = people.iter().collect::<BTreeSet<_>>().len();
        expect(distinct == people.len(), "P5: one person has two live places")
    }
}

fn expect(holds: bool, broken: &str) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(Broken(broken.to_owned())) }
}

impl Postgres {
    /// A new line with these windows.
    pub fn new(programme: &ProgrammeId, rounds: Vec<Round>) -> Self {
        let tables = Rc::new(Tables::new(programme, rounds));
        Self { tables, past: Vec::new(), server: 0, lock: None, transactions: 0 }
    }

    /// What is committed.
    pub fn tables(&self) -> &Rc<Tables> {
        &self.tables
    }

    /// The server that answers.
    pub fn server(&self) -> Server {
        let began = DateTime::UNIX_EPOCH + TimeDelta::hours(self.server.into());
        Server { began, is_vouched_for: self.tables.vouched_for == Some(self.server) }
    }

    /// Marks the server as one that shows everything.
    pub fn vouch_for(&mut self, server: Server) {
        if self.server().began == server.began && !self.server().is_vouched_for {
            Rc::make_mut(&mut self.tables).vouched_for = Some(self.server);
        }
    }

    /// Locks the row; none while somebody else has it. Whoever idles with it for long loses it.
    pub fn lock(&mut self, now: Step) -> Option<Transaction> {
        if let Some((_, since)) = self.lock
            && now < since + LOCK_TIMEOUT
        {
            return None;
        }
        self.transactions += 1;
        let transaction = Transaction { number: self.transactions, server: self.server };
        self.lock = Some((transaction, now));
        Some(transaction)
    }

    /// Whether a transaction still holds the lock.
    pub fn holds(&self, transaction: Transaction) -> Result<(), Failed> {
        let holds = self.lock.is_some_and(|(holder, _)| holder == transaction);
        if holds && transaction.server == self.server { Ok(()) } else { Err(Failed) }
    }

    /// Gives the lock back.
    pub fn release(&mut self, transaction: Transaction) {
        if self.holds(transaction).is_ok() {
            self.lock = None;
        }
    }

    /// Commits a fold.
    pub fn commit_fold(
        &mut self,
        transaction: Transaction,
        (epoch, line, batch): (Epoch, &Line, &Batch),
    ) -> Result<Result<(), Broken>, Failed> {
        self.holds(transaction)?;
        let mut tables = Tables::clone(&self.tables);
        let written = tables.write(epoch, line, batch);
        self.commit(tables);
        Ok(written)
    }

    /// Whether somebody has the lock.
    pub fn is_locked(&self, now: Step) -> bool {
        self.lock.is_some_and(|(_, since)| now < since + LOCK_TIMEOUT)
    }

    /// Writes and commits in one statement, if the row is what it must be; tells whether it was.
    pub fn try_fold(&mut self, pending: &Pending) -> Result<bool, Broken> {
        let (row, before) = (&self.tables.row, pending.before());
        if (row.at, row.link, row.mode) != (before.at, before.link, before.mode) {
            return Ok(false);
        }
        let (epoch, line, batch) = pending.parts();
        let mut tables = Tables::clone(&self.tables);
        tables.write(epoch, line, batch)?;
        self.commit(tables);
        Ok(true)
    }

    /// Commits a change of the row.
    pub fn commit_change(
        &mut self,
        transaction: Transaction,
        change: Change,
        now: Step,
    ) -> Result<(), Failed> {
        self.holds(transaction)?;
        let mut tables = Tables::clone(&self.tables);
        match change {
            Change::Begin { epoch, base_seq, mode, why } => {
                (tables.row.at.epoch, tables.row.base_seq, tables.row.mode) = (epoch, base_seq, mode);
                tables.recoveries.insert(epoch, (now, why));
            }
            Change::Halt(cause) => (tables.row.mode, tables.halted_by) = (Mode::Halted, Some(cause)),
        }
        self.commit(tables);
        Ok(())
    }

    /// An operator lets a halted line go on.
    pub fn resume(&mut self) {
        let mut tables = Tables::clone(&self.tables);
        (tables.row.mode, tables.halted_by) = (Mode::Log, None);
        self.commit(tables);
    }

    fn commit(&mut self, tables: Tables) {
        let before = std::mem::replace(&mut self.tables, Rc::new(tables));
        self.past.push(before);
        self.lock = None;
    }

    /// The server ends at once and begins again: what is committed stays.
    pub fn restart(&mut self) {
        self.server += 1;
        self.lock = None;
    }

    /// What it would show if it were set back by so many commits.
    pub fn before(&self, commits: usize) -> Option<&Rc<Tables>> {
        self.past.len().checked_sub(commits).and_then(|index| self.past.get(index))
    }

    /// Is set back by so many commits.
    pub fn set_back(&mut self, commits: usize) {
        let index = self.past.len().saturating_sub(commits);
        if let Some(tables) = self.past.get(index).cloned() {
            self.past.truncate(index);
            self.tables = tables;
        }
        self.restart();
    }
}
