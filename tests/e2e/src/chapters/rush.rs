//! Chapter 6: all submit at once, Redis is wiped, subsidy dies, and nobody jumps the queue.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use proto::identity::{Channel, CodePurpose, RequestCodeRequest, SignInRequest};
use proto::subsidy::CreateApplicationRequest;
use refusal::Reason;
use testkit::{Api, Worker, latest_code, request_id};

use crate::data::PROGRAMME;
use crate::rush::{Kept, Rush};
use crate::story::Story;
use crate::trap::Trap;
use crate::wait;

/// Half a day before the window opens.
const NOON: &str = "2021-05-04T12:00:00+08:00";
/// Five seconds before the window opens.
const EVE: &str = "2021-05-04T23:59:55+08:00";
/// From the first click to the last.
const CLICKS_MS: u64 = 2_500;
/// Every so many workers send by their other channel too.
const TWICE_EVERY: usize = 5;
/// So many places are given before Redis loses everything.
const WIPE_AFTER: i64 = 12;

/// Plays it.
pub(crate) async fn play(story: &mut Story) -> Result<()> {
    story.teller.chapter(6, "the rush (5月5日零点)");
    story.stage.city.clock.set(NOON)?;
    let trap = Trap::set(story)?;
    too_early(story).await?;
    story.stage.city.clock.set(EVE)?;
    story.teller.tell("it is 4 May 2021, 23:59:55; the clock runs");
    let second = other_channels(story).await?;
    opening(story).await?;
    let (kept, arrivals) = rush(story, second, trap).await?;
    story.cast.receipts = judge(story, kept, arrivals)?;
    twice(story).await
}

/// nobody is admitted before the window opens.
async fn too_early(story: &mut Story) -> Result<()> {
    let (worker, id) = story.cast.application(0)?;
    let answer = worker.submit(&id, &request_id()).await;
    story.refused("a submission at noon of 4 May, twelve hours too early", answer, Reason::RoundNotOpen)
}

/// Some workers are signed in by app and by WeChat.
async fn other_channels(story: &Story) -> Result<Vec<(usize, Worker)>> {
    let mut second = Vec::new();
    for (index, applicant) in story.cast.workers.iter().enumerate().step_by(TWICE_EVERY) {
        let phone = &applicant.worker.phone;
        let request = RequestCodeRequest {
            request_id: request_id(),
            phone: phone.clone(),
            purpose: CodePurpose::SignIn.into(),
        };
        let api = story.stage.city.api();
        api.workers().request_code(request).await?;
        let code = latest_code(&story.stage.city.outside, phone);
        let channel = if applicant.row.channel == "wechat" { Channel::App } else { Channel::Wechat };
        let request = SignInRequest { phone: phone.clone(), code, channel: channel.into() };
        let session = api.sessions().sign_in(request).await?.into_inner().session.context("no session")?;
        let api = api.with_token(&session.access_token);
        second.push((index, Worker { api, token: session.access_token, ..applicant.worker.clone() }));
    }
    story.teller.tell(format!("{} workers hold their other phone ready too: app and WeChat", second.len()));
    Ok(second)
}

/// Waits for midnight, by the services' clock.
async fn opening(story: &Story) -> Result<()> {
    let left = story.stage.city.clock.until("2021-05-05T00:00:00+08:00")?;
    tokio::time::sleep(left).await;
    story.teller.tell("00:00: the spring round is open");
    Ok(())
}

