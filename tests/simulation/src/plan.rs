//! What a number decides: how many replicas and people, who asks what and when, and what goes wrong.

use quota::domain::{Operation, ReleaseReason, Request, Reservation};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use uuid::Uuid;
use vocabulary::{ApplicationId, OperationId, PoolId, RoundId, UnionId};

use crate::Step;

/// From here on nothing goes wrong any more.
pub const FAULTS_END: Step = 1_400;
/// Longer than any run.
pub const FOR_GOOD: Step = 1_000_000;
/// The two rounds: one ends as the other begins.
pub const SPRING: (Step, Step) = (60, 800);
pub const AUTUMN: (Step, Step) = (800, 1_300);

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// This replica is killed; another process takes its place after so many steps.
    Crash(usize, Step),
    /// This replica does not run for so many steps, whatever it holds.
    Pause(usize, Step),
    /// Redis loses everything.
    Wipe,
    /// A Redis that lags by so many changes takes over.
    FallBack(usize),
    /// Redis loses an entry of its log, so many from its end.
    LoseEntry(usize),
    /// Redis cannot be reached for so many steps.
    Away(Step),
    /// Redis answers reads, and takes nothing that is written, for so many steps.
    Refuses(Step),
    /// This replica alone cannot reach Redis for so many steps.
    Parted(usize, Step),
    /// PostgreSQL ends at once and begins again.
    Restart,
    /// PostgreSQL is set back by so many commits.
    SetBack(usize),
    /// PostgreSQL is set back by so many commits and Redis loses everything: what is promised then is that the line stops.
    BothLost(usize),
    /// While the line goes on without Redis, PostgreSQL, the only copy, is set back by so many commits: the line must stop.
    OnlyCopyLost(usize),
}

/// An operation that somebody sends.
#[derive(Debug, Clone)]
pub struct Errand {
    /// The operation.
    pub operation: Operation,
    /// When it is first sent.
    pub at: Step,
    /// It is sent to two replicas at once.
    pub twice: bool,
}

/// A run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The number.
    pub seed: u64,
    /// How many replicas.
    pub replicas: usize,
    /// How likely one exchange with a store is lost, in a thousand.
    pub loss: u32,
    /// What goes wrong, and when.
    pub faults: Vec<(Step, Fault)>,
    /// Who asks what.
    pub errands: Vec<Errand>,
}

impl Plan {
    /// The plan of a number.
    pub fn new(seed: u64) -> Self {
        let mut dice = StdRng::seed_from_u64(seed);
        let replicas = dice.random_range(2..=3);
        let loss = [0, 0, 5, 30][dice.random_range(0..4)];
        let errands = errands(&mut dice);
        let kind = dice.random_range(0..20);
        let mut faults = match kind {
            0 | 1 => vec![(dice.random_range(100..700), Fault::BothLost(dice.random_range(1..5)))],
            2 | 3 => only_copy_lost(&mut dice),
            _ => troubles(&mut dice, replicas),
        };
        if matches!(kind, 4 | 5) {
            // Where Redis showed an epoch whose beginning PostgreSQL lost, and then loses it too, replicas that saw it there wait
            // for a Redis that they can give another one.
            faults.retain(|(_, fault)| !matches!(fault, Fault::SetBack(_)));
            faults.push((dice.random_range(0..FAULTS_END), Fault::Refuses(FOR_GOOD)));
        }
        faults.sort_by_key(|(at, _)| *at);
        Self { seed, replicas, loss, faults, errands }
    }

    /// Whether operations may be lost that no store can give back.
    pub fn loses_both(&self) -> bool {
        self.faults.iter().any(|(_, fault)| matches!(fault, Fault::BothLost(_) | Fault::OnlyCopyLost(_)))
    }
}

/// Redis is away or takes nothing, and in the middle of it, or as it comes back, PostgreSQL is set back.
fn only_copy_lost(dice: &mut StdRng) -> Vec<(Step, Fault)> {
    let (at, during) = (dice.random_range(30..500), dice.random_range(100..500));
    let away = if dice.random_bool(0.5) { Fault::Away(during) } else { Fault::Refuses(during) };
    let lost = at + dice.random_range(90..during + 100);
    vec![(at, away), (lost, Fault::OnlyCopyLost(dice.random_range(1..5)))]
}

