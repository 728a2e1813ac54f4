//! The end of a run: what must hold then, and what it came to.

use quota::domain::{Mode, RoundState};

use super::{Machine, World};
use crate::replica::Replica;
use crate::{Broken, Report};

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

    /// A line may stop only where both stores have lost the same.
    pub(super) fn halted(&self) -> Result<Report, Broken> {
        if self.loses_both {
            Ok(self.report())
        } else {
            Err(Broken("P7: the line stopped, and nothing was lost".to_owned()))
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
            halted: row.mode == Mode::Halted,
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
