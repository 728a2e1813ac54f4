//! The next step of a combiner: what it makes of Redis' log and of the locked row of the line.

use vocabulary::RoundId;

use super::mutant::{Mutant, planted};
use super::{Digest, Entry, Epoch, Evidence, Link, Mode, Position, Sequence};

/// The row of a line, as committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where the line stands.
    pub at: Position,
    /// Where its epoch began.
    pub base_seq: Sequence,
    /// How it takes its order.
    pub mode: Mode,
    /// Redis' chain at the last operation.
    pub link: Link,
    /// The SHA-256 chain at the last operation.
    pub digest: Digest,
    /// The round that takes applications.
    pub open_round: Option<RoundId>,
}

/// What a replica keeps of a line between two steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// Where its fold stands.
    pub at: Position,
    /// Redis' chain there.
    pub link: Link,
}

/// The end of Redis' log of one epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The last sequence.
    pub seq: Sequence,
    /// The chain there.
    pub link: Link,
    /// Where the epoch began.
    pub base_seq: Sequence,
}

/// What Redis holds of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The epoch that it takes operations for; none where it holds nothing.
    pub current: Option<Epoch>,
    /// The end of the log of the epoch that was asked for; none where it is not there.
    pub head: Option<Head>,
    /// Entries of that log.
    pub entries: Vec<Entry>,
}

/// What was read from Redis before the row was locked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The epoch that was asked for.
    pub epoch: Epoch,
    /// Entries after this one were asked for.
    pub after: Sequence,
    /// What there was.
    pub order: Order,
}

/// What a combiner makes of what it has seen, in mode `LOG`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Nothing: all that is ordered is folded.
    Rest,
    /// Read Redis again: what was read is older than the row.
    ReadAgain,
    /// Another replica began another epoch: bring the fold to the row, then read the order of that epoch.
    Reload,
    /// PostgreSQL was set back: load the line anew and fold the log again from there. Never a reason to recover.
    SetBack,
    /// Fold.
    Fold {
        /// What another replica has committed meanwhile, as far as the log shows it; the journal holds it all.
        known: Vec<Entry>,
        /// What nobody has folded yet.
        fresh: Vec<Entry>,
    },
    /// The log is not what the line needs.
    Recover(Evidence),
}

impl Row {
    /// Whether this row's epoch has come to a position.
    pub fn has_reached(&self, position: Position) -> bool {
        self.at.epoch == position.epoch && self.at.seq >= position.seq
    }

    /// Whether an epoch may still be put into Redis as this row has it: nothing of it was folded.
    pub fn can_be_installed(&self, epoch: Epoch) -> bool {
        self.mode == Mode::Log && self.at.epoch == epoch && self.at.seq == self.base_seq
    }

    /// Whether a log's end, or its next entry, shows that it goes on from this row.
    pub fn is_extended_by(&self, order: &Order) -> bool {
        let stands =
            order.head.as_ref().is_some_and(|head| head.seq == self.at.seq && head.link == self.link);
        let next = order.entries.first();
        stands || next.is_some_and(|next| next.seq == self.at.seq.next() && self.link.leads_to(next))
    }
}

impl Seen {
    /// Whether Redis stands just where the replica does: there is nothing to do, and no row to lock.
    pub fn is_nothing_new(&self, memory: &Memory) -> bool {
        let head = self.order.head.as_ref();
        self.order.current == Some(memory.at.epoch)
            && head.is_some_and(|head| head.seq == memory.at.seq && head.link == memory.link)
    }
}

/// Decides a combiner's next step, under the lock of the row.
pub fn next_step(memory: &Memory, row: &Row, seen: Seen) -> Step {
    if row.at.epoch != memory.at.epoch && !planted(Mutant::SkipsTheEpochCheck) {
        return Step::Reload;
    }
    let other_past = row.at.seq == memory.at.seq && row.link != memory.link;
    if row.at.seq < memory.at.seq || other_past {
        let recovers = planted(Mutant::RecoversAfterASetBack);
        return if recovers { Step::Recover(Evidence::Behind) } else { Step::SetBack };
    }
    let same_epoch = seen.order.current == Some(row.at.epoch) || planted(Mutant::SkipsTheEpochCheck);
    let Some(head) = seen.order.head.filter(|_| same_epoch) else {
        return Step::Recover(Evidence::Stale);
    };
    let (known, later) = split(memory, row, seen.order.entries);
    let fresh = extending(row, later);
    if !fresh.is_empty() || row.at.seq > memory.at.seq {
        return Step::Fold { known, fresh };
    }
    nothing_to_fold(row, seen.after, &head)
}

/// Divides entries at the row. Those before it count only if they lead from the memory to the row without a break.
fn split(memory: &Memory, row: &Row, entries: Vec<Entry>) -> (Vec<Entry>, Vec<Entry>) {
    let (known, later): (Vec<Entry>, Vec<Entry>) =
        entries.into_iter().partition(|entry| entry.seq <= row.at.seq);
    let (leading, link) = lead(memory.at.seq, memory.link, known);
    let whole = leading.last().is_some_and(|last| last.seq == row.at.seq) && link == row.link;
    (if whole { leading } else { Vec::new() }, later)
}

/// The first entries that follow the row, without a hole, and extend its chain.
fn extending(row: &Row, entries: Vec<Entry>) -> Vec<Entry> {
    lead(row.at.seq, row.link, entries).0
}