/// Faults, often one soon after another: what was half done when the first came is where the second hurts.
fn troubles(dice: &mut StdRng, replicas: usize) -> Vec<(Step, Fault)> {
    let mut faults = Vec::new();
    for _ in 0..dice.random_range(0..6) {
        let busy = dice.random_bool(0.5);
        let mut at = if busy { dice.random_range(60..200) } else { dice.random_range(0..FAULTS_END) };
        faults.push((at, fault(dice, replicas)));
        while dice.random_bool(0.4) {
            at += dice.random_range(0..50);
            faults.push((at.min(FAULTS_END - 1), fault(dice, replicas)));
        }
    }
    faults
}

fn fault(dice: &mut StdRng, replicas: usize) -> Fault {
    let replica = dice.random_range(0..replicas);
    match dice.random_range(0..17) {
        0..=2 => Fault::Crash(replica, dice.random_range(1..80)),
        3 | 4 => Fault::Pause(replica, dice.random_range(10..200)),
        5 => Fault::Wipe,
        6 | 7 => Fault::FallBack(dice.random_range(1..16)),
        8 => Fault::LoseEntry(dice.random_range(0..6)),
        9 | 10 => Fault::Away(dice.random_range(20..400)),
        11 => Fault::Restart,
        12 | 13 => Fault::Refuses(dice.random_range(20..400)),
        14 => Fault::Parted(replica, dice.random_range(20..400)),
        _ => Fault::SetBack(dice.random_range(1..8)),
    }
}

/// An id of a kind, the same in every run.
pub fn id<T: From<Uuid>>(kind: u64, number: u64) -> T {
    T::from(Uuid::from_u64_pair(kind, number + 1))
}

/// The city federation, a district, another one.
fn unions(side: u64) -> Vec<UnionId> {
    vec![id(1, 1 + side % 2), id(1, 0)]
}

fn round(name: &str) -> RoundId {
    name.parse().expect("a name")
}

fn pool(number: u64) -> PoolId {
    format!("pool-{number}").parse().expect("a name")
}

fn errands(dice: &mut StdRng) -> Vec<Errand> {
    let mut errands = Vec::new();
    let mut ask = |at: Step, twice: bool, request: Request| {
        let operation = Operation { id: id::<OperationId>(2, errands.len() as u64), request };
        errands.push(Errand { operation, at, twice });
    };
    for number in 0..3 {
        let late = number == 2 && dice.random_bool(0.5);
        let at = if late { dice.random_range(100..1_000) } else { 0 };
        let (union, seats) = (id(1, number), dice.random_range(0..6));
        ask(at, false, Request::AddPool { pool: pool(number), union, seats });
    }
    let people = dice.random_range(4..16);
    for person in 0..people {
        let applications = if dice.random_range(0..6) == 0 { 2 } else { 1 };
        for nth in 0..applications {
            let application: ApplicationId = id(3, person * 2 + nth);
            let rush = dice.random_bool(0.6);
            let at: Step = if rush { dice.random_range(50..90) } else { dice.random_range(0..1_350) };
            let later = |dice: &mut StdRng| at.saturating_sub(20) + dice.random_range(0..500);
            let (worker, side) = (id(4, person), dice.random_range(0..2));
            let name = if at < 780 { "spring" } else { "autumn" };
            let reservation =
                Reservation { application, person: worker, round: round(name), unions: unions(side) };
            ask(at, dice.random_range(0..5) == 0, Request::Reserve(reservation));
            if dice.random_range(0..4) == 0 {
                let reason = ReleaseReason::Withdrawn;
                ask(later(dice), dice.random_bool(0.2), Request::Release { application, reason });
            }
            if dice.random_range(0..5) == 0 {
                ask(later(dice), false, Request::Move { application, unions: unions(side + 1) });
            }
            if dice.random_range(0..5) == 0 {
                ask(later(dice), false, Request::Confirm(application));
            }
        }
    }
    for _ in 0..dice.random_range(0..4) {
        let (number, seats) = (dice.random_range(0..3), dice.random_range(0..8));
        ask(dice.random_range(60..1_300), false, Request::Capacity { pool: pool(number), seats });
    }
    errands
}
