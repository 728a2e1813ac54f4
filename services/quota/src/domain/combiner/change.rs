//! Recovery, and changes of mode.

use super::super::{Asked, Epoch, Evidence, HaltCause, Mode, Remedy, Row, Shown, remedy};
use super::{Change, Combiner, Command, Doing, Notice, Then, Under, Why};

/// Recovery, and changes of mode.
impl Combiner {
    pub(super) fn ask(&mut self, row: Row, under: Under) -> Command {
        let (epoch, after) = (row.at.epoch, row.at.seq);
        self.doing = Doing::Asking(row, under);
        Command::Ask { epoch, after }
    }

    pub(super) fn asked(&mut self, row: Row, under: &Under, asked: &Asked) -> Command {
        self.checked(under);
        let (epoch, evidence) = match under {
            Under::Check(epoch, evidence) => (*epoch, *evidence),
            Under::Return if asked.order.current <= Some(row.at.epoch) => {
                let epoch = row.at.epoch.next();
                return self.begin_epoch(row, epoch, Mode::Log, Why::RedisBack);
            }
            _ => (row.at.epoch, Evidence::Behind),
        };
        let durable = self.durable.map_or(row.at, |(at, _)| at);
        let remedy = remedy(epoch, durable, &row, asked);
        self.remedy(row, remedy, evidence)
    }

    pub(super) fn checked(&mut self, under: &Under) {
        if matches!(under, Under::Check(..)) {
            self.notices.push(Notice::Checked);
        }
    }

    pub(super) fn remedy(&mut self, row: Row, remedy: Remedy, evidence: Evidence) -> Command {
        match remedy {
            Remedy::Healthy | Remedy::Reload if row.mode == Mode::Direct => self.rest(),
            Remedy::Healthy | Remedy::Reload => self.bring_to(row, Then::ReadOn),
            Remedy::Install(epoch) => {
                self.doing = Doing::Staging(row);
                Command::Stage(epoch)
            }
            Remedy::Adopt { epoch, base_seq } => {
                let base_seq = base_seq.min(row.at.seq);
                let change = Change::Begin { epoch, base_seq, mode: Mode::Log, why: Why::SetBack };
                self.change(row, change)
            }
            Remedy::Begin(epoch) => self.begin_epoch(row, epoch, Mode::Log, Why::Evidence(evidence)),
            Remedy::Halt(cause) => self.halt(row, cause),
        }
    }

    /// Goes on without Redis, if nobody else still hears from it, and nothing is missing that only Redis could give back.
    pub(super) fn leave(&mut self, row: Row, shown: Shown) -> Command {
        let Some(memory) = self.memory() else { return self.load() };
        let nobody_folds = row.at == memory.at && row.link == memory.link;
        if !nobody_folds {
            // Somebody hears from Redis: it is this replica alone that does not.
            self.stay();
            return self.bring_to(row, Then::ReadOn);
        }
        if shown == Shown::Unknown {
            self.stay();
            return self.rest();
        }
        if shown == Shown::TooLittle || !self.shows_what_is_durable(&row) {
            // What is missing Redis may still give back: it may answer reads.
            self.stay();
            return self.look();
        }
        let epoch = row.at.epoch.next();
        self.begin_epoch(row, epoch, Mode::Direct, Why::RedisAway)
    }

    fn stay(&mut self) {
        (self.leaves, self.is_refused) = (false, false);
        self.notices.push(Notice::Stays);
    }

    pub(super) fn begin_epoch(&mut self, row: Row, epoch: Epoch, mode: Mode, why: Why) -> Command {
        let base_seq = row.at.seq;
        self.change(row, Change::Begin { epoch, base_seq, mode, why })
    }

    pub(super) fn halt(&mut self, row: Row, cause: HaltCause) -> Command {
        self.change(row, Change::Halt(cause))
    }

    pub(super) fn change(&mut self, row: Row, change: Change) -> Command {
        self.doing = Doing::Changing(row, change);
        Command::Commit(change)
    }

    pub(super) fn changed(&mut self, mut row: Row, change: Change) -> Command {
        let (why, then) = match change {
            Change::Begin { epoch, base_seq, mode, why } => {
                (row.at.epoch, row.base_seq, row.mode) = (epoch, base_seq, mode);
                (Some(why), epoch)
            }
            Change::Halt(_) => {
                row.mode = Mode::Halted;
                (None, row.at.epoch)
            }
        };
        match why {
            Some(Why::Evidence(_) | Why::RedisBack) => {
                self.doing = Doing::Staging(row);
                Command::Stage(then)
            }
            Some(Why::SetBack) => {
                self.stands(row);
                self.look()
            }
            Some(Why::RedisAway) => {
                self.stands(row);
                self.lock(Under::Queue)
            }
            None => {
                self.stands(row);
                self.rest()
            }
        }
    }

    pub(super) fn staged(&mut self, row: Row, whole: bool) -> Command {
        if !whole {
            return self.look();
        }
        self.doing = Doing::Installing(row);
        Command::Install
    }

    pub(super) fn installed(&mut self, row: Row) -> Command {
        self.stands(row);
        self.look()
    }
}
