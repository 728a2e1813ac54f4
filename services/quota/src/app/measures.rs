//! What quota measures of its lines. Labels are programmes, pools and outcomes: never a person, never an application.

use std::collections::BTreeMap;
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Gauge, Histogram};
use vocabulary::ProgrammeId;

use crate::domain::{Folded, Head, Kind, Line, Mode, Outcome, PlacedIn, Position, Row};

/// Where the buckets of durations end, in seconds.
const SECONDS: [f64; 12] = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2.0, 10.0];
/// Where the buckets of batch sizes end.
const OPERATIONS: [f64; 10] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0];

/// The instruments.
#[derive(Debug, Clone)]
pub struct Measures {
    reservations: Counter<u64>,
    batch: Histogram<u64>,
    stage: Histogram<f64>,
    lag: Gauge<i64>,
    epoch: Gauge<i64>,
    mode: Gauge<i64>,
    seats_left: Gauge<u64>,
    waiting: Gauge<u64>,
}

impl Measures {
    /// Makes the instruments, once telemetry has started.
    pub fn new() -> Self {
        let meter = runtime::telemetry::meter();
        Self {
            reservations: meter
                .u64_counter("quota.reservations")
                .with_description("Reservations that this replica has decided, by outcome")
                .build(),
            batch: meter
                .u64_histogram("quota.batch.size")
                .with_description("Operations that were committed together")
                .with_boundaries(OPERATIONS.to_vec())
                .build(),
            stage: meter
                .f64_histogram("quota.stage.duration")
                .with_description(
                    "How long each step took on the way of a batch from its senders to its commit",
                )
                .with_unit("s")
                .with_boundaries(SECONDS.to_vec())
                .build(),
            lag: meter
                .i64_gauge("quota.line.lag")
                .with_description("Operations that are ordered and not yet folded")
                .build(),
            epoch: meter.i64_gauge("quota.line.epoch").with_description("The epoch of the line").build(),
            mode: meter
                .i64_gauge("quota.line.mode")
                .with_description("1 for the mode that the line is in, 0 for the others")
                .build(),
            seats_left: meter
                .u64_gauge("quota.pool.seats_left")
                .with_description("Seats that nobody holds")
                .build(),
            waiting: meter
                .u64_gauge("quota.pool.waiting")
                .with_description("How many wait for a seat")
                .build(),
        }
    }

    /// A step took so long.
    pub fn took(&self, stage: &'static str, time: Duration) {
        self.stage.record(time.as_secs_f64(), &[KeyValue::new("stage", stage)]);
    }

    /// These were committed by this replica, together.
    pub fn committed(&self, programme: &ProgrammeId, operations: &[Folded]) {
        if operations.is_empty() {
            return;
        }
        self.batch.record(operations.len() as u64, &[]);
        let mut reservations = BTreeMap::<&str, u64>::new();
        for folded in operations.iter().filter(|folded| folded.entry.kind == Kind::Reserve) {
            *reservations.entry(outcome(&folded.outcome)).or_default() += 1;
        }
        for (outcome, count) in reservations {
            self.reservations.add(count, &[programme_label(programme), KeyValue::new("outcome", outcome)]);
        }
    }

    /// Redis' log ends there, and this replica's fold here.
    pub fn lags(&self, programme: &ProgrammeId, head: &Head, folded: Position) {
        self.lag.record(head.seq.get() - folded.seq.get(), &[programme_label(programme)]);
    }

    /// The line stands like this.
    pub fn stands(&self, programme: &ProgrammeId, row: &Row) {
        self.epoch.record(row.at.epoch.get(), &[programme_label(programme)]);
        for mode in [Mode::Log, Mode::Direct, Mode::Halted] {
            let labels = [programme_label(programme), KeyValue::new("mode", mode.as_str())];
            self.mode.record((mode == row.mode).into(), &labels);
        }
    }

    /// The pools of the line.
    pub fn pools(&self, programme: &ProgrammeId, line: &Line) {
        for pool in line.pools() {
            let labels = [programme_label(programme), KeyValue::new("pool", pool.id.to_string())];
            self.seats_left.record(pool.seats.free() as u64, &labels);
            self.waiting.record(pool.waiting.len() as u64, &labels);
        }
    }
}

impl Default for Measures {
    fn default() -> Self {
        Self::new()
    }
}

fn programme_label(programme: &ProgrammeId) -> KeyValue {
    KeyValue::new("programme", programme.to_string())
}

/// A seat in every pool, in some, in none; or why it was refused.
fn outcome(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Place { standings, .. } => {
            let seats = standings.iter().filter(|one| matches!(one, PlacedIn::Seat(..))).count();
            match seats {
                0 => "waiting",
                all if all == standings.len() => "seated",
                _ => "seated_and_waiting",
            }
        }
        Outcome::Done => "done",
        Outcome::Refused(_) => "refused",
    }
}
