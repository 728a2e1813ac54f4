//! Part of the account: seats, receipts, fen and ledger, each beside what clients, bank and wallet hold.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use outside::{Outcome, Server};
use proto::payment::GetTrialBalanceRequest;
use proto::quota::{GetPlaceRequest, GetPoolRequest};
use proto::subsidy::{ApplicationState, TimelineEntry, TimelineKind};

use crate::data::PROGRAMME;
use crate::story::Story;
use crate::wait;

/// Plays it.
pub(crate) async fn play(story: &mut Story) -> Result<()> {
    receipts(story).await?;
    seats(story).await?;
    fen(story).await?;
    progress(story).await?;
    ledger(story).await
}

/// What each client was told at midnight is what quota's record says at the end.
async fn receipts(story: &mut Story) -> Result<()> {
    let mut same = 0;
    for kept in &story.cast.receipts {
        let (worker, application_id) = story.cast.application(kept.index)?;
        let request = GetPlaceRequest { programme_id: PROGRAMME.to_owned(), application_id };
        let place = worker.api.lines().get_place(request).await?.into_inner().place.context("no place")?;
        let receipt = &kept.receipt;
        let told = (receipt.arrival_number, receipt.sequence, &receipt.chain);
        same += usize::from(told == (place.arrival_number, place.sequence, &place.chain));
    }
    let theirs = ("the clients' receipts", story.cast.receipts.len());
    story.account.compare("line", "places with the number and chain first told", theirs, same);
    Ok(())
}

async fn seats(story: &mut Story) -> Result<()> {
    let api = story.cast.official("jinan/supervisor")?.api.clone();
    let promises = story.cast.promises();
    let live = story.cast.receipts.len() - 1;
    for pool_id in ["city", "gangcheng"] {
        let held = promises.iter().filter(|(_, pool)| *pool == pool_id).count();
        let request = GetPoolRequest { programme_id: PROGRAMME.to_owned(), pool_id: pool_id.to_owned() };
        let pool = api.pools().get_pool(request).await?.into_inner().pool.context("no pool")?;
        let (taken, waiting) = (usize::try_from(pool.taken)?, usize::try_from(pool.waiting)?);
        story.account.compare("seats", format!("taken in {pool_id}"), ("the clients' receipts", held), taken);
        story.account.compare(
            "waiting list",
            format!("of {pool_id}"),
            ("the clients' receipts", live - held),
            waiting,
        );
    }
    Ok(())
}

/// Every worker has, to the fen, what the rules promise: by the books of bank and wallet.
async fn fen(story: &mut Story) -> Result<()> {
    let promised = story.cast.promised_fen();
    let mut booked: BTreeMap<String, i64> = BTreeMap::new();
    for server in [Server::Bank, Server::Wallet] {
        let payments = story.stage.city.outside.payments(server);
        for payment in payments.into_iter().filter(|one| matches!(one.outcome, Outcome::Paid { .. })) {
            *booked.entry(payment.order.account).or_default() += payment.order.amount_fen;
        }
    }
    let right = promised.iter().filter(|(account, fen)| booked.get(*account) == Some(*fen)).count();
    let (books, total): (i64, i64) = (booked.values().sum(), promised.values().sum());
    story.account.compare(
        "fen",
        "workers paid exactly their due",
        ("the books of bank and wallet", right),
        promised.len(),
    );
    story.account.compare(
        "fen",
        "due to all workers by the rules",
        ("the books of bank and wallet", books),
        total,
    );
    let paid = wait::until_equal(&booked.len(), async || story.applications_in(ApplicationState::Paid).await)
        .await?;
    story.account.compare(
        "fen",
        "applications paid in full",
        ("the books of bank and wallet", booked.len()),
        paid,
    );
    Ok(())
}

async fn ledger(story: &mut Story) -> Result<()> {
    let api = story.cast.official("centre/checker")?.api.clone();
    let request = GetTrialBalanceRequest { programme_id: String::new() };
    let balance = api.ledger().get_trial_balance(request).await?.into_inner();
    story.account.compare("ledger", "sum of all accounts in fen", ("double entry", 0), balance.sum_fen);
    for (server, account) in [(Server::Bank, "paid/bank"), (Server::Wallet, "paid/wallet")] {
        let booked: i64 =
            story.stage.city.outside.payments(server).iter().map(|payment| payment.order.amount_fen).sum();
        let line = balance.accounts.iter().find(|line| line.account == account);
        let ours = line.map_or(0, |line| line.amount_fen.abs());
        story.account.compare("ledger", format!("account {account} in fen"), ("its own books", booked), ours);
    }
    Ok(())
}

/// Every worker reads what became of the application.
async fn progress(story: &mut Story) -> Result<()> {
    let everybody = story.cast.applications.len();
    let told = wait::until_equal(&everybody, async || {
        let mut told = 0;
        for index in 0..everybody {
            let application = story.application(index).await?;
            let kinds: Vec<_> = application.timeline.iter().map(TimelineEntry::kind).collect();
            let rejected = story.cast.rejected == Some(index);
            told += usize::from(tells_all(&kinds, rejected));
        }
        Ok(told)
    });
    let told = told.await?;
    story.account.compare(
        "progress",
        "workers who read of every stage",
        ("applications sent", everybody),
        told,
    );
    Ok(())
}

/// Submitted first, and then how it ended.
fn tells_all(kinds: &[TimelineKind], rejected: bool) -> bool {
    let end: &[_] = if rejected {
        &[TimelineKind::Rejected]
    } else {
        &[TimelineKind::Approved, TimelineKind::Granted, TimelineKind::Paid]
    };
    kinds.first() == Some(&TimelineKind::Submitted) && end.iter().all(|kind| kinds.contains(kind))
}
