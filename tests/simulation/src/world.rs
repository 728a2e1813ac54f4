//! A run: replicas, senders and readers take their steps in an order that the seed decides, faults happen, and the promises
//! are looked at.

mod end;
mod faults;

use quota::domain::{Answer, Mode, Mutant, Round, RoundState, Sequence};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use vocabulary::ProgrammeId;

use crate::checker::Checker;
use crate::orderer::time;
use crate::plan::{AUTUMN, FAULTS_END, SPRING};
use crate::postgres::{Postgres, Written};
use crate::redis::Redis;
use crate::replica::{Luck, Progress, Replica, Stores};
use crate::sender::Sender;
use crate::{Broken, Plan, Step};

/// P7: so long after the last fault, everything is done.
const SETTLED_WITHIN: Step = 4_000;
/// How likely one that can take a step takes it in a round, in a hundred.
const PACE: u32 = 60;

/// What a run came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// How many places were given.
    pub given: usize,
    /// How many operations were refused.
    pub refused: usize,
    /// The last epoch.
    pub epoch: i64,
    /// Faults that happened.
    pub faults: usize,
    /// Whether the line ever went on without Redis.
    pub went_direct: bool,
    /// Whether it stopped.
    pub halted: bool,
    /// Steps.
    pub steps: Step,
}

/// Who takes a step.
#[derive(Debug, Clone, Copy)]
enum Turn {
    Combiner(usize),
    Orderer(usize),
    Call(usize, u64),
    Send(usize),
    Read(usize),
}

struct World {
    plan: Plan,
    dice: StdRng,
    stores: Stores,
    replicas: Vec<Machine>,
    senders: Vec<Sender>,
    checker: Checker,
    calls: u64,
    mutant: Option<Mutant>,
    away_until: Step,
    refuses_until: Step,
    /// The furthest that was ever committed.
    furthest: Sequence,
    faults: usize,
    went_direct: bool,
    /// In this run both stores lose the same operations, and nobody can give them back.
    loses_both: bool,
    /// The line has stopped, and an operator comes at this step.
    operator_at: Option<Step>,
    /// How often it has stopped.
    halts: usize,
    is_traced: bool,
}

/// A replica, and whether it runs.
struct Machine {
    replica: Option<Replica>,
    up_at: Step,
    paused_until: Step,
    /// Until then it alone does not reach Redis.
    parted_until: Step,
}

/// Runs a plan, with a fault of the program planted or none.
pub fn run(plan: Plan, mutant: Option<Mutant>) -> Result<Report, Broken> {
    Mutant::plant(mutant);
    let outcome = World::new(plan, mutant).run();
    Mutant::plant(None);
    outcome
}

fn programme() -> ProgrammeId {
    "jinan-2021".parse().expect("a name")
}

impl World {
    fn new(plan: Plan, mutant: Option<Mutant>) -> Self {
        let window = |name: &str, (opens, closes)| Round {
            id: name.parse().expect("a name"),
            opens_at: time(opens),
            closes_at: time(closes),
            state: RoundState::New,
        };
        let postgres = Postgres::new(&programme(), vec![window("spring", SPRING), window("autumn", AUTUMN)]);
        let stores = Stores { postgres, redis: Redis::default(), now: 0 };
        let machine = |_| Machine { replica: None, up_at: 0, paused_until: 0, parted_until: 0 };
        Self {
            dice: StdRng::seed_from_u64(plan.seed ^ 0x5eed),
            replicas: (0..plan.replicas).map(machine).collect(),
            senders: plan.errands.iter().cloned().map(Sender::new).collect(),
            checker: Checker::new(programme()),
            stores,
            calls: 0,
            mutant,
            away_until: 0,
            refuses_until: 0,
            furthest: Sequence::START,
            faults: 0,
            went_direct: false,
            loses_both: plan.loses_both(),
            operator_at: None,
            halts: 0,
            is_traced: std::env::var_os("YUANMENG_TRACE").is_some(),
            plan,
        }
    }

