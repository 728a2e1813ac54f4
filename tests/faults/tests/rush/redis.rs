//! What happens to the Redis that gives the order.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use proto::quota::LineMode;
use redis::aio::MultiplexedConnection;
use redis::{Client, Cmd, FromRedisValue, cmd};
use stack::{Durability, PrivateRedis, within};
use testkit::{City, redis_at};

use crate::story::{Crowd, Story};

/// How much a replica of Redis lacks when it is promoted, in operations.
const LAG: i64 = 500;
const PATIENCE: Duration = Duration::from_mins(1);

/// P1 to P7: `kill -9`; its file is kept.
pub async fn killed(story: Story) -> Result<()> {
    let crowd = story.rush().await?;
    crowd.one_of(4).await?;
    crowd.hurt(|ground| Ok(ground.order().kill()?))?;
    crowd.hurt(|ground| Ok(ground.order().restart()?))?;
    crowd.conclude().await.map(drop)
}

/// P1 to P7: `kill -9`, and its file is lost.
pub async fn wiped(story: Story) -> Result<()> {
    let crowd = story.rush().await?;
    crowd.one_of(4).await?;
    crowd.hurt(|ground| Ok(ground.order().wipe()?))?;
    let line = crowd.line.clone();
    crowd.conclude().await?;
    ensure!(line.read().await?.epoch > 1, "a Redis that lost everything was believed");
    Ok(())
}

/// P1 to P7: a replica of it takes its place that lacks the last 500 committed operations.
pub async fn a_stale_replica_is_promoted(story: Story) -> Result<()> {
    let replica = Replica::start(&story).await?;
    let crowd = story.rush().await?;
    crowd.one_of(8).await?;
    let held = replica.falls_behind(&crowd).await?;
    committed(&crowd, held + LAG).await?;
    let disk = story.ground.file(&format!("replica-{}", story.seed));
    crowd.hurt(|ground| {
        replica.redis.server().snapshot(&disk)?;
        ground.order().kill()?;
        Ok(ground.order().restore(&disk)?)
    })?;
    let line = crowd.line.clone();
    crowd.conclude().await?;
    ensure!(line.read().await?.epoch > 1, "a Redis that lacks what is committed was believed");
    Ok(())
}

/// P1 to P7: it is full: it answers, and takes nothing more. The line goes on without it.
pub async fn full(story: Story) -> Result<()> {
    let crowd = story.rush().await?;
    crowd.one_of(8).await?;
    tell(&story.ground.city, cmd("CONFIG").arg("SET").arg("maxmemory").arg("1")).await?;
    goes_on(&crowd).await?;
    tell(&story.ground.city, cmd("CONFIG").arg("SET").arg("maxmemory").arg("0")).await?;
    crowd.conclude().await.map(drop)
}

/// P1 to P7: it is made a replica, as after a failover: it answers, and takes nothing more. The line goes on without it.
pub async fn demoted(story: Story) -> Result<()> {
    let crowd = story.rush().await?;
    crowd.one_of(8).await?;
    // Nobody listens there.
    tell(&story.ground.city, cmd("REPLICAOF").arg("127.0.0.1").arg("1")).await?;
    goes_on(&crowd).await?;
    tell(&story.ground.city, cmd("REPLICAOF").arg("NO").arg("ONE")).await?;
    crowd.conclude().await.map(drop)
}

/// P1 to P7: it answers nobody for two seconds.
pub async fn paused(story: Story) -> Result<()> {
    let crowd = story.rush().await?;
    crowd.one_of(4).await?;
    tell(&story.ground.city, cmd("CLIENT").arg("PAUSE").arg("2000").arg("ALL")).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    crowd.conclude().await.map(drop)
}

/// A second Redis that follows the one that gives the order.
struct Replica {
    redis: PrivateRedis,
    connection: MultiplexedConnection,
}

impl Replica {
    async fn start(story: &Story) -> Result<Self> {
        let folder = story.ground.file(&format!("second-{}", story.seed));
        let redis = story.ground.hurt(|_| Ok(PrivateRedis::start(&folder, Durability::Memory)?))?;
        let mut connection = redis_at(redis.url()).await?;
        let order = Client::open(story.ground.city.stack.order().url())?;
        let info = order.get_connection_info();
        let (host, port) = match info.addr() {
            redis::ConnectionAddr::Tcp(host, port) => (host.clone(), *port),
            other => anyhow::bail!("{other} is no TCP address"),
        };
        let password = info.redis_settings().password().context("a password")?.to_owned();
        said::<()>(&mut connection, cmd("CONFIG").arg("SET").arg("masterauth").arg(password)).await?;
        said::<()>(&mut connection, cmd("REPLICAOF").arg(host).arg(port)).await?;
        let mut replica = Self { redis, connection };
        replica.follows().await?;
        Ok(replica)
    }

    /// Waits until it has all that the other one had, on its own disk too.
    async fn follows(&mut self) -> Result<()> {
        let connection = self.connection.clone();
        let follows = within(PATIENCE, async || {
            let mut connection = connection.clone();
            let info: String = said(&mut connection, &cmd("INFO")).await.unwrap_or_default();
            ["master_link_status:up", "aof_rewrite_in_progress:0", "aof_rewrite_scheduled:0"]
                .iter()
                .all(|line| info.contains(line))
        });
        follows.await.context("the second Redis does not follow the first")
    }

    /// It hears nothing more; gives how many operations of the line it holds.
    async fn falls_behind(&self, crowd: &Crowd) -> Result<i64> {
        let mut connection = self.connection.clone();
        said::<()>(&mut connection, cmd("REPLICAOF").arg("NO").arg("ONE")).await?;
        let log = format!("quota:{{{}}}:1:log", crowd.line.programme);
        said(&mut connection, cmd("XLEN").arg(log)).await
    }
}

/// Waits until this operation is committed.
async fn committed(crowd: &Crowd, seq: i64) -> Result<()> {
    let ahead =
        within(PATIENCE, async || crowd.line.read().await.is_ok_and(|line| line.last_sequence >= seq));
    ahead.await.with_context(|| format!("the rush did not come to operation {seq}"))
}

/// Waits until the line goes on without Redis, and an eighth more has been answered then.
async fn goes_on(crowd: &Crowd) -> Result<()> {
    let left =
        within(PATIENCE, async || crowd.line.read().await.is_ok_and(|line| line.mode() == LineMode::Direct));
    left.await.context("the line did not go on without Redis")?;
    crowd.rush.has_answered(crowd.rush.answered() + crowd.rush.people() / 8).await
}

async fn tell(city: &City, command: &Cmd) -> Result<()> {
    said(&mut redis_at(city.stack.order().url()).await?, command).await
}

async fn said<T: FromRedisValue>(connection: &mut MultiplexedConnection, command: &Cmd) -> Result<T> {
    Ok(command.query_async(connection).await?)
}
