//! What Redis has just said to this replica: the end of its log, where it is known without reading it.

use std::time::Duration;

use super::{Appended, Entry, Epoch, Head, Moment, Order, Sequence};

/// The most entries that are kept: a combiner that is behind reads the log.
const MOST: usize = 8_192;

/// A stretch of the log that this replica has appended itself, up to its end.
#[derive(Debug)]
pub struct Said {
    stretch: Option<Stretch>,
    /// When the log itself was last read, and in which epoch Redis was then.
    read: Option<(Moment, Epoch)>,
    /// For so long after that it need not be read again. Then it is, for what other replicas have left in it.
    trusted_for: Duration,
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
    /// Nothing was said yet.
    pub const fn new(trusted_for: Duration) -> Self {
        Self { stretch: None, read: None, trusted_for }
    }

    /// Redis has said something to a batch, or nothing: then it may have lost what it said before.
    pub fn heard(&mut self, epoch: Epoch, appended: Option<Appended>) {
        match appended {
            Some(Appended::Each { before, entries, .. }) => self.append(epoch, before, entries),
            _ => self.stretch = None,
        }
    }

    /// The log itself was read; none where it could not be. What Redis said before stays known only if it is in what was read:
    /// an epoch may be over, or have been lost and installed once more, and a PostgreSQL that is set back must not be led on by
    /// what was said then, over what was answered since.
    pub fn was_read(&mut self, order: Option<&Order>, now: Moment) {
        self.read = order.and_then(|order| order.current).map(|epoch| (now, epoch));
        self.stretch.take_if(|stretch| order.is_some_and(|order| !stretch.is_in(order)));
    }

    /// PostgreSQL may have been set back, or Redis have lost something: it is to be read before anything is believed.
    pub fn forget(&mut self) {
        (self.stretch, self.read) = (None, None);
    }

    /// What somebody else has appended in between begins a new stretch.
    fn append(&mut self, epoch: Epoch, before: Head, entries: Vec<Entry>) {
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
    pub fn log(&mut self, epoch: Epoch, after: Sequence, limit: usize, now: Moment) -> Option<Order> {
        let (at, current) = self.read?;
        if now >= at + self.trusted_for || current != epoch {
            return None;
        }
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

impl Stretch {
    /// The chain at its end stands for all of it.
    fn is_in(&self, order: &Order) -> bool {
        let (seq, link) = (self.head.seq, self.head.link);
        let ends = order.head.is_some_and(|head| (head.seq, head.link) == (seq, link));
        let holds = order.entries.iter().any(|entry| (entry.seq, entry.link) == (seq, link));
        order.current == Some(self.epoch) && (ends || holds)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Link};
    use super::*;

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
            body: "".into(),
            body_hash: [0; 32],
            link: link(seq),
        };
        (from..=to).map(entry).collect()
    }

    /// What is said within a second of a reading.
    fn said() -> Said {
        let mut said = Said::new(Duration::from_secs(1));
        said.was_read(Some(&order(Epoch::FIRST, 4)), NOW);
        said
    }

    /// A log that ends there.
    fn order(epoch: Epoch, seq: i64) -> Order {
        Order { current: Some(epoch), head: Some(head(seq)), entries: Vec::new() }
    }

    const NOW: Moment = Duration::from_secs(7);

    #[test]
    fn what_was_appended_in_one_piece_need_not_be_read() {
        let mut said = said();
        said.append(Epoch::FIRST, head(4), entries(5, 7));
        said.append(Epoch::FIRST, head(7), entries(8, 9));
        let order = said.log(Epoch::FIRST, 5.into(), 3, NOW).unwrap();
        assert_eq!(order.head, Some(head(9)));
        assert_eq!(order.entries.iter().map(|entry| entry.seq.get()).collect::<Vec<_>>(), [6, 7, 8]);
        assert_eq!(said.log(Epoch::FIRST, 9.into(), 3, NOW).unwrap().entries, []);
    }

    #[test]
    fn what_others_have_appended_is_not_known() {
        let mut said = said();
        said.append(Epoch::FIRST, head(4), entries(5, 7));
        assert_eq!(said.log(Epoch::FIRST, 3.into(), 9, NOW), None, "somebody else's come first");
        said.append(Epoch::FIRST, head(8), entries(9, 9));
        assert_eq!(said.log(Epoch::FIRST, 7.into(), 9, NOW), None, "one in between is not ours");
        assert_eq!(said.log(Epoch::FIRST.next(), 8.into(), 9, NOW), None);
    }

    #[test]
    fn the_log_is_read_now_and_then_and_after_every_doubt() {
        let mut said = said();
        said.append(Epoch::FIRST, head(4), entries(5, 7));
        assert_eq!(said.log(Epoch::FIRST, 5.into(), 9, NOW + Duration::from_secs(1)), None, "too long ago");
        said.was_read(None, NOW);
        assert_eq!(said.log(Epoch::FIRST, 5.into(), 9, NOW), None, "it could not be read");
        said.was_read(Some(&order(Epoch::FIRST, 7)), NOW);
        assert!(said.log(Epoch::FIRST, 5.into(), 9, NOW).is_some());
        said.heard(Epoch::FIRST, Some(Appended::Behind));
        assert_eq!(said.log(Epoch::FIRST, 5.into(), 9, NOW), None);
    }

    /// P2: Redis has gone on to another epoch, and PostgreSQL is set back to before it.
    #[test]
    fn what_was_said_in_an_epoch_that_is_over_is_forgotten() {
        let mut said = said();
        said.append(Epoch::FIRST, head(4), entries(5, 7));
        said.was_read(Some(&order(Epoch::FIRST.next(), 7)), NOW);
        assert_eq!(said.log(Epoch::FIRST, 5.into(), 9, NOW), None);
        said.was_read(Some(&order(Epoch::FIRST, 7)), NOW);
        assert_eq!(said.log(Epoch::FIRST, 5.into(), 9, NOW), None);
    }

    /// P4: Redis lost an epoch, which was installed once more.
    #[test]
    fn what_was_said_and_lost_is_forgotten() {
        let mut said = said();
        said.append(Epoch::FIRST, head(4), entries(5, 7));
        said.was_read(Some(&order(Epoch::FIRST, 4)), NOW);
        assert_eq!(said.log(Epoch::FIRST, 5.into(), 9, NOW), None);
    }
}
