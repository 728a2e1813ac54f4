//! A pool's waiting list: in order of entry, with everybody's position at hand however long it is.

use super::{PlaceIndex, Sequence};

/// Who waits. One who enters comes last: entries are in the order of operations.
#[derive(Debug, Clone, Default)]
pub struct Queue {
    /// All who ever entered since it was last empty.
    entries: Vec<Waiting>,
    /// A binary indexed tree over the entries: how many of a range still wait.
    counts: Vec<u32>,
    /// Before this one nobody waits any more.
    first: usize,
    len: usize,
}

/// One who waits or waited.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    /// As four bytes: this is kept for each of a million, in each of their pools.
    entered: u32,
    place: PlaceIndex,
    waits: bool,
}

impl Queue {
    /// How many wait.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Those who wait, in order, with the operation by which they entered.
    pub fn iter(&self) -> impl Iterator<Item = (Sequence, PlaceIndex)> {
        let waiting = self.entries[self.first..].iter().filter(|one| one.waits);
        waiting.map(|one| (Sequence::from(i64::from(one.entered)), one.place))
    }

    /// The first.
    pub fn first(&self) -> Option<(Sequence, PlaceIndex)> {
        self.iter().next()
    }

    /// The position of one who entered at this operation, from 1: how many wait up to there.
    pub fn position(&self, entered: Sequence) -> usize {
        let mut index = self.entries.partition_point(|one| i64::from(one.entered) <= entered.get());
        let mut waiting = 0;
        while index > 0 {
            waiting += self.counts[index - 1] as usize;
            index &= index - 1;
        }
        waiting
    }

    /// Somebody enters, at an operation that is later than any before.
    pub(super) fn push(&mut self, entered: Sequence, place: PlaceIndex) {
        if self.len == 0 {
            *self = Self::default();
        }
        let entered = entered.as_u32();
        debug_assert!(self.entries.last().is_none_or(|last| last.entered < entered), "one enters at the end");
        self.entries.push(Waiting { entered, place, waits: true });
        self.len += 1;

        let (end, begin) = (self.entries.len(), self.entries.len() & (self.entries.len() - 1));
        let (mut count, mut index) = (1, end - 1);
        while index > begin {
            count += self.counts[index - 1];
            index &= index - 1;
        }
        self.counts.push(count);
    }

    /// The last to enter never did.
    pub(super) fn take_back_last(&mut self) {
        if self.entries.pop().is_some_and(|last| last.waits) {
            self.len -= 1;
        }
        self.counts.pop();
        self.first = self.first.min(self.entries.len());
    }

    /// The one who entered at this operation waits no more.
    pub(super) fn remove(&mut self, entered: Sequence) {
        let Ok(at) = self.entries.binary_search_by_key(&entered.get(), |one| one.entered.into()) else {
            return;
        };
        if !std::mem::replace(&mut self.entries[at].waits, false) {
            return;
        }
        self.len -= 1;
        let mut index = at + 1;
        while index <= self.counts.len() {
            self.counts[index - 1] -= 1;
            index += index & index.wrapping_neg();
        }
        while self.entries.get(self.first).is_some_and(|one| !one.waits) {
            self.first += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// the queue is what a sorted map is, and a position what counting gives.
        #[test]
        fn a_queue_is_a_sorted_map_that_knows_positions(steps in proptest::collection::vec((0..3_u8, 0..60_u32), 1..80)) {
            let (mut queue, mut map) = (Queue::default(), BTreeMap::new());
            let mut next = 0;
            for (what, number) in steps {
                if what == 0 {
                    let gone = map.keys().nth(number as usize).copied().unwrap_or(number);
                    map.remove(&gone);
                    queue.remove(i64::from(gone).into());
                } else {
                    next += 1 + number % 3;
                    map.insert(next, PlaceIndex::from(number));
                    queue.push(i64::from(next).into(), PlaceIndex::from(number));
                }
                let sorted: Vec<_> = map.iter().map(|(entered, place)| (Sequence::from(i64::from(*entered)), *place)).collect();
                prop_assert_eq!(queue.iter().collect::<Vec<_>>(), sorted.clone());
                prop_assert_eq!((queue.len(), queue.first()), (map.len(), sorted.first().copied()));
                for (index, (entered, _)) in sorted.into_iter().enumerate() {
                    prop_assert_eq!(queue.position(entered), index + 1);
                }
            }
        }
    }
}