/// Everybody sends; meanwhile Redis is wiped and subsidy dies. Gives what clients kept, and how many places quota gave.
async fn rush(story: &mut Story, second: Vec<(usize, Worker)>, trap: Trap) -> Result<(Vec<Kept>, usize)> {
    let mut rush = Rush::new();
    let count = story.cast.workers.len();
    for index in 0..count {
        let (worker, id) = story.cast.application(index)?;
        rush.send(index, click(index, count), worker, id);
    }
    for (index, worker) in second {
        let (_, id) = story.cast.application(index)?;
        rush.send(index, click(index, count), worker, id);
    }
    let quota = story.stage.city.service("subsidy");
    arrivals(&quota, WIPE_AFTER).await?;
    story.stage.city.wipe_order().await;
    story.teller.tell(format!("after {WIPE_AFTER} arrivals Redis is wiped: FLUSHALL"));
    trap.spring(&rush).await?;
    let (given, told) = (quota.programme_line(PROGRAMME).await.arrivals, rush.answered());
    story.teller.tell(format!(
        "subsidy dies right after a Reserve: {given} places were given, {told} applications had their answer; it starts again"
    ));
    trap.clear(story)?;
    let kept = rush.receipts().await?;
    let line = quota.programme_line(PROGRAMME).await;
    ensure!(line.epoch > 1, "Redis was wiped, and quota did not notice");
    story.teller.tell(format!("quota rebuilt the order from PostgreSQL: epoch {}", line.epoch));
    let arrivals = usize::try_from(line.arrivals)?;
    story.account.compare("line", "arrivals", ("applications sent", count), arrivals);
    Ok((kept, arrivals))
}

/// When a finger comes down: spread over the first seconds in no order.
fn click(index: usize, count: usize) -> Duration {
    let shuffled = index * 37 % count;
    Duration::from_millis(CLICKS_MS * shuffled as u64 / count as u64)
}

/// Waits until so many places are given.
async fn arrivals(quota: &Api, count: i64) -> Result<()> {
    wait::until("so many places are given", async || {
        Ok(quota.programme_line(PROGRAMME).await.arrivals >= count)
    })
    .await
}

/// Holds the arrival numbers against what each client saw; gives one receipt for each application.
fn judge(story: &mut Story, mut kept: Vec<Kept>, arrivals: usize) -> Result<Vec<Kept>> {
    let early = overtaken(&kept);
    let repeats: u32 = kept.iter().map(|one| one.times - 1).sum();
    story.teller.tell(format!(
        "{} clients were answered; unanswered calls were repeated {repeats} times with the same id",
        kept.len()
    ));
    let count = story.cast.workers.len();
    kept.sort_by_key(|one| (one.index, one.answered));
    let unlike =
        kept.windows(2).filter(|pair| pair[0].index == pair[1].index && pair[0].receipt != pair[1].receipt);
    let unlike = unlike.count();
    kept.dedup_by_key(|one| one.index);
    let numbers: BTreeSet<i64> = kept.iter().map(|one| one.receipt.arrival_number).collect();
    let in_sequence = (1..).take(count).filter(|number| numbers.contains(number)).count();
    let account = &mut story.account;
    account.compare(
        "line",
        "pairs in which who was answered before the other sent has the later number",
        ("the clients' clocks", 0),
        early,
    );
    account.compare(
        "line",
        "two channels of a worker with two receipts",
        ("the clients' receipts", 0),
        unlike,
    );
    account.compare(
        "line",
        "arrival numbers from 1 on, without gap or duplicate",
        ("the clients' receipts", in_sequence),
        arrivals,
    );
    let first = kept.iter().find(|one| one.receipt.arrival_number == 1).context("nobody was first")?;
    let name = &story.cast.workers[first.index].row.name;
    story.teller.tell(format!("{name} is first; chain {}…", &first.receipt.chain[..16]));
    Ok(kept)
}

/// how many pairs there are in which one was answered before the other was sent, and has the larger number.
fn overtaken(kept: &[Kept]) -> usize {
    let before =
        |a: &Kept, b: &Kept| a.answered < b.sent && a.receipt.arrival_number > b.receipt.arrival_number;
    kept.iter().map(|a| kept.iter().filter(|b| before(a, b)).count()).sum()
}

/// once a year.
async fn twice(story: &mut Story) -> Result<()> {
    let (worker, _) = story.cast.application(0)?;
    let request = CreateApplicationRequest {
        request_id: request_id(),
        programme_id: PROGRAMME.to_owned(),
        enrollment_id: story.cast.enrollments.first().context("nobody enrolled")?.id.clone(),
    };
    let answer = worker.api.applications().create_application(request).await;
    story.refused("a second application in the same year", answer, Reason::AppliedBefore)
}
