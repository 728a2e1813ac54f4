//! Reads the end of the log, and entries of it, in one call.

use redis::Value;
use vocabulary::ProgrammeId;

use super::{Keys, OrderError, OrderStore, function, number, text};
use crate::domain::{Entry, Epoch, Head, Kind, Link, Order, Sequence};

impl OrderStore {
    /// Reads the log of an epoch after a sequence, at most so many entries.
    pub async fn read(
        &self,
        programme: &ProgrammeId,
        epoch: Epoch,
        after: Sequence,
        limit: usize,
    ) -> Result<Order, OrderError> {
        let keys = Keys::of(&self.prefix, programme, epoch);
        let mut command = function("read", &keys.all());
        command.arg(after.get()).arg(limit);
        let answer = self.call(&command).await?;
        order(&answer).ok_or(OrderError::Unreadable("a log"))
    }

    /// Reads the log of the epoch that Redis itself is in, or of the one named where it is in none.
    pub async fn read_current(
        &self,
        programme: &ProgrammeId,
        named: Epoch,
        after: Sequence,
        limit: usize,
    ) -> Result<Order, OrderError> {
        let keys = Keys::of(&self.prefix, programme, named);
        let mut command = function("read_current", &[&keys.current]);
        command.arg(&keys.line).arg(named.get()).arg(after.get()).arg(limit);
        let answer = self.call(&command).await?;
        order(&answer).ok_or(OrderError::Unreadable("a log"))
    }
}

fn order(answer: &Value) -> Option<Order> {
    let Value::Array(items) = answer else { return None };
    let [current, seq, link, base_seq, Value::Array(entries)] = items.as_slice() else { return None };
    let head = number(seq).map(|seq| {
        Some(Head { seq: seq.into(), link: Link::read(text(link)?)?, base_seq: number(base_seq)?.into() })
    });
    Some(Order {
        current: number(current).map(Epoch::from),
        head: match head {
            Some(head) => Some(head?),
            None => None,
        },
        entries: entries.iter().map(entry).collect::<Option<_>>()?,
    })
}

/// An entry of the stream: its id, then names and values in the order in which `order.lua` writes them.
fn entry(value: &Value) -> Option<Entry> {
    let Value::Array(parts) = value else { return None };
    let [id, Value::Array(fields)] = parts.as_slice() else { return None };
    let [_, kind, _, operation, _, hash, _, body, _, link] = fields.as_slice() else { return None };
    let mut body_hash = [0; 32];
    hex::decode_to_slice(text(hash)?, &mut body_hash).ok()?;
    Some(Entry {
        seq: text(id)?.strip_suffix("-0")?.parse::<i64>().ok()?.into(),
        id: text(operation)?.parse().ok()?,
        kind: Kind::read(text(kind)?)?,
        body: text(body)?.into(),
        body_hash,
        link: Link::read(text(link)?)?,
    })
}
