//! Chapters 3 and 9, as far as they are about money: it is set aside, becomes grants, and is paid to the fen by two.

use anyhow::{Context, Result, ensure};
use outside::{Mood, Server};
use proto::payment::{
    ApproveBatchRequest, Batch, BatchState, GetBatchRequest, Grant, GrantState, ImportStatementRequest,
    ListGrantsRequest, PrepareBatchRequest, SetAsideRequest, SubmitBatchRequest,
};
use refusal::Reason;
use testkit::{Official, record_tuition, request_id};

use crate::data::PROGRAMME;
use crate::story::Story;
use crate::wait;

/// Who sets how much aside for which pool, in fen.
const FUNDS: [(&str, &str, i64); 2] =
    [("jinan/finance", "city", 300_000_000), ("gangcheng/finance", "gangcheng", 2_000_000)];
/// The second year's tuition has just been paid.
const SECOND_TUITION: &str = "2022-03-08T09:00:00+08:00";
/// No page is longer.
const MOST: i32 = 200;

/// City and district set money aside for their pools.
pub(crate) async fn set_aside(story: &mut Story) -> Result<()> {
    for (official, pool, amount_fen) in FUNDS {
        let official = story.cast.official(official)?.clone();
        official.api.funds().set_aside(aside(pool, amount_fen)).await?;
        story.teller.tell(format!(
            "{} sets {} yuan aside for pool {pool}",
            official.display_name,
            yuan(amount_fen)
        ));
    }
    let district = story.cast.official("gangcheng/finance")?.clone();
    let answer = district.api.funds().set_aside(aside("city", 1)).await;
    story.refused("the district's money for the city's pool", answer, Reason::PoolOfAnother)
}

fn aside(pool: &str, amount_fen: i64) -> SetAsideRequest {
    SetAsideRequest {
        request_id: request_id(),
        programme_id: PROGRAMME.to_owned(),
        pool_id: pool.to_owned(),
        amount_fen,
        reference: "济工发〔2021〕测1号".to_owned(),
    }
}

/// Plays chapter 9.
pub(crate) async fn play(story: &mut Story) -> Result<()> {
    story.teller.chapter(9, "the money (补助发放)");
    story.stage.city.clock.set(SECOND_TUITION)?;
    let maker = story.cast.official("centre/maker")?.clone();
    let promised = story.cast.promises().len();
    let opened = wait::until_equal(&promised, async || {
        let open = |grant: &&Grant| grant.state() == GrantState::Open && !grant.instalments.is_empty();
        Ok(grants(&maker).await?.iter().filter(open).count())
    });
    let opened = opened.await?;
    story.account.compare("grants", "opened", ("seats by the clients' receipts", promised), opened);
    story.stage.city.outside.set_mood(Server::Bank, Mood::WrongAfterwards);
    let first = batch(story, true).await?;
    let outside = story.stage.city.outside.clone();
    wait::until("the bank has orders", async || Ok(outside.orders_count(Server::Bank) > 0)).await?;
    story.stage.city.outside.set_mood(Server::Bank, Mood::Well);
    settled(&maker, &first).await?;
    let asked = story.stage.city.outside.orders_count(Server::Bank);
    let booked = story.stage.city.outside.payments(Server::Bank).len();
    story.teller.tell(format!(
        "the bank pays its {booked} of them and answers with an error; asked again with the same numbers, it has {asked} orders and {booked} payments"
    ));
    remaining_tuition(story).await?;
    wait::until("the rest falls due", async || {
        let grants = self::grants(&maker).await?;
        let due: i64 = grants.iter().flat_map(|grant| &grant.instalments).map(|one| one.amount_fen).sum();
        let payable: i64 = grants.iter().map(|grant| grant.payable_fen).sum();
        Ok(due == payable)
    })
    .await?;
    let second = batch(story, false).await?;
    settled(&maker, &second).await?;
    reconcile(story, &maker).await
}

async fn grants(official: &Official) -> Result<Vec<Grant>> {
    let request = ListGrantsRequest { page_size: MOST, ..ListGrantsRequest::default() };
    Ok(official.api.grants().list_grants(request).await?.into_inner().grants)
}

/// One prepares, another approves.
async fn batch(story: &mut Story, first: bool) -> Result<Batch> {
    let (maker, checker) =
        (story.cast.official("centre/maker")?.clone(), story.cast.official("centre/checker")?.clone());
    let request =
        PrepareBatchRequest { request_id: request_id(), programme_id: PROGRAMME.to_owned(), limit: 0 };
    let batch = maker.api.batches().prepare_batch(request).await?.into_inner().batch.context("no batch")?;
    let request = SubmitBatchRequest { request_id: request_id(), batch_id: batch.id.clone() };
    maker.api.batches().submit_batch(request).await?;
    let approval = || ApproveBatchRequest {
        request_id: request_id(),
        batch_id: batch.id.clone(),
        total_fen: batch.total_fen,
    };
    if first {
        let answer = maker.api.batches().approve_batch(approval()).await;
        story.refused("a batch approved by who prepared it", answer, Reason::MakerIsChecker)?;
    }
    checker.api.batches().approve_batch(approval()).await?;
    story.teller.tell(format!(
        "{} prepares a batch of {} instructions, {} yuan; {} approves it",
        maker.display_name,
        batch.instruction_count,
        yuan(batch.total_fen),
        checker.display_name
    ));
    Ok(batch)
}

async fn settled(maker: &Official, batch: &Batch) -> Result<()> {
    wait::until("every instruction has its answer", async || {
        let request = GetBatchRequest { batch_id: batch.id.clone() };
        let batch = maker.api.batches().get_batch(request).await?.into_inner().batch.context("no batch")?;
        Ok(batch.state() == BatchState::Settled)
    })
    .await
}

/// Those who have paid a part of the tuition pay the rest.
async fn remaining_tuition(story: &Story) -> Result<()> {
    let gateway = story.stage.city.service("gateway");
    let mut payers = 0;
    for (index, enrollment) in story.cast.enrollments.iter().enumerate() {
        let tuition = enrollment.offering.as_ref().map_or(0, |offering| offering.tuition_fen);
        let left = tuition - enrollment.tuition_paid_fen;
        if left > 0 {
            record_tuition(&gateway, &enrollment.id, &format!("SJ2022-{:04}", index + 1), left, "2022-03-05")
                .await;
            payers += 1;
        }
    }
    story.teller.tell(format!("{payers} workers pay the rest of their tuition"));
    Ok(())
}

/// The day is held against the statements of bank and wallet.
async fn reconcile(story: &mut Story, maker: &Official) -> Result<()> {
    let request = ImportStatementRequest {
        request_id: request_id(),
        day: story.stage.city.outside.today().to_string(),
    };
    let answer = maker.api.ledger().import_statement(request).await?.into_inner();
    let found = answer.reconciliation.context("no reconciliation")?;
    ensure!(found.statement_lines > 0, "the statements are empty");
    story.teller.tell(format!(
        "{} reconciles the day: {} lines, {} yuan",
        maker.display_name,
        found.statement_lines,
        yuan(found.statement_fen)
    ));
    let theirs = ("the statements of bank and wallet", found.statement_fen);
    story.account.compare("ledger", "matched on the day, in fen", theirs, found.matched_fen);
    story.account.compare(
        "ledger",
        "lines that do not agree",
        ("the statements", 0),
        found.discrepancies.len(),
    );
    Ok(())
}

/// Fen as yuan, as people read them; no amount of the story is negative.
fn yuan(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}
