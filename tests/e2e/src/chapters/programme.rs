//! Chapter 3: the operator applies the programme's file, and quota's lines and pools follow it.

use std::fs;

use anyhow::{Context, Result, ensure};
use proto::quota::GetPoolRequest;
use proto::subsidy::{GetProgrammeRequest, ListPoolsRequest, ProgrammePool};
use testkit::Programme;

use crate::data::PROGRAMME;
use crate::story::Story;
use crate::wait;

/// The notice says 110; with 20 some of sixty workers wait.
const SEATS: (&str, &str) = ("seats = 110", "seats = 20");

/// Plays it.
pub(crate) async fn play(story: &mut Story) -> Result<()> {
    story.teller.chapter(3, "the programme (年度求学圆梦行动)");
    story.teller.tell(
        "of the notice's 110 district seats this story keeps 20, so that some of sixty workers must wait",
    );
    let file = story.stage.city.folder().join("programme.toml");
    fs::write(&file, Programme::of_2021().with(SEATS.0, SEATS.1).text)?;
    let file = file.to_str().context("a folder with a name that is no text")?.to_owned();
    let apply = |words: &[&str]| {
        let words = [&["apply", file.as_str()], words].concat();
        story.stage.city.run("subsidy", &words)
    };
    let difference = apply(&["--dry-run"])?;
    ensure!(difference.trim_end().ends_with("dry run: nothing was changed"), "{difference}");
    let applied = apply(&[])?;
    ensure!(applied.trim_end().ends_with("applied"), "{applied}");
    let again = apply(&[])?;
    story.account.compare("programme", "applied again", ("the file", "nothing to change"), again.trim_end());
    for line in difference.lines().filter(|line| line.starts_with('+')) {
        story.teller.tell(format!("the operator applies: {line}"));
    }
    look(story).await
}

/// Anybody signed in sees it.
async fn look(story: &mut Story) -> Result<()> {
    let api = story.cast.workers.first().context("no worker")?.worker.api.clone();
    let request = GetProgrammeRequest { programme_id: PROGRAMME.to_owned() };
    let programme = api.programmes().get_programme(request).await?.into_inner().programme;
    story.teller.tell(format!("a worker reads 「{}」", programme.context("no programme")?.title));
    let request = ListPoolsRequest { programme_id: PROGRAMME.to_owned() };
    let pools = api.programmes().list_pools(request).await?.into_inner().pools;
    for ProgrammePool { id, name, .. } in pools {
        let request = GetPoolRequest { programme_id: PROGRAMME.to_owned(), pool_id: id.clone() };
        // Quota itself is asked: subsidy shows a pool that quota has not heard of with all its seats.
        let answer =
            wait::until("quota has the pool", async || Ok(api.pools().get_pool(request.clone()).await.ok()));
        let pool = answer.await?.into_inner().pool.context("no pool")?;
        let (capacity, left) = (pool.capacity, pool.capacity - pool.taken);
        story.teller.tell(format!("pool {id}, {name}: {left} of {capacity} seats are free"));
        let promised = if id == "city" { 3000 } else { 20 };
        story.account.compare("seats", format!("of pool {id}"), ("the story's file", promised), capacity);
    }
    Ok(())
}