/// The first entries that follow a point one by one and extend its chain, and the chain after them.
pub(super) fn lead(mut seq: Sequence, mut link: Link, entries: Vec<Entry>) -> (Vec<Entry>, Link) {
    let follows = |entry: &Entry| {
        let next = entry.seq == seq.next() && link.leads_to(entry) || planted(Mutant::FoldsPastAHole);
        if next {
            (seq, link) = (entry.seq, entry.link);
        }
        next
    };
    let leading = entries.into_iter().take_while(follows).collect();
    (leading, link)
}

/// The memory is at the row and no entry extends it: either the log ends here too, or it is not this line's.
fn nothing_to_fold(row: &Row, after: Sequence, head: &Head) -> Step {
    if head.seq > row.at.seq {
        return Step::Recover(Evidence::Hole);
    }
    if head.seq == row.at.seq {
        let same = head.link == row.link;
        return if same { Step::Rest } else { Step::Recover(Evidence::BrokenChain) };
    }
    // An end before the row may only be old; an end before what this replica knew when it asked is not.
    if head.seq < after { Step::Recover(Evidence::Behind) } else { Step::ReadAgain }
}

#[cfg(test)]
mod tests {
    use super::super::model::{entry_after, history_of};
    use super::super::{Batch, Line};
    use super::*;

    const EPOCH: Epoch = Epoch::FIRST;

    /// A log of ten operations, and the line after each number of them.
    fn log() -> (Vec<Entry>, Vec<Line>) {
        let mut line = Line::new(&"jinan-2021".parse().unwrap());
        let (mut entries, mut lines) = (Vec::new(), vec![line.clone()]);
        for request in history_of(10) {
            let entry = entry_after(&line, &request);
            line.fold(&entry, |_, _| ());
            entries.push(entry);
            lines.push(line.clone());
        }
        (entries, lines)
    }

    fn row(line: &Line) -> Row {
        Row {
            at: Position { epoch: EPOCH, seq: line.seq() },
            base_seq: Sequence::START,
            mode: Mode::Log,
            link: line.link(),
            digest: line.digest(),
            open_round: None,
        }
    }

    fn memory(line: &Line) -> Memory {
        Memory { at: Position { epoch: EPOCH, seq: line.seq() }, link: line.link() }
    }

    /// What Redis shows after an entry, up to another.
    fn seen(entries: &[Entry], after: usize, to: usize) -> Seen {
        let link = to.checked_sub(1).map_or_else(Link::start, |last| entries[last].link);
        let head = Head { seq: sequence(to), link, base_seq: Sequence::START };
        let order = Order { current: Some(EPOCH), head: Some(head), entries: entries[after..to].to_vec() };
        Seen { epoch: EPOCH, after: sequence(after), order }
    }

    fn sequence(entries: usize) -> Sequence {
        i64::try_from(entries).unwrap().into()
    }

    #[test]
    fn what_extends_the_row_is_folded_and_what_others_folded_is_known() {
        let (entries, lines) = log();
        let step = next_step(&memory(&lines[2]), &row(&lines[5]), seen(&entries, 2, 9));
        assert_eq!(step, Step::Fold { known: entries[2..5].to_vec(), fresh: entries[5..9].to_vec() });

        let mut line = lines[2].clone();
        Batch::fold(&mut line, entries[2..9].to_vec());
        assert_eq!(line.digest(), lines[9].digest());
    }

    #[test]
    fn a_log_that_breaks_is_folded_up_to_the_break_and_no_further() {
        let (entries, lines) = log();
        let at = |line: &Line, seen| next_step(&memory(line), &row(line), seen);
        let mut hole = seen(&entries, 2, 9);
        hole.order.entries.remove(3);
        assert_eq!(at(&lines[2], hole), Step::Fold { known: vec![], fresh: entries[2..5].to_vec() });

        let mut forged = seen(&entries, 2, 9);
        forged.order.entries[0].body_hash = [7; 32];
        assert_eq!(at(&lines[2], forged), Step::Recover(Evidence::Hole));
        let mut other_past = seen(&entries, 4, 4);
        other_past.order.head.as_mut().unwrap().link = Link::start();
        assert_eq!(at(&lines[4], other_past), Step::Recover(Evidence::BrokenChain));
        assert_eq!(at(&lines[6], seen(&entries, 4, 4)), Step::ReadAgain, "an older reading is no evidence");
        let mut lost = seen(&entries, 4, 4);
        lost.after = 6.into();
        assert_eq!(at(&lines[6], lost), Step::Recover(Evidence::Behind));
        let mut wiped = seen(&entries, 4, 4);
        (wiped.order.current, wiped.order.head) = (None, None);
        assert_eq!(at(&lines[4], wiped), Step::Recover(Evidence::Stale));
    }

    #[test]
    fn a_row_behind_the_memory_is_a_set_back_and_another_epoch_a_reload() {
        let (entries, lines) = log();
        assert_eq!(next_step(&memory(&lines[7]), &row(&lines[5]), seen(&entries, 7, 9)), Step::SetBack);
        let mut moved = row(&lines[5]);
        moved.at.epoch = EPOCH.next();
        assert_eq!(next_step(&memory(&lines[7]), &moved, seen(&entries, 7, 9)), Step::Reload);
    }

    #[test]
    fn where_all_stand_alike_no_row_is_locked() {
        let (entries, lines) = log();
        assert!(seen(&entries, 5, 5).is_nothing_new(&memory(&lines[5])));
        assert!(!seen(&entries, 5, 6).is_nothing_new(&memory(&lines[5])));
        assert_eq!(next_step(&memory(&lines[5]), &row(&lines[5]), seen(&entries, 5, 5)), Step::Rest);
    }
}
