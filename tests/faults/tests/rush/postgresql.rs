//! What happens to PostgreSQL.

use std::time::Duration;

use anyhow::{Result, ensure};
use faults::Plan;

use crate::story::Story;

/// How far it is set back.
const SET_BACK: Duration = Duration::from_secs(5);

/// P1 to P7: `pg_ctl restart -m immediate`, in the middle of batches.
pub async fn restarted_at_once(story: Story) -> Result<()> {
    let crowd = story.rush().await?;
    for parts in [8, 4, 2] {
        crowd.one_of(parts).await?;
        crowd.hurt(|ground| Ok(ground.postgresql().restart_at_once()?))?;
    }
    crowd.conclude().await.map(drop)
}

/// P1 to P7: its disk is as it was five seconds ago.
pub async fn set_back(story: Story) -> Result<()> {
    let crowd = story.rush_of(Plan { spread: SET_BACK * 2, ..Plan::rush(story.seed) }).await?;
    crowd.one_of(8).await?;
    let disk = story.ground.file(&format!("disk-{}", story.seed));
    crowd.hurt(|ground| Ok(ground.postgresql().snapshot(&disk)?))?;
    let before = crowd.rush.answered();
    tokio::time::sleep(SET_BACK).await;
    let answered = crowd.rush.answered() - before;
    ensure!(answered > 0, "nobody was answered in what is lost");
    println!("{}: what {answered} people were told is set back", story.name);
    crowd.hurt(|ground| Ok(ground.postgresql().restore(&disk)?))?;
    crowd.conclude().await.map(drop)
}
