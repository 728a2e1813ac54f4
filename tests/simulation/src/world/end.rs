//! The end of a run: what must hold then, and what it came to.

use quota::domain::{Evidence, HaltCause, Mode, RoundState};
use rand::RngExt;

use super::{Machine, World, programme};
use crate::checker::Checker;
use crate::replica::Replica;
use crate::{Broken, Report, Step};

/// Recoveries that a line may have stopped for.
const LATELY: Step = 200;

impl World {
    /// P7: nothing is half done.
    pub(super) fn is_settled(&self) -> bool {
        let tables = self.stores.postgres.tables();
        let row = &tables.row;
        let tail = self.stores.redis.tail();
        let same = tail.is_some_and(|(epoch, tail)| epoch == row.at.epoch && tail.link == row.link);
        let at_rest = |machine: &Machine| machine.replica.as_ref().is_some_and(Replica::is_at_rest);
        let knows = |machine: &Machine| {
            machine.replica.as_ref().is_some_and(|replica| replica.desk.view.at == row.at)
        };
        let closed = tables.rounds.iter().all(|round| round.state == RoundState::Closed);
        // A line whose Redis takes nothing any more goes on without it, as soon as somebody waits.
        let goes_on = match row.mode {
            _ if self.stores.redis.refuses => row.mode == Mode::Log || closed,
            Mode::Log => same && closed,
            Mode::Direct | Mode::Halted => false,
        };
        goes_on
            && self.senders.iter().all(|sender| sender.answer.is_some())
            && self.replicas.iter().all(|machine| at_rest(machine) && knows(machine))
    }

    pub(super) fn settled(&self) -> Result<Report, Broken> {
        self.checker.at_the_end(self.stores.postgres.tables())?;
        Ok(self.report())
    }

    /// A line may stop only where what was committed is lost, or its order was lost again and again. Then an operator comes.
    pub(super) fn halted(&mut self) -> Result<(), Broken> {
        let now = self.stores.now;
        let Some(at) = self.operator_at else {
            let tables = self.stores.postgres.tables();
            let may_stop = match tables.halted_by {
                Some(HaltCause::TooManyRecoveries) => tables.recent_recoveries(LATELY, now) >= 3,
                Some(HaltCause::BothStoresLost | HaltCause::OrderAhead) => self.loses_both,
                _ => false,
            };
            if !may_stop {
                let cause = tables.halted_by;
                return Err(Broken(format!("P7: the line stopped by {cause:?}, and nothing was lost")));
            }
            self.halts += 1;
            self.operator_at = Some(now + self.dice.random_range(1..120));
            return Ok(());
        };
        if now >= at {
            self.operator_at = None;
            self.recover();
        }
        Ok(())
    }

    /// An operator has the line go on: `app/recover_line.rs`. To accept a loss, the replicas are restarted first; from there on
    /// the promises hold again, for what is there.
    fn recover(&mut self) {
        if self.loses_both {
            for number in 0..self.replicas.len() {
                self.crash(number);
            }
            self.loses_both = false;
            self.checker = Checker::new(programme());
            self.furthest = self.stores.postgres.tables().row.at.seq;
            self.stores.redis.forget_places();
            self.start_replicas();
        }
        self.stores.postgres.resume();
        let number = self.dice.random_range(0..self.replicas.len());
        if let Some(replica) = &mut self.replicas[number].replica {
            replica.desk.agenda.suspect(replica.desk.view.at.epoch, Evidence::Asked);
            replica.desk.wake = true;
        }
    }

    pub(super) fn report(&self) -> Report {
        let (given, refused) = self.checker.figures();
        let row = &self.stores.postgres.tables().row;
        Report {
            given,
            refused,
            epoch: row.at.epoch.get(),
            faults: self.faults,
            went_direct: self.went_direct,
            halted: self.halts > 0,
            steps: self.stores.now,
        }
    }

    pub(super) fn what_is_open(&self) -> String {
        let open = self.senders.iter().filter(|sender| sender.answer.is_none()).count();
        let row = &self.stores.postgres.tables().row;
        let tail = self.stores.redis.tail().map(|(epoch, tail)| (epoch.get(), tail.seq.get()));
        let views =
            self.replicas.iter().map(|machine| machine.replica.as_ref().map(|replica| replica.desk.view.at));
        let views: Vec<_> = views.collect();
        format!(
            "{open} senders wait; PostgreSQL {:?} {:?}, Redis {tail:?}, replicas {views:?}",
            row.at, row.mode
        )
    }
}
