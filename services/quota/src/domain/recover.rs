//! What to do about evidence that Redis' log is not the one that PostgreSQL goes on from.

use super::mutant::{Mutant, planted};
use super::operation::words;
use super::{Epoch, Head, Mode, Order, Position, Row, Sequence};

/// More epochs than this within a minute mean that two Redis primaries take turns.
pub const MAX_RECENT: usize = 3;

/// Why the order may have to be built anew. An unreachable Redis is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// Redis holds nothing of the epoch, or another one.
    Stale,
    /// Redis is behind what is known to be committed.
    Behind,
    /// The log lacks an entry.
    Hole,
    /// The log does not extend what is committed.
    BrokenChain,
    /// A sequence was folded, and the operation that it was given to is not there.
    MissingOperation,
    /// An operator asks to look.
    Asked,
    /// What was committed is not there any more, and something else is in its place.
    Lost,
}

words! {
    /// Why a line halts: what only an operator can judge.
    HaltCause {
        /// PostgreSQL lacks what was committed, and Redis cannot give it back.
        BothStoresLost "BOTH_STORES_LOST",
        /// Redis is in a later epoch, with a log that does not extend PostgreSQL's.
        OrderAhead "ORDER_AHEAD",
        /// The order was built anew too often within a minute.
        TooManyRecoveries "TOO_MANY_RECOVERIES",
        /// A constraint of the tables was violated: a fault of this program.
        ConstraintViolated "CONSTRAINT_VIOLATED",
        /// The journal does not lead to what the row says.
        JournalDisagrees "JOURNAL_DISAGREES",
    }
}

/// What Redis says when it is asked again, under the lock of the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The log of Redis' own current epoch, with the entry after the row's last.
    pub order: Order,
    /// How many epochs began within the last minute.
    pub recent: usize,
}

/// What a recovery does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing: the log does go on from the row.
    Healthy,
    /// Another epoch has begun meanwhile: load the line anew.
    Reload,
    /// Put this epoch into Redis once more: nothing of it was ever folded.
    Install(Epoch),
    /// Take over the later epoch that Redis is in: PostgreSQL was set back to before it.
    Adopt {
        /// That epoch.
        epoch: Epoch,
        /// Where it began.
        base_seq: Sequence,
    },
    /// Begin the next epoch at the row, and put it into Redis.
    Begin(Epoch),
    /// Stop the line.
    Halt(HaltCause),
}

impl Evidence {
    /// For logs and the table of recoveries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stale => "STALE",
            Self::Behind => "BEHIND",
            Self::Hole => "HOLE",
            Self::BrokenChain => "BROKEN_CHAIN",
            Self::MissingOperation => "MISSING_OPERATION",
            Self::Asked => "ASKED",
            Self::Lost => "LOST",
        }
    }
}

/// Decides what a recovery does. `evidence_from` is the epoch in which the evidence was found, `durable` the latest
/// position that this replica has ever seen committed: it outlives its memory of the line.
pub fn remedy(evidence_from: Epoch, durable: Position, row: &Row, asked: &Asked) -> Remedy {
    if row.at.epoch > evidence_from {
        return Remedy::Reload;
    }
    if asked.order.current > Some(row.at.epoch) {
        return later_epoch(row, &asked.order);
    }
    let lost = row.at.seq < durable.seq;
    // Only the beginning of an epoch may have been lost: its number is not used again.
    let latest = row.at.epoch.max(durable.epoch);
    if row.mode == Mode::Direct {
        // Nothing but this row is there to go on from.
        return match lost {
            true => Remedy::Halt(HaltCause::BothStoresLost),
            false if latest > row.at.epoch => Remedy::Begin(latest.next()),
            false => Remedy::Healthy,
        };
    }
    let this_epoch = asked.order.head.as_ref().filter(|_| asked.order.current == Some(row.at.epoch));
    if this_epoch.is_some() && row.is_extended_by(&asked.order) {
        return Remedy::Healthy;
    }
    if lost && !planted(Mutant::IgnoresWhatIsDurable) {
        return Remedy::Halt(HaltCause::BothStoresLost);
    }
    if this_epoch.is_none() && row.at.seq == row.base_seq && row.at.epoch == latest {
        return Remedy::Install(latest);
    }
    if asked.recent >= MAX_RECENT {
        return Remedy::Halt(HaltCause::TooManyRecoveries);
    }
    Remedy::Begin(latest.next())
}

