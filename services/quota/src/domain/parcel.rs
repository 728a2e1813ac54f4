//! What goes to the order together, and what it hears.

use super::{Entry, Head, Heard, Ordered};

/// Operations on their way to the order: what is due by the clock first, then what was asked, with those who ask.
#[derive(Debug)]
pub struct Parcel<T> {
    operations: Vec<Ordered>,
    senders: Vec<T>,
}

/// What Redis says to a parcel.
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

impl<T> Default for Parcel<T> {
    fn default() -> Self {
        Self { operations: Vec::new(), senders: Vec::new() }
    }
}

impl<T> Parcel<T> {
    /// Puts together what is due and what was asked.
    pub fn new(due: Vec<Ordered>, asked: impl IntoIterator<Item = (Ordered, T)>) -> Self {
        let (mut operations, mut senders) = (due, Vec::new());
        for (operation, sender) in asked {
            operations.push(operation);
            senders.push(sender);
        }
        Self { operations, senders }
    }

    /// The operations, in their order.
    pub fn operations(&self) -> &[Ordered] {
        &self.operations
    }

    /// What those who ask hear from Redis; nothing, where it did not answer: then their operations may be ordered or not.
    pub fn hear(self, appended: Option<&Appended>) -> Vec<(T, Heard)> {
        let all = match appended {
            Some(Appended::Each { heard, .. }) => return self.hear_each(heard),
            Some(Appended::Stale) => Heard::Stale,
            Some(Appended::Behind) => Heard::Behind,
            None => Heard::Nothing,
        };
        self.senders.into_iter().map(|sender| (sender, all)).collect()
    }

    /// What those who ask hear, where each operation hears something. What is due has nobody who listens.
    pub fn hear_each(self, heard: &[Heard]) -> Vec<(T, Heard)> {
        let due = self.operations.len() - self.senders.len();
        self.senders.into_iter().zip(heard.iter().skip(due).copied()).collect()
    }
}

impl Appended {
    /// Redis has placed operations at the end of its log.
    pub fn each(before: Head, heard: Vec<Heard>, operations: &[Ordered]) -> Self {
        let entries = fresh(&before, operations, &heard);
        Self::Each { before, heard, entries }
    }
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

#[cfg(test)]
mod tests {
    use vocabulary::{OperationId, ProgrammeId};

    use super::super::{Epoch, Operation, Position, Request};
    use super::*;

    /// what is due goes first, and nobody hears what it hears.
    #[test]
    fn those_who_ask_hear_of_their_own_operations() {
        let programme: ProgrammeId = "jinan-2021".parse().unwrap();
        let due = Ordered::from(&Operation::opening(&programme, &"spring".parse().unwrap()));
        let end = Ordered::from(&Operation { id: OperationId::new(), request: Request::End });
        let parcel = || Parcel::new(vec![due.clone()], [(end.clone(), "one"), (end.clone(), "two")]);
        assert_eq!(parcel().operations(), [due.clone(), end.clone(), end.clone()]);

        let at = |seq: i64| Heard::Placed(Position { epoch: Epoch::FIRST, seq: seq.into() });
        assert_eq!(parcel().hear_each(&[at(1), at(2), at(2)]), [("one", at(2)), ("two", at(2))]);
        assert_eq!(parcel().hear(Some(&Appended::Stale))[1], ("two", Heard::Stale));
        assert_eq!(parcel().hear(None)[0], ("one", Heard::Nothing));
    }
}
