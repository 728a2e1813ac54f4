//! A simulated Redis: what `order.lua` does, and ways to lose some of it.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use quota::domain::{Appended, Entry, Epoch, Head, Heard, Order, Ordered, Position, Row, Sequence, Tail};
use vocabulary::OperationId;

use crate::Failed;

/// How many states of the past a replica that lags may be in.
const PAST: usize = 24;

/// A Redis.
#[derive(Debug, Default)]
pub struct Redis {
    /// Whether it can be reached.
    pub is_away: bool,
    /// Whether it answers reads only: it is full, or the replica of another one.
    pub refuses: bool,
    data: Rc<Data>,
    past: Vec<Rc<Data>>,
    stages: u64,
    /// Where operations were placed that it has not lost since: P4.
    placed: HashMap<OperationId, Sequence>,
    /// Something was lost, and the order was not built anew since: what is placed now may lose its place too.
    has_lost: bool,
}

#[derive(Debug, Default, Clone)]
struct Data {
    current: Option<Epoch>,
    logs: BTreeMap<Epoch, Log>,
    staged: BTreeMap<u64, Log>,
}

#[derive(Debug, Clone)]
struct Log {
    tail: Tail,
    base_seq: Sequence,
    known: HashMap<OperationId, (Sequence, [u8; 32])>,
    entries: Vec<Entry>,
}

/// An epoch on its way into Redis.
#[derive(Debug, Clone, Copy)]
pub struct Staged {
    number: u64,
    known: usize,
    entries: usize,
    epoch: Epoch,
}

impl Redis {
    /// `append` of `order.lua`.
    pub fn append(&mut self, epoch: Epoch, durable: Sequence, batch: &[Ordered]) -> Result<Appended, Failed> {
        self.takes_operations()?;
        if self.data.current != Some(epoch) {
            return Ok(Appended::Stale);
        }
        let Some(log) = self.data.logs.get(&epoch) else { return Ok(Appended::Stale) };
        if log.tail.seq < durable {
            return Ok(Appended::Behind);
        }
        let before = Head { seq: log.tail.seq, link: log.tail.link, base_seq: log.base_seq };
        let log = self.change().logs.get_mut(&epoch).unwrap();
        let heard: Vec<Heard> = batch.iter().map(|operation| log.append(epoch, operation)).collect();
        for (operation, heard) in batch.iter().zip(&heard) {
            if let Heard::Placed(at) = heard
                && !self.has_lost
            {
                self.placed.insert(operation.id, at.seq);
            }
        }
        Ok(Appended::each(before, heard, batch))
    }

    /// `read` of `order.lua`.
    pub fn read(&self, epoch: Epoch, after: Sequence, limit: usize) -> Result<Order, Failed> {
        self.reach()?;
        let current = self.data.current;
        let Some(log) = self.data.logs.get(&epoch) else {
            return Ok(Order { current, head: None, entries: Vec::new() });
        };
        let entries = log.entries.iter().filter(|entry| entry.seq > after).take(limit).cloned().collect();
        let head = Head { seq: log.tail.seq, link: log.tail.link, base_seq: log.base_seq };
        Ok(Order { current, head: Some(head), entries })
    }

    /// Reads the log of its own epoch, or of the one named where it is in none.
    pub fn read_current(&self, named: Epoch, after: Sequence, limit: usize) -> Result<Order, Failed> {
        self.read(self.data.current.unwrap_or(named), after, limit)
    }

    /// Stages an epoch as a row and a journal have it.
    pub fn stage(&mut self, row: &Row, journal: &[Entry]) -> Result<Staged, Failed> {
        self.takes_operations()?;
        self.stages += 1;
        let number = self.stages;
        let known = journal.iter().map(|entry| (entry.id, (entry.seq, entry.body_hash))).collect();
        let tail = Tail { seq: row.at.seq, link: row.link, open: row.open_round.clone() };
        let log = Log { tail, base_seq: row.base_seq, known, entries: journal.to_vec() };
        let (known, entries) = (log.known.len(), log.entries.len());
        self.change().staged.insert(number, log);
        Ok(Staged { number, known, entries, epoch: row.at.epoch })
    }

