//! Where Redis is away: a replica orders its own queue, under the lock of the row.

use std::collections::HashMap;

use vocabulary::OperationId;

use super::{Entry, Heard, Ordered, Position, Row, Sequence, Tail};

/// What is queued at a replica, and which of it is committed already.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Queued {
    /// What is due by the clock first, then what was asked, in the order of asking.
    pub operations: Vec<Ordered>,
    /// Of these ids, those that are in the journal: place and hash.
    pub known: HashMap<OperationId, (Sequence, [u8; 32])>,
}

/// Orders a queue after the row, and tells what each operation hears, in their order.
pub fn order_queue(row: &Row, queued: &Queued) -> (Vec<Entry>, Vec<Heard>) {
    let mut tail = Tail { seq: row.at.seq, link: row.link, open: row.open_round.clone() };
    let mut known = queued.known.clone();
    let mut entries = Vec::with_capacity(queued.operations.len());
    let mut heard = Vec::with_capacity(queued.operations.len());
    for operation in &queued.operations {
        let at = |seq| Position { epoch: row.at.epoch, seq };
        heard.push(match known.get(&operation.id) {
            Some((seq, hash)) if *hash == operation.hash => Heard::Placed(at(*seq)),
            Some((seq, _)) => Heard::Conflict(at(*seq)),
            None => match tail.append(operation) {
                Some(entry) => {
                    known.insert(entry.id, (entry.seq, entry.body_hash));
                    let placed = Heard::Placed(at(entry.seq));
                    entries.push(entry);
                    placed
                }
                None => Heard::NotOpen(at(tail.seq)),
            },
        });
    }
    (entries, heard)
}
