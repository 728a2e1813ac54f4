//! What a fault happens in: a line of its own, 8,000 people, and the checker at the end.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Result, bail, ensure};
use faults::{Ground, Line, Plan, Rush, Seats, Verdict, check};
use futures::future::LocalBoxFuture;
use tokio::runtime::Runtime;

/// Fewer than people: most wait.
const SEATS: Seats = Seats { city: 1_000, district: 500 };

/// So many stories have one ground: a replica serves 64 lines and no more, and each story has a line of its own.
const STORIES: u32 = 40;

/// A fault: it has a story to happen in.
pub type Fault = fn(Story) -> LocalBoxFuture<'static, Result<()>>;

/// The ground that faults have one after the other.
pub struct World {
    runtime: Runtime,
    programs: PathBuf,
    /// None until it is needed, and after a fault that it did not survive.
    ground: Option<Arc<Ground>>,
    /// How many stories it has had.
    stories: u32,
}

/// One fault's.
pub struct Story {
    pub ground: Arc<Ground>,
    pub name: &'static str,
    pub seed: u64,
}

/// People at work on a line.
pub struct Crowd {
    pub ground: Arc<Ground>,
    pub line: Line,
    pub rush: Rush,
    name: &'static str,
}

impl World {
    pub fn new(programs: PathBuf) -> Self {
        Self { runtime: Runtime::new().unwrap(), programs, ground: None, stories: 0 }
    }

    /// Lets a fault happen.
    pub fn play(&mut self, name: &'static str, seed: u64, fault: Fault) -> Result<()> {
        // The old one ends before the new one begins: the machine has room for one.
        let ground = if let Some(ground) = self.ground.take().filter(|_| self.stories < STORIES) {
            ground
        } else {
            self.stories = 0;
            Arc::new(self.runtime.block_on(Ground::found_in(self.programs.clone()))?)
        };
        self.stories += 1;
        let story = Story { ground: Arc::clone(&ground), name, seed };
        self.runtime.block_on(fault(story))?;
        self.ground = Some(ground);
        Ok(())
    }
}

impl Story {
    /// A rush begins on an open line.
    pub async fn rush(&self) -> Result<Crowd> {
        self.rush_of(Plan::rush(self.seed)).await
    }

    /// A rush of a plan of its own begins on an open line.
    pub async fn rush_of(&self, plan: Plan) -> Result<Crowd> {
        let line = Line::open(&self.ground.city, SEATS).await?;
        Ok(self.rush_on(line, &plan))
    }

    /// A rush begins on a line.
    pub fn rush_on(&self, line: Line, plan: &Plan) -> Crowd {
        let rush = Rush::begin(&line, plan);
        Crowd { ground: Arc::clone(&self.ground), line, rush, name: self.name }
    }

    /// A line of the usual seats.
    pub async fn line_from(&self, opens_at: i64) -> Result<Line> {
        Line::lay_out(&self.ground.city, SEATS, opens_at).await
    }
}

impl Crowd {
    /// Waits until a part of all have their answer: one of so many. A fault that comes too late has hurt nobody.
    pub async fn one_of(&self, parts: usize) -> Result<()> {
        self.rush.has_answered(self.rush.people() / parts).await?;
        ensure!(self.rush.answered() < self.rush.people(), "the rush was over before the fault");
        Ok(())
    }

    /// Hurts something, or heals it.
    pub fn hurt<T>(&self, how: impl FnOnce(&Ground) -> Result<T>) -> Result<T> {
        self.ground.hurt(how)
    }

    /// All is well again: waits for everybody, checks, and tells what was counted.
    pub async fn conclude(self) -> Result<Verdict> {
        let calm_since = Instant::now();
        let history = self.rush.history().await?;
        let took = calm_since.elapsed();
        let verdict = check(&self.ground.city, &self.line, &history, calm_since).await?;
        println!("{}: calm after {:.1} s; {verdict}", self.name, took.as_secs_f64());
        if verdict.broken.is_empty() {
            Ok(verdict)
        } else {
            bail!("{}: {}", self.name, verdict.broken.join("; "))
        }
    }
}