    /// `install` of `order.lua`.
    pub fn install(&mut self, staged: &Staged) -> Result<(), Failed> {
        self.takes_operations()?;
        let current = self.data.current;
        let later = current > Some(staged.epoch);
        if later || current == Some(staged.epoch) && self.data.logs.contains_key(&staged.epoch) {
            return Ok(());
        }
        let whole = |log: &Log| log.known.len() == staged.known && log.entries.len() == staged.entries;
        if !self.data.staged.get(&staged.number).is_some_and(whole) {
            return Ok(());
        }
        let data = self.change();
        let log = data.staged.remove(&staged.number).unwrap();
        data.logs = BTreeMap::from([(staged.epoch, log)]);
        data.current = Some(staged.epoch);
        self.has_lost = false;
        Ok(())
    }

    /// Where its own log ends.
    pub fn tail(&self) -> Option<(Epoch, &Tail)> {
        let epoch = self.data.current?;
        Some((epoch, &self.data.logs.get(&epoch)?.tail))
    }

    /// Whether its log leads from a row to where PostgreSQL stands now, so that one set back to that row could catch up.
    pub fn leads(&self, from: &Row, to: &Row) -> bool {
        let Some(log) = self.data.current.and_then(|epoch| self.data.logs.get(&epoch)) else { return false };
        let (mut seq, mut link) = (from.at.seq, from.link);
        for entry in log.entries.iter().filter(|entry| entry.seq > from.at.seq && entry.seq <= to.at.seq) {
            if entry.seq != seq.next() || !link.leads_to(entry) {
                return false;
            }
            (seq, link) = (entry.seq, entry.link);
        }
        (seq, link) == (to.at.seq, to.link)
    }

    /// Where it has placed an operation, if it has lost nothing since.
    pub fn placed(&self, id: OperationId) -> Option<Sequence> {
        self.placed.get(&id).copied()
    }

    /// From here on an operation without an answer may lose its place.
    pub fn forget_places(&mut self) {
        self.placed.clear();
        self.has_lost = true;
    }

    /// Loses everything.
    pub fn wipe(&mut self) {
        self.forget_places();
        (self.data, self.past) = (Rc::default(), Vec::new());
    }

    /// A replica that lags by so many changes takes over.
    pub fn fall_back(&mut self, changes: usize) {
        self.forget_places();
        let left = self.past.len().saturating_sub(changes);
        self.past.truncate(left + 1);
        if let Some(past) = self.past.pop() {
            self.data = past;
        }
    }

    /// Loses one entry of its log.
    pub fn lose_entry(&mut self, from_end: usize) {
        self.forget_places();
        let Some(epoch) = self.data.current else { return };
        if let Some(log) = self.change().logs.get_mut(&epoch)
            && let Some(at) = log.entries.len().checked_sub(from_end + 1)
        {
            log.entries.remove(at);
        }
    }

    /// Whether it takes what is written: `append` of `order.lua`, without operations.
    pub const fn takes_operations(&self) -> Result<(), Failed> {
        if self.is_away || self.refuses { Err(Failed) } else { Ok(()) }
    }

    const fn reach(&self) -> Result<(), Failed> {
        if self.is_away { Err(Failed) } else { Ok(()) }
    }

    fn change(&mut self) -> &mut Data {
        if self.past.len() == PAST {
            self.past.remove(0);
        }
        self.past.push(self.data.clone());
        Rc::make_mut(&mut self.data)
    }
}

impl Log {
    fn append(&mut self, epoch: Epoch, operation: &Ordered) -> Heard {
        let at = |seq| Position { epoch, seq };
        match self.known.get(&operation.id) {
            Some((seq, hash)) if *hash == operation.hash => Heard::Placed(at(*seq)),
            Some((seq, _)) => Heard::Conflict(at(*seq)),
            None => match self.tail.append(operation) {
                None => Heard::NotOpen(at(self.tail.seq)),
                Some(entry) => {
                    self.known.insert(entry.id, (entry.seq, entry.body_hash));
                    let placed = Heard::Placed(at(entry.seq));
                    self.entries.push(entry);
                    placed
                }
            },
        }
    }
}
