//! What goes wrong, if the protocol promises to bear it now.

use quota::domain::Mode;

use super::{World, programme};
use crate::Fault;
use crate::replica::Replica;
use crate::sender::Sender;

impl World {
    pub(super) fn happens(&mut self, fault: Fault) {
        if !self.is_promised(fault) {
            return;
        }
        self.faults += 1;
        let now = self.stores.now;
        match fault {
            Fault::Crash(replica, down) => {
                self.replicas[replica].up_at = now + down;
                self.crash(replica);
            }
            Fault::Pause(replica, during) => self.replicas[replica].paused_until = now + during,
            Fault::Wipe => self.stores.redis.wipe(),
            Fault::FallBack(changes) => self.stores.redis.fall_back(changes),
            Fault::LoseEntry(from_end) => self.stores.redis.lose_entry(from_end),
            Fault::Away(during) => self.away_until = now + during,
            Fault::Refuses(during) => self.refuses_until = self.refuses_until.max(now + during),
            Fault::Parted(replica, during) => self.replicas[replica].parted_until = now + during,
            Fault::Restart => self.stores.postgres.restart(),
            Fault::SetBack(commits) | Fault::OnlyCopyLost(commits) => self.stores.postgres.set_back(commits),
            Fault::BothLost(commits) => {
                self.stores.postgres.set_back(commits);
                self.stores.redis.wipe();
            }
        }
    }

    /// Whether the protocol promises to bear it now. PostgreSQL may be set back while Redis has what it loses, and until it
    /// has caught up, Redis may lose nothing.
    pub(super) fn is_promised(&self, fault: Fault) -> bool {
        let tables = self.stores.postgres.tables();
        match fault {
            Fault::Wipe | Fault::FallBack(_) | Fault::LoseEntry(_) => tables.row.at.seq == self.furthest,
            Fault::SetBack(commits) => {
                let before = self.stores.postgres.before(commits);
                let caught_up = tables.row.at.seq == self.furthest && tables.row.mode == Mode::Log;
                before.is_some_and(|before| self.stores.redis.leads(&before.row, &tables.row)) && caught_up
            }
            Fault::OnlyCopyLost(_) => tables.row.mode == Mode::Direct,
            _ => true,
        }
    }

    pub(super) fn crash(&mut self, number: usize) {
        let Some(replica) = self.replicas[number].replica.take() else { return };
        if let Some(transaction) = replica.driver.transaction() {
            self.stores.postgres.release(transaction);
        }
        for call in replica.calls.keys() {
            let has = |sender: &&mut Sender| sender.calls.iter().any(|(_, known, _)| known == call);
            if let Some(sender) = self.senders.iter_mut().find(has) {
                sender.broke_off(*call, self.stores.now + 5);
            }
        }
    }

    pub(super) fn start_replicas(&mut self) {
        for machine in &mut self.replicas {
            if machine.replica.is_none() && self.stores.now >= machine.up_at {
                machine.replica = Some(Replica::new(&programme(), &self.stores));
            }
        }
    }
}
