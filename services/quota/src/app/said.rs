//! What Redis has just said to this replica: the end of its log, where it is known without reading it.

use crate::domain::{Entry, Epoch, Head, Order, Sequence};

/// The most entries that are kept: a combiner that is behind reads the log.
const MOST: usize = 8_192;

/// A stretch of the log that this replica has appended itself, up to its end.
#[derive(Debug, Default)]
pub(super) struct Said {
    stretch: Option<Stretch>,
}

#[derive(Debug)]
struct Stretch {
    epoch: Epoch,
    /// Before its first entry.
    after: Sequence,
    head: Head,
    entries: Vec<Entry>,
}

impl Said {
    /// Redis has appended these at the end that it named. What somebody else has appended in between begins a new stretch.
    pub(super) fn appended(&mut self, epoch: Epoch, before: Head, entries: Vec<Entry>) {
        let Some(last) = entries.last() else { return };
        let head = Head { seq: last.seq, link: last.link, base_seq: before.base_seq };
        match &mut self.stretch {
            Some(stretch)
                if stretch.epoch == epoch && stretch.head == before && stretch.entries.len() < MOST =>
            {
                stretch.entries.extend(entries);
                stretch.head = head;
            }
            stretch => *stretch = Some(Stretch { epoch, after: before.seq, head, entries }),
        }
    }

    /// The log of an epoch after a sequence, at most so many entries, if it is known.
    pub(super) fn read(&mut self, epoch: Epoch, after: Sequence, limit: usize) -> Option<Order> {
        let stretch = self.stretch.as_mut().filter(|stretch| stretch.epoch == epoch)?;
        if after < stretch.after || after > stretch.head.seq {
            return None;
        }
        let done = stretch.entries.partition_point(|entry| entry.seq <= after);
        stretch.entries.drain(..done);
        stretch.after = after;
        let entries = stretch.entries.iter().take(limit).cloned().collect();
        Some(Order { current: Some(epoch), head: Some(stretch.head), entries })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Kind, Link};

    fn head(seq: i64) -> Head {
        Head { seq: seq.into(), link: link(seq), base_seq: 0.into() }
    }

    fn link(seq: i64) -> Link {
        Link::read(&format!("{seq:040x}")).unwrap()
    }

    fn entries(from: i64, to: i64) -> Vec<Entry> {
        let entry = |seq: i64| Entry {
            seq: seq.into(),
            id: vocabulary::OperationId::new(),
            kind: Kind::Reserve,
            body: String::new(),
            body_hash: [0; 32],
            link: link(seq),
        };
        (from..=to).map(entry).collect()
    }

    #[test]
    fn what_was_appended_in_one_piece_need_not_be_read() {
        let mut said = Said::default();
        said.appended(Epoch::FIRST, head(4), entries(5, 7));
        said.appended(Epoch::FIRST, head(7), entries(8, 9));
        let order = said.read(Epoch::FIRST, 5.into(), 3).unwrap();
        assert_eq!(order.head, Some(head(9)));
        assert_eq!(order.entries.iter().map(|entry| entry.seq.get()).collect::<Vec<_>>(), [6, 7, 8]);
        assert_eq!(said.read(Epoch::FIRST, 9.into(), 3).unwrap().entries, []);
    }

    #[test]
    fn what_others_have_appended_is_not_known() {
        let mut said = Said::default();
        said.appended(Epoch::FIRST, head(4), entries(5, 7));
        assert_eq!(said.read(Epoch::FIRST, 3.into(), 9), None, "somebody else's come first");
        said.appended(Epoch::FIRST, head(8), entries(9, 9));
        assert_eq!(said.read(Epoch::FIRST, 7.into(), 9), None, "one in between is not ours");
        assert_eq!(said.read(Epoch::FIRST.next(), 8.into(), 9), None);
    }
}
