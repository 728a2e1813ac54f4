//! Where processor time goes: what each party to a measurement spends on it.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use anyhow::Result;
use procfs::process::{self, Stat};
use procfs::{CpuTime, CurrentSI, KernelStats};

use crate::load::Measured;
use crate::report::median;

/// Who spends it, in the order of the table.
pub(crate) const PARTIES: [&str; 8] =
    ["callers", "service", "postgres", "redis", "rest", "others", "stolen", "idle"];

/// Processor time, by party. `stolen` is what other machines on the same hardware took. What is left of the machine's, `others`
/// have spent: the kernel's interrupts, and whatever else runs there.
pub(crate) type Spent = BTreeMap<&'static str, Duration>;

/// A measurement under way.
pub(crate) struct Profile {
    machine: CpuTime,
    spent: Spent,
}

impl Profile {
    /// Begins to measure.
    pub(crate) fn begin() -> Result<Self> {
        Ok(Self { machine: KernelStats::current()?.total, spent: spent()? })
    }

    /// What was spent since.
    pub(crate) fn end(self) -> Result<Spent> {
        let machine = KernelStats::current()?.total;
        let of_all = |what: fn(&CpuTime) -> Duration| what(&machine).saturating_sub(what(&self.machine));
        let mut spent = spent()?;
        for (party, time) in &mut spent {
            *time = time.saturating_sub(self.spent.get(party).copied().unwrap_or_default());
        }
        spent.extend([("idle", of_all(idle)), ("stolen", of_all(stolen))]);
        let others = of_all(all).saturating_sub(spent.values().sum::<Duration>());
        spent.insert("others", others);
        Ok(spent)
    }
}

/// What a party spends on a call, in microseconds: the median of some runs.
pub(crate) fn of_a_call(runs: &[Measured], party: &str) -> f64 {
    let one = |run: &Measured| a_call(run.spent.get(party).copied().unwrap_or_default(), run.calls);
    median(runs.iter().map(one).collect())
}

/// A call's part of some time, in microseconds.
pub(crate) fn a_call(spent: Duration, calls: u64) -> f64 {
    spent.as_secs_f64() * 1e6 / f64::from(u32::try_from(calls).unwrap_or(u32::MAX)).max(1.0)
}

/// How long the machine's cores were idle, or waited for its disk.
fn idle(machine: &CpuTime) -> Duration {
    machine.idle_duration() + machine.iowait_duration().unwrap_or_default()
}

fn stolen(machine: &CpuTime) -> Duration {
    machine.steal_duration().unwrap_or_default()
}

/// All the time there was. What guests spent is in that of their hosts.
fn all(machine: &CpuTime) -> Duration {
    let interrupts =
        machine.irq_duration().unwrap_or_default() + machine.softirq_duration().unwrap_or_default();
    let programs = machine.user_duration() + machine.nice_duration() + machine.system_duration();
    programs + interrupts + stolen(machine) + idle(machine)
}

/// What this process and all below it have spent so far, and those that ended and were waited for.
fn spent() -> Result<Spent> {
    let stats: HashMap<i32, Stat> = process::all_processes()?
        // One that ends meanwhile has none any more.
        .filter_map(|one| one.and_then(|one| one.stat()).ok())
        .map(|stat| (stat.pid, stat))
        .collect();
    let own = i32::try_from(std::process::id())?;
    let is_below = |stat: &Stat| {
        let parent = |pid: &i32| stats.get(pid).map(|stat| stat.ppid);
        std::iter::successors(Some(stat.ppid), parent).any(|above| above == own)
    };
    let mut spent = Spent::new();
    for stat in stats.values() {
        let (party, ticks) = if stat.pid == own {
            // Those below it that ended were what it was compared with.
            ("callers", stat.utime + stat.stime)
        } else if is_below(stat) {
            let ended = u64::try_from(stat.cutime + stat.cstime)?;
            (party(&stat.comm), stat.utime + stat.stime + ended)
        } else {
            continue;
        };
        *spent.entry(party).or_default() +=
            Duration::from_secs(ticks) / u32::try_from(procfs::ticks_per_second())?;
    }
    Ok(spent)
}

/// Whose a program is.
fn party(program: &str) -> &'static str {
    match program {
        "quota" | "bench" => "service",
        "postgres" => "postgres",
        _ if program.starts_with("redis") => "redis",
        _ => "rest",
    }
}