fn later_epoch(row: &Row, order: &Order) -> Remedy {
    match (order.current, order.head) {
        (Some(epoch), Some(Head { base_seq, .. })) if row.is_extended_by(order) => {
            Remedy::Adopt { epoch, base_seq }
        }
        _ => Remedy::Halt(HaltCause::OrderAhead),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Digest, Link};
    use super::*;

    fn row(epoch: i64, base_seq: i64, last_seq: i64) -> Row {
        Row {
            at: at(epoch, last_seq),
            base_seq: base_seq.into(),
            mode: Mode::Log,
            link: link(last_seq),
            digest: Digest::from([0; 32]),
            open_round: None,
        }
    }

    fn at(epoch: i64, seq: i64) -> Position {
        Position { epoch: epoch.into(), seq: seq.into() }
    }

    fn link(seq: i64) -> Link {
        Link::read(&format!("{seq:040x}")).unwrap()
    }

    /// A Redis in an epoch, whose log ends at a sequence.
    fn redis(epoch: i64, seq: i64) -> Asked {
        let head = Head { seq: seq.into(), link: link(seq), base_seq: 0.into() };
        Asked {
            order: Order { current: Some(epoch.into()), head: Some(head), entries: Vec::new() },
            recent: 0,
        }
    }

    fn wiped() -> Asked {
        Asked { order: Order { current: None, head: None, entries: Vec::new() }, recent: 0 }
    }

    fn epoch(number: i64) -> Epoch {
        number.into()
    }

    #[test]
    fn a_redis_that_stands_at_the_row_needs_no_recovery() {
        let found = remedy(epoch(1), at(1, 100), &row(1, 0, 100), &redis(1, 100));
        assert_eq!(found, Remedy::Healthy);
    }

    #[test]
    fn a_wiped_redis_begins_the_next_epoch_at_the_row() {
        assert_eq!(remedy(epoch(1), at(1, 100), &row(1, 0, 100), &wiped()), Remedy::Begin(epoch(2)));
        assert_eq!(remedy(epoch(1), at(1, 100), &row(1, 0, 100), &redis(1, 90)), Remedy::Begin(epoch(2)));
    }

    #[test]
    fn an_epoch_of_which_nothing_was_folded_is_installed_again() {
        assert_eq!(remedy(epoch(2), at(2, 100), &row(2, 100, 100), &wiped()), Remedy::Install(epoch(2)));
        assert_eq!(
            remedy(epoch(2), at(1, 100), &row(2, 100, 100), &redis(1, 100)),
            Remedy::Install(epoch(2))
        );
    }

    #[test]
    fn evidence_of_an_epoch_that_is_over_is_none() {
        assert_eq!(remedy(epoch(1), at(1, 100), &row(2, 100, 100), &wiped()), Remedy::Reload);
    }

    #[test]
    fn what_both_stores_have_lost_halts_the_line() {
        let lost = Remedy::Halt(HaltCause::BothStoresLost);
        assert_eq!(remedy(epoch(1), at(1, 101), &row(1, 0, 100), &wiped()), lost);
        assert_eq!(
            remedy(epoch(1), at(1, 101), &row(1, 100, 100), &wiped()),
            lost,
            "not installed again either"
        );
    }

    #[test]
    fn the_number_of_an_epoch_whose_beginning_was_lost_is_not_used_again() {
        let begun = remedy(epoch(1), at(2, 100), &row(1, 0, 100), &redis(1, 90));
        assert_eq!(begun, Remedy::Begin(epoch(3)));
        assert_eq!(remedy(epoch(1), at(2, 100), &row(1, 100, 100), &wiped()), Remedy::Begin(epoch(3)));
    }

    #[test]
    fn a_postgresql_set_back_to_before_an_epoch_takes_it_over_if_the_log_extends_it() {
        let adopted = Remedy::Adopt { epoch: epoch(3), base_seq: 0.into() };
        assert_eq!(remedy(epoch(1), at(1, 100), &row(1, 0, 100), &redis(3, 100)), adopted);
        let ahead = Remedy::Halt(HaltCause::OrderAhead);
        assert_eq!(remedy(epoch(1), at(1, 100), &row(1, 0, 100), &redis(3, 150)), ahead);
    }

    #[test]
    fn too_many_recoveries_within_a_minute_halt_the_line() {
        let asked = Asked { recent: MAX_RECENT, ..wiped() };
        let halt = Remedy::Halt(HaltCause::TooManyRecoveries);
        assert_eq!(remedy(epoch(1), at(1, 100), &row(1, 0, 100), &asked), halt);
    }
}