    fn run(mut self) -> Result<Report, Broken> {
        let mut faults = std::mem::take(&mut self.plan.faults).into_iter().peekable();
        loop {
            while let Some((_, fault)) = faults.next_if(|(at, _)| *at <= self.stores.now) {
                self.happens(fault);
                self.look()?;
            }
            self.start_replicas();
            self.stores.redis.refuses = self.stores.now < self.refuses_until;
            self.round()?;
            let mode = self.stores.postgres.tables().row.mode;
            self.went_direct |= mode == Mode::Direct;
            if mode == Mode::Halted {
                self.halted()?;
            }
            if self.stores.now > FAULTS_END && self.is_settled() {
                return self.settled();
            }
            if self.stores.now > FAULTS_END + SETTLED_WITHIN {
                return Err(Broken(format!("P7: not settled: {}", self.what_is_open())));
            }
            self.stores.now += 1;
        }
    }

    /// One round: everybody who can take a step may.
    fn round(&mut self) -> Result<(), Broken> {
        let mut turns = self.turns();
        turns.shuffle(&mut self.dice);
        for turn in turns {
            if self.dice.random_ratio(PACE, 100) {
                self.take(turn)?;
                self.trace(turn);
                self.look()?;
            }
        }
        Ok(())
    }

    fn turns(&self) -> Vec<Turn> {
        let now = self.stores.now;
        let mut turns = Vec::new();
        for (number, machine) in self.replicas.iter().enumerate() {
            let Some(replica) = machine.replica.as_ref().filter(|_| now >= machine.paused_until) else {
                continue;
            };
            if replica.driver.can_go_on(&replica.desk, now) {
                turns.push(Turn::Combiner(number));
            }
            if replica.orderer.can_go_on(&replica.desk, now) {
                turns.push(Turn::Orderer(number));
            }
            let calls = replica.calls.keys().filter(|call| replica.can_go_on(**call, now));
            turns.extend(calls.map(|call| Turn::Call(number, *call)));
            if now % 7 == number as Step {
                turns.push(Turn::Read(number));
            }
        }
        let sends = |(_, sender): &(usize, &Sender)| sender.sends(now) || sender.tired_of(now).is_some();
        turns.extend(self.senders.iter().enumerate().filter(sends).map(|(number, _)| Turn::Send(number)));
        turns
    }

    fn take(&mut self, turn: Turn) -> Result<(), Broken> {
        let luck = self.luck();
        match turn {
            Turn::Combiner(number) => self.with(number, |replica, stores| replica.combine(stores, luck)),
            Turn::Orderer(number) => self.with(number, |replica, stores| {
                replica.order(stores, luck);
                Ok(())
            }),
            Turn::Call(number, call) => {
                let mut progress = Progress::Open;
                self.with(number, |replica, stores| {
                    progress = replica.go_on(call, stores, luck);
                    Ok(())
                })?;
                self.progressed(number, call, progress)
            }
            Turn::Read(number) => {
                let mut shown = None;
                self.with(number, |replica, stores| {
                    shown = replica.read(stores, luck);
                    Ok(())
                })?;
                shown
                    .filter(|_| !self.loses_both)
                    .map_or(Ok(()), |tables| self.checker.read(&tables, self.stores.now))
            }
            Turn::Send(number) => {
                self.send(number);
                Ok(())
            }
        }
    }

    /// Shows a run step by step, for those who look for what went wrong in it.
    fn trace(&self, turn: Turn) {
        if !self.is_traced {
            return;
        }
        let row = &self.stores.postgres.tables().row;
        let tail = self.stores.redis.tail().map(|(epoch, tail)| (epoch.get(), tail.seq.get()));
        let doing = match turn {
            Turn::Combiner(number) => {
                self.replicas[number].replica.as_ref().map(|replica| replica.driver.doing())
            }
            _ => None,
        };
        let (now, at, mode) = (self.stores.now, row.at, row.mode);
        let doing = doing.unwrap_or_default();
        eprintln!("{now}: {turn:?} PostgreSQL {}/{} {mode:?} Redis {tail:?} {doing:.160}", at.epoch, at.seq);
    }

