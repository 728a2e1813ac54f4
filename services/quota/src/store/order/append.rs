//! Gives operations their place in the order: one call for all that has queued up.

use redis::Value;
use vocabulary::{ProgrammeId, RoundId};

use super::{Keys, OrderError, OrderStore, function, number, text};
use crate::domain::{Appended, Epoch, Head, Heard, Link, Ordered, Position, Sequence};

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
            command.arg(round).arg(&*operation.body);
        }
        let answer = self.call(&command).await?;
        understand(epoch, &answer, operations).ok_or(OrderError::Unreadable("an answer to append"))
    }

    /// Whether Redis takes operations: it is given none, by the function that would write them. One that is full (OOM), a replica
    /// of another (READONLY), or one that cannot save (MISCONF) answers reads, and the first two a PING, and refuses this.
    pub async fn takes_operations(&self, programme: &ProgrammeId) -> Result<(), OrderError> {
        self.append(programme, Epoch::FIRST, Sequence::START, &[]).await.map(drop)
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
    Some(Appended::each(before, heard, operations))
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
