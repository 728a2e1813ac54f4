//! Gives operations their place in the order: one call for all that has queued up.

use redis::Value;
use vocabulary::{ProgrammeId, RoundId};

use super::{Keys, OrderError, OrderStore, function, number, text};
use crate::domain::{Entry, Epoch, Head, Heard, Link, Ordered, Position, Sequence};

/// What Redis said to a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Appended {
    /// It is not in the epoch that was named.
    Stale,
    /// It is behind what is committed.
    Behind,
    /// One answer for each operation.
    Each {
        /// The end of the log before these.
        before: Head,
        /// What each operation hears.
        heard: Vec<Heard>,
        /// Those that are new, as the log holds them now.
        entries: Vec<Entry>,
    },
}

impl OrderStore {
    /// Appends operations in their order. `durable` is the last sequence known to be committed.
    pub async fn append(
        &self,
        programme: &ProgrammeId,
        epoch: Epoch,
        durable: Sequence,
        operations: &[Ordered],
    ) -> Result<Appended, OrderError> {
        let keys = Keys::of(&self.prefix, programme, epoch);
        let mut command = function("append", &keys.all());
        command.arg(epoch.get()).arg(durable.get());
        for operation in operations {
            let round = operation.round.as_ref().map_or("", RoundId::as_str);
            command
                .arg(operation.kind.as_str())
                .arg(operation.id.to_string())
                .arg(hex::encode(operation.hash));
            command.arg(round).arg(&operation.body);
        }
        let answer = self.call(&command).await?;
        understand(epoch, &answer, operations).ok_or(OrderError::Unreadable("an answer to append"))
    }
}

fn understand(epoch: Epoch, answer: &Value, operations: &[Ordered]) -> Option<Appended> {
    let Value::Array(items) = answer else {
        return match text(answer)? {
            "STALE" => Some(Appended::Stale),
            "BEHIND" => Some(Appended::Behind),
            _ => None,
        };
    };
    let [seq, link, base_seq, pairs @ ..] = items.as_slice() else { return None };
    let link = Link::read(text(link)?)?;
    let before = Head { seq: number(seq)?.into(), link, base_seq: number(base_seq)?.into() };
    let heard: Vec<Heard> = pairs.chunks_exact(2).map(|pair| one(epoch, pair)).collect::<Option<_>>()?;
    if heard.len() != operations.len() {
        return None;
    }
    let entries = fresh(&before, operations, &heard);
    Some(Appended::Each { before, heard, entries })
}

/// The operations that got the next places, one after the other, as Redis has written them.
fn fresh(before: &Head, operations: &[Ordered], heard: &[Heard]) -> Vec<Entry> {
    let (mut seq, mut link) = (before.seq, before.link);
    let placed = operations.iter().zip(heard).filter_map(|(operation, heard)| {
        let Heard::Placed(at) = heard else { return None };
        if at.seq != seq.next() {
            return None;
        }
        seq = at.seq;
        link = link.follow(seq, operation.kind, operation.id.uuid(), &operation.hash);
        Some(operation.at(seq, link))
    });
    placed.collect()
}

fn one(epoch: Epoch, pair: &[Value]) -> Option<Heard> {
    let at = Position { epoch, seq: number(&pair[1])?.into() };
    match number(&pair[0])? {
        0 => Some(Heard::Placed(at)),
        1 => Some(Heard::Conflict(at)),
        2 => Some(Heard::NotOpen(at)),
        _ => None,
    }
}