    fn with(
        &mut self,
        number: usize,
        step: impl FnOnce(&mut Replica, &mut Stores) -> Result<(), Broken>,
    ) -> Result<(), Broken> {
        let machine = &mut self.replicas[number];
        self.stores.redis.is_away = self.stores.now < self.away_until.max(machine.parted_until);
        let replica = machine.replica.as_mut();
        replica.map_or(Ok(()), |replica| step(replica, &mut self.stores))
    }

    /// The checker is honest, whatever is planted.
    fn look(&mut self) -> Result<(), Broken> {
        Mutant::plant(None);
        let tables = self.stores.postgres.tables();
        if tables.row.mode == Mode::Direct {
            self.stores.redis.forget_places();
        }
        let fresh = tables.operations.iter().filter(|written| written.entry.seq > self.furthest);
        let placed = |written: &&Written| self.stores.redis.placed(written.entry.id);
        let moved =
            fresh.filter(|written| placed(written).is_some_and(|seq| seq != written.entry.seq)).count();
        self.furthest = self.furthest.max(tables.row.at.seq);
        let looked = self.checker.committed(tables, self.stores.now);
        let looked = looked.and(if moved == 0 {
            Ok(())
        } else {
            Err(Broken("P4: a retry lost its place".to_owned()))
        });
        Mutant::plant(self.mutant);
        if self.loses_both { Ok(()) } else { looked }
    }

    fn luck(&mut self) -> Luck {
        let faulty = self.stores.now < FAULTS_END && self.dice.random_ratio(self.plan.loss, 1_000);
        match (faulty, self.dice.random_bool(0.5)) {
            (false, _) => Luck::Fine,
            (true, true) => Luck::NotDone,
            (true, false) => Luck::DoneAndLost,
        }
    }
}

/// Senders.
impl World {
    fn send(&mut self, number: usize) {
        let now = self.stores.now;
        if let Some((replica, call)) = self.senders[number].tired_of(now) {
            if let Some(replica) = &mut self.replicas[replica].replica {
                replica.hang_up(call);
            }
            let again = now + self.dice.random_range(1..20);
            return self.senders[number].broke_off(call, again);
        }
        let copies = if self.senders[number].errand.twice { 2 } else { 1 };
        for _ in 0..copies {
            let at = self.dice.random_range(0..self.replicas.len());
            let Some(replica) = &mut self.replicas[at].replica else { continue };
            self.calls += 1;
            replica.call(self.calls, &self.senders[number].errand.operation);
            self.senders[number].has_sent(at, self.calls, now);
        }
    }

    fn progressed(&mut self, replica: usize, call: u64, progress: Progress) -> Result<(), Broken> {
        let has = |sender: &Sender| sender.calls.iter().any(|(_, known, _)| *known == call);
        let answer = match progress {
            Progress::Open => return Ok(()),
            Progress::Broken => None,
            Progress::Answered(answer) => Some(answer),
        };
        if let Some(replica) = &mut self.replicas[replica].replica {
            replica.hang_up(call);
        }
        let Some(number) = self.senders.iter().position(has) else { return Ok(()) };
        let now = self.stores.now;
        let again = now + self.dice.random_range(1..20);
        let resends = matches!(answer, None | Some(Answer::Halted))
            || answer == Some(Answer::NotOpen) && now < AUTUMN.0 && self.dice.random_bool(0.5);
        let sender = &mut self.senders[number];
        let first = sender.answer.is_none();
        sender.broke_off(call, again);
        let Some(answer) = answer else { return Ok(()) };
        if first {
            Mutant::plant(None);
            let told = self.checker.answered(sender, &answer, self.stores.postgres.tables(), now);
            Mutant::plant(self.mutant);
            // Until the line stops, a replica that has not seen what was lost may tell what it finds instead.
            if !self.loses_both {
                told?;
            }
        }
        if !resends && first {
            sender.answer = Some(answer);
        }
        Ok(())
    }
}
