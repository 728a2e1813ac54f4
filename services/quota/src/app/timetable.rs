//! When rounds open and close, as this replica knows it, and how far PostgreSQL's clock is from its own.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use vocabulary::ProgrammeId;

use crate::domain::{DatabaseTime, Operation, Round, doubt, due};

/// For how long a measurement of PostgreSQL's clock, and what was read with it, is trusted.
const TRUSTED_FOR: Duration = Duration::from_secs(1);

/// The rounds of a line and PostgreSQL's clock, read together.
#[derive(Debug, Clone)]
pub struct Timetable {
    rounds: Vec<Round>,
    /// What PostgreSQL's clock said, moved to business time.
    said: DateTime<Utc>,
    /// Between these two moments it said so.
    asked: Instant,
    heard: Instant,
}

impl Timetable {
    /// What PostgreSQL said when it was asked; `offset` is that of business time.
    pub fn new(rounds: Vec<Round>, said: DateTime<Utc>, offset: TimeDelta, asked: Instant) -> Self {
        Self { rounds, said: said + offset, asked, heard: Instant::now() }
    }

    /// Whether it is too old to go by.
    pub fn is_old(&self) -> bool {
        self.asked.elapsed() >= TRUSTED_FOR
    }

    /// What PostgreSQL's clock shows now.
    pub fn now(&self) -> DatabaseTime {
        DatabaseTime { earliest: self.said + self.heard.elapsed(), latest: self.said + self.asked.elapsed() }
    }

    /// How long an opening or closing is in doubt: no longer than PostgreSQL took to say what its clock shows.
    pub fn doubt(&self) -> Option<Duration> {
        doubt(&self.rounds, self.now()).and_then(|wait| wait.to_std().ok())
    }

    /// The openings and closings that are due now.
    pub fn due(&self, programme: &ProgrammeId) -> Vec<Operation> {
        due(programme, &self.rounds, self.now())
    }
}
