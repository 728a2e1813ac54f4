//! What happens to replicas of quota.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use faults::{Ground, REPLICAS};
use stack::within;

use crate::story::Story;

const FIRST: &str = REPLICAS[0];
const SECOND: &str = REPLICAS[1];
/// Kubernetes kills after 30 s; a replica that is asked to end has this long.
const ENDS_WITHIN: Duration = Duration::from_secs(25);
const PATIENCE: Duration = Duration::from_mins(1);

/// P1 to P7: `kill -9`, first of one and then of both.
pub async fn killed(story: Story) -> Result<()> {
    let crowd = story.rush().await?;
    crowd.one_of(8).await?;
    crowd.hurt(|ground| again(ground, &[FIRST]))?;
    crowd.one_of(2).await?;
    crowd.hurt(|ground| again(ground, &REPLICAS))?;
    crowd.conclude().await.map(drop)
}

/// P1 to P7: `kill -9` once Redis has given an order, and before anything of it is committed.
pub async fn killed_between_append_and_commit(story: Story) -> Result<()> {
    killed_at(story, "quota.after_append").await
}

/// P1 to P7: `kill -9` once a batch is committed, and before anybody is answered.
pub async fn killed_between_commit_and_reply(story: Story) -> Result<()> {
    killed_at(story, "quota.after_commit").await
}

/// P1 to P7: it is frozen while it holds the lock on the line; the other one goes on, and later it does too.
pub async fn frozen_inside_the_transaction(story: Story) -> Result<()> {
    let point = Point::at(&story, "YUANMENG_FREEZE_AT", "quota.locked")?;
    let crowd = story.rush().await?;
    crowd.one_of(8).await?;
    point.open_and_wait().await?;
    crowd.rush.has_answered(crowd.rush.answered() + crowd.rush.people() / 8).await?;
    crowd.hurt(|ground| Ok(ground.services().resume(FIRST)?))?;
    crowd.conclude().await?;
    point.close(&story)
}

/// P1 to P7: it is asked to end, as when a node is drained: it finishes what it has begun, and goes in time.
pub async fn asked_to_end(story: Story) -> Result<()> {
    let crowd = story.rush().await?;
    crowd.one_of(4).await?;
    let begun = Instant::now();
    let by_itself = crowd.hurt(|ground| Ok(ground.services().terminate(SECOND)?))?;
    let took = begun.elapsed();
    ensure!(by_itself && took < ENDS_WITHIN, "it took {took:?} to end");
    crowd.hurt(|ground| Ok(ground.services().restart(SECOND)?))?;
    crowd.conclude().await.map(drop)
}

async fn killed_at(story: Story, name: &'static str) -> Result<()> {
    let point = Point::at(&story, "YUANMENG_CRASH_AT", name)?;
    let crowd = story.rush().await?;
    crowd.one_of(4).await?;
    point.open_and_wait().await?;
    point.close(&story)?;
    crowd.conclude().await.map(drop)
}

fn again(ground: &Ground, replicas: &[&str]) -> Result<()> {
    replicas.iter().try_for_each(|replica| ground.services().kill(replica))?;
    Ok(replicas.iter().try_for_each(|replica| ground.services().restart(replica))?)
}

/// A place in the first replica's code at which something happens to it, once.
struct Point {
    variable: &'static str,
    /// While it is there, the place is safe.
    safe: PathBuf,
}

impl Point {
    /// Starts the replica anew, with the place still safe.
    fn at(story: &Story, variable: &'static str, name: &'static str) -> Result<Self> {
        let safe = story.ground.file(&format!("{name}-{}", story.seed));
        std::fs::write(&safe, "")?;
        let once = safe.to_str().context("a folder with a name that is no text")?;
        story.ground.hurt(|ground| {
            ground.services().set_environment(FIRST, variable, name)?;
            ground.services().set_environment(FIRST, "YUANMENG_CRASH_ONCE", once)?;
            Ok(ground.services().restart(FIRST)?)
        })?;
        Ok(Self { variable, safe })
    }

    /// Lets it happen, and waits until it has.
    async fn open_and_wait(&self) -> Result<()> {
        std::fs::remove_file(&self.safe)?;
        let happened = within(PATIENCE, async || self.safe.exists());
        let unbuilt = "nobody came by; was quota built with `runtime/crash-points`?";
        happened.await.context(unbuilt)
    }

    /// Starts the replica without it.
    fn close(&self, story: &Story) -> Result<()> {
        story.ground.hurt(|ground| {
            ground.services().forget_environment(FIRST, self.variable)?;
            Ok(ground.services().restart(FIRST)?)
        })
    }
}
