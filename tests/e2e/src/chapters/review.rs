//! Chapter 8: unions review level by level; some applications come back corrected, one is rejected.

use anyhow::{Context, Result, ensure};
use proto::quota::{GetPlaceRequest, Place, StandingState};
use proto::review::{Case, CaseState, Decision};
use proto::subsidy::ApplicationState;
use refusal::Reason;
use testkit::Official;

use super::corrections;
use crate::cases;
use crate::data::PROGRAMME;
use crate::story::Story;
use crate::wait;

/// A working day inside the review window.
const IN_REVIEW: &str = "2021-05-10T09:00:00+08:00";
/// The arrival numbers of the applications that are returned, and of the one that is rejected.
const RETURNED: [i64; 3] = [2, 9, 30];
const REJECTED: i64 = 5;
/// The level below the district.
const STREETS: [&str; 6] = ["aishan", "lixin", "wenyuan", "yanzhuang", "xinzhuang", "development-zone"];

/// Plays it.
pub(crate) async fn play(story: &mut Story) -> Result<()> {
    story.teller.chapter(8, "the review (逐级审核)");
    story.stage.city.clock.set(IN_REVIEW)?;
    let supervisor = story.cast.official("jinan/supervisor")?.clone();
    let count = story.cast.workers.len();
    let cases = wait::until("every submission is a case", async || {
        let cases = cases::all(&supervisor, false).await?;
        Ok((cases.len() == count).then_some(cases))
    });
    let cases = cases.await?;
    story
        .teller
        .tell(format!("济南市总工会's supervisor sees {} cases in the whole tree, read-only", cases.len()));
    outsiders(story, &cases).await?;
    same_person(story, &cases).await?;
    reject(story, by_arrival(&cases, REJECTED)?).await?;
    for number in RETURNED {
        corrections::play(story, by_arrival(&cases, number)?).await?;
    }
    story.teller.tell(
        "three applications are returned, corrected, printed, stamped and sent again: they kept their places",
    );
    levels(story).await?;
    outcome(story, count).await
}

fn by_arrival(cases: &[Case], number: i64) -> Result<&Case> {
    cases.iter().find(|case| case.arrival_number == number).with_context(|| format!("no arrival {number}"))
}

/// out of a union's subtree a case is not there.
async fn outsiders(story: &mut Story, cases: &[Case]) -> Result<()> {
    let case = cases.first().context("no case")?;
    let first = case.steps.first().context("a case without steps")?;
    let other = if first.union_id == story.cast.union("aishan")?.id { "lixin" } else { "aishan" };
    let outsider = story.cast.reviewer(other)?.clone();
    let answer = outsider.api.cases().decide_step(cases::passing(case)).await;
    story.refused("a decision on another union's case", answer, Reason::NotFound)
}

/// nobody decides two steps of one case, not even from another office.
async fn same_person(story: &mut Story, cases: &[Case]) -> Result<()> {
    let street = story.cast.union("aishan")?.id.clone();
    let settled = [&RETURNED[..], &[REJECTED]].concat();
    let mine = |case: &&Case| case.steps[0].union_id == street && !settled.contains(&case.arrival_number);
    let case = cases.iter().find(mine).context("no case of 艾山")?;
    let office = story.cast.reviewer("aishan")?.clone();
    let case = office.decide(case, Decision::Pass, "", "").await;
    let stand_in = story.cast.official("gangcheng/stand-in")?.clone();
    let answer = stand_in.api.cases().decide_step(cases::passing(&case)).await;
    story.refused(
        "the same person deciding the next step, from another office",
        answer,
        Reason::AnotherStepDecided,
    )
}

/// a rejection frees its seat for the first who waits.
async fn reject(story: &mut Story, case: &Case) -> Result<()> {
    let waiting = story
        .cast
        .receipts
        .iter()
        .find(|kept| kept.receipt.standings.iter().any(|standing| standing.waiting_position == 1));
    let next = waiting.context("nobody waits")?.index;
    let number = story.cast.receipts[next].receipt.arrival_number;
    let (name, id) = (story.cast.workers[next].row.name.clone(), story.cast.applications[next].id.clone());
    let reviewer = story.first_reviewer(case)?;
    reviewer.decide(case, Decision::Reject, "学历证明与本人不符", "").await;
    let worker = story.cast.workers[next].worker.clone();
    let place = wait::until("the first who waits has the seat", async || {
        let request = GetPlaceRequest { programme_id: PROGRAMME.to_owned(), application_id: id.clone() };
        let place = worker.api.lines().get_place(request).await?.into_inner().place.context("no place")?;
        Ok(seat(&place, "gangcheng").map(|seat| (seat, place)))
    });
    let (seat, place) = place.await?;
    story.cast.rejected = Some(story.cast.index_of(&case.application_id)?);
    story.cast.promoted = Some(next);
    ensure!(place.arrival_number == number, "an arrival number changed");
    story.teller.tell(format!(
        "{} rejects arrival {REJECTED}; its district seat {seat} goes to {name}, who was first on the waiting list",
        reviewer.display_name
    ));
    Ok(())
}

fn seat(place: &Place, pool: &str) -> Option<i64> {
    let seated = |standing: &&proto::quota::Standing| {
        standing.pool_id == pool && standing.state() == StandingState::Seated
    };
    place.standings.iter().find(seated).map(|standing| standing.seat_number)
}

/// Streets, district, city, Culture Centre: each passes what has come to it.
async fn levels(story: &mut Story) -> Result<()> {
    // The street of `same_person` has passed one.
    let mut streets = 1;
    for street in STREETS {
        streets += pass_all(story.cast.reviewer(street)?).await?;
    }
    let district = pass_all(story.cast.reviewer("gangcheng")?).await?;
    let city = pass_all(story.cast.reviewer("jinan")?).await?;
    let centre = pass_all(story.cast.official("centre/reviewer")?).await?;
    story.teller.tell(format!(
        "five streets and 钢城经济开发区 pass {streets} cases, 钢城区 {district}, of which {} began there, 济南市 {city}; \
         the Culture Centre (职工文化事业发展中心) approves {centre}",
        district.saturating_sub(streets)
    ));
    Ok(())
}

async fn pass_all(reviewer: &Official) -> Result<usize> {
    let cases = cases::all(reviewer, true).await?;
    cases::pass(reviewer, &cases).await?;
    Ok(cases.len())
}

/// What review decided is what subsidy has heard.
async fn outcome(story: &mut Story, count: usize) -> Result<()> {
    let supervisor = story.cast.official("jinan/supervisor")?.clone();
    let cases = cases::all(&supervisor, false).await?;
    let approved = cases.iter().filter(|case| case.state() == CaseState::Approved).count();
    let rejected = cases.iter().filter(|case| case.state() == CaseState::Rejected).count();
    let late = cases.iter().flat_map(|case| &case.steps).filter(|step| step.late).count();
    let decided =
        cases.iter().flat_map(|case| &case.steps).filter(|step| step.decision() != Decision::Unspecified);
    story.teller.tell(format!("{} steps are decided, {late} of them late", decided.count()));
    let heard =
        wait::until_equal(&approved, async || story.applications_in(ApplicationState::Approved).await)
            .await?;
    story.account.compare("review", "approved", ("the story's script", count - 1), approved);
    story.account.compare("review", "rejected", ("the story's script", 1), rejected);
    story.account.compare("review", "applications approved", ("review's approved cases", approved), heard);
    Ok(())
}
