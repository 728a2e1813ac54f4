//! What clients do: they rush, they hang up, they come before the window opens.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use faults::{Ground, Line, Plan, REPLICAS};
use stack::{Service, Services, find};

use crate::story::Story;

/// So many of those who hang up are to have had no answer yet.
const MANY: i64 = 1_000;
/// How long people have come before the window opens.
const OPENS_AFTER: Duration = Duration::from_secs(4);

/// P1 to P7: nothing fails but patience.
pub async fn nothing_fails(story: Story) -> Result<()> {
    story.rush().await?.conclude().await.map(drop)
}

/// P1 to P7: 5,000 clients hang up in the middle of their call, and send again.
pub async fn many_hang_up(story: Story) -> Result<()> {
    let plan = Plan { hang_up: 5_000, ..Plan::rush(story.seed) };
    let hung_up = story.rush_of(plan).await?.conclude().await?.counted("hung up");
    ensure!(hung_up >= MANY, "only {hung_up} were not answered before they hung up");
    Ok(())
}

/// R-18, P1 to P7: the window opens in the middle of the rush, and the replicas' clocks are five seconds fast and slow:
/// PostgreSQL's clock alone counts.
pub async fn the_window_opens_while_clocks_differ(story: Story) -> Result<()> {
    set_clocks(&story.ground, Some(["+5s", "-5s"]))?;
    let opens_at = (story.ground.city.clock.now()? + OPENS_AFTER).timestamp();
    let line = story.line_from(opens_at).await?;
    let crowd = story.rush_on(line.clone(), &Plan { spread: 2 * OPENS_AFTER, ..Plan::rush(story.seed) });
    crowd.conclude().await?;
    let first = first_place(&story.ground, &line).await?;
    ensure!(first >= opens_at, "the first place was given {} s before the window", opens_at - first);
    set_clocks(&story.ground, None)
}

/// Starts the replicas with clocks that are wrong by so much, or with right ones.
fn set_clocks(ground: &Ground, offsets: Option<[&str; 2]>) -> Result<()> {
    let library = find::fake_time().context("libfaketime is not installed")?;
    let library = library.to_str().context("a folder with a name that is no text")?;
    ground.hurt(|ground| {
        for (number, replica) in REPLICAS.into_iter().enumerate() {
            let services = ground.services();
            if let Some(offsets) = offsets {
                services.set_environment(replica, "LD_PRELOAD", library)?;
                services.set_environment(replica, "FAKETIME", offsets[number])?;
                services.set_environment(replica, "FAKETIME_DONT_FAKE_MONOTONIC", "1")?;
            } else {
                services.forget_environment(replica, "LD_PRELOAD")?;
            }
            services.restart(replica)?;
            if offsets.is_some() {
                ensure!(is_loaded(services, replica)?, "{replica} runs by the true time");
            }
        }
        Ok(())
    })
}

/// Whether a replica has the library that shows it another time: a program that is linked in another way would not.
fn is_loaded(services: &Services, replica: &str) -> Result<bool> {
    let id = services.process_id(replica)?.context("it does not run")?;
    Ok(std::fs::read_to_string(format!("/proc/{id}/maps"))?.contains("libfaketime"))
}

/// When the first place was given, by PostgreSQL's clock and in business time, in seconds since 1970.
async fn first_place(ground: &Ground, line: &Line) -> Result<i64> {
    let database = ground.city.database(Service::Quota).await;
    let first = sqlx::query_scalar::<_, f64>(
        "SELECT extract(epoch FROM clock_timestamp() - min(decided_at))::float8 FROM operation
         WHERE programme = $1 AND kind = 'RESERVE'",
    );
    let ago = first.bind(&line.programme).fetch_one(&database).await?;
    let ago = Duration::from_secs_f64(ago);
    Ok((ground.city.clock.now()? - ago).timestamp())
}
