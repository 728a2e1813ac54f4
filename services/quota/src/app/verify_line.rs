//! Verifies a line: recomputes its chain and every table from its journal, and compares.
//!
//! Everything is read page by page, from one snapshot; what is computed is computed aside, and keeps no call waiting.

use std::sync::Arc;

use audit::PublicKeys;
use refusal::{Reason, Refusal};
use sqlx::PgConnection;
use tokio::task;
use vocabulary::ProgrammeId;

use super::App;
use super::proof::is_authentic;
use crate::domain::{Finding, Mode, PlaceState, PoolRow, Sequence, Stood, Turns, Verification, Verified};
use crate::error::Error;
use crate::store::journal::{self, Committed};
use crate::store::{checkpoint, verify};

/// How much is read at a time.
const PAGE: i64 = 10_000;
/// More than these tell nothing more.
const MAX_STRAYS: i64 = 100;

/// What a verification came to.
#[derive(Debug)]
pub struct Verdict {
    /// What the journal gives, and what is not as it says.
    pub verified: Verified,
    /// How the line takes its order.
    pub mode: Mode,
    /// By the tables alone, nobody was served before somebody who had come first.
    pub nobody_jumped: bool,
}

impl Verdict {
    /// Whether all of it is as the journal says.
    pub fn holds(&self) -> bool {
        self.verified.findings.is_empty() && self.nobody_jumped
    }
}

/// A verification under way, and what the tables say by themselves.
struct Work {
    verification: Verification,
    turns: Turns,
}

impl App {
    /// Verifies a line. It takes a second for some hundred thousand operations, and one at a time.
    pub async fn verify_line(self, programme: ProgrammeId) -> Result<Verdict, Error> {
        let _turn = self.verifications.try_acquire().map_err(|_| Refusal::new(Reason::Overloaded))?;
        let desk = self.desks.desk(&programme).await?;
        let stood = desk.stood();
        let (mut snapshot, committed) = self.snapshot_to_judge(&desk).await?;
        let stood = stood.filter(|stood| stood.seq <= committed.row.at.seq);
        verify(&mut snapshot, self.keys.believed(), &programme, &committed, stood).await
    }
}

/// Verifies a line as one snapshot shows it, against what a replica has folded itself where there is one.
pub async fn verify(
    db: &mut PgConnection,
    keys: &PublicKeys,
    programme: &ProgrammeId,
    committed: &Committed,
    stood: Option<Stood>,
) -> Result<Verdict, Error> {
    let work = Work { verification: Verification::new(programme), turns: Turns::default() };
    let mut work = published(db, keys, programme, work).await?;
    if let Some(stood) = stood {
        work.verification.remember(stood);
    }
    let work = journal_of(db, programme, work).await?;
    let (row, arrivals) = (committed.row.clone(), committed.arrivals);
    let work = aside(work, move |work| work.verification.row(&row, arrivals)).await;
    let work = places_of(db, programme, work).await?;
    let work = tables_of(db, programme, work).await?;
    let mode = committed.row.mode;
    let ended = task::spawn_blocking(move || end(work, mode)).await;
    ended.map_err(|_| Error::Disagreement)
}

fn end(Work { mut verification, turns }: Work, mode: Mode) -> Verdict {
    let jumped: Vec<_> = turns.jumped().map(str::to_owned).collect();
    let nobody_jumped = jumped.is_empty();
    for pool in jumped {
        verification.find(Finding::Jumped(pool));
    }
    Verdict { verified: verification.end(), mode, nobody_jumped }
}

/// Computes on a thread on which nobody waits for an answer.
async fn aside(mut work: Work, compute: impl FnOnce(&mut Work) + Send + 'static) -> Work {
    let computed = task::spawn_blocking(move || {
        compute(&mut work);
        work
    });
    match computed.await {
        Ok(work) => work,
        Err(failed) => std::panic::resume_unwind(failed.into_panic()),
    }
}

async fn published(
    db: &mut PgConnection,
    keys: &PublicKeys,
    programme: &ProgrammeId,
    mut work: Work,
) -> Result<Work, Error> {
    let mut last = Sequence::START;
    loop {
        let page = checkpoint::list(db, programme, last, PAGE).await?;
        let Some(end) = page.last() else { return Ok(work) };
        last = end.seq;
        let (keys, programme) = (keys.clone(), programme.clone());
        work = aside(work, move |work| {
            for one in &page {
                work.verification.expect(one.seq, one.digest, one.arrivals);
                if !is_authentic(&keys, &programme, one) {
                    work.verification.find(Finding::Checkpoint(one.seq));
                }
            }
        })
        .await;
    }
}

async fn journal_of(db: &mut PgConnection, programme: &ProgrammeId, mut work: Work) -> Result<Work, Error> {
    let mut last = Sequence::START;
    loop {
        let page = verify::operations(db, programme, last, PAGE).await?;
        let Some(end) = page.last() else { break };
        last = end.entry.seq;
        work = aside(work, move |work| page.iter().for_each(|row| work.verification.follow(row))).await;
    }
    let movers = Arc::new(verify::movers(db, programme).await?);
    let mut from = Sequence::START;
    while from < last && !movers.is_empty() {
        let page = verify::asked(db, programme, from, PAGE).await?;
        from = (from.get() + PAGE).into();
        let movers = Arc::clone(&movers);
        work = aside(work, move |work| {
            let moved = |body: &str| body.split(' ').next().is_some_and(|who| movers.contains(who));
            for (seq, kind, body) in page.iter().filter(|(.., body)| moved(body)) {
                work.turns.hear(*seq, *kind, body);
            }
        })
        .await;
    }
    Ok(work)
}

async fn tables_of(db: &mut PgConnection, programme: &ProgrammeId, mut work: Work) -> Result<Work, Error> {
    let rounds = journal::rounds(db, programme).await?;
    let rounds: Vec<_> = rounds.into_iter().map(|round| (round.id, round.state)).collect();
    work.verification.rounds(&rounds);
    let pools = verify::pools(db, programme).await?;
    work.verification.pools(&pools);
    for pool in &pools {
        work = holders_of(db, programme, pool, work).await?;
        work = waiting_of(db, programme, pool, work).await?;
    }
    for (pool, seat) in verify::strays(db, programme, MAX_STRAYS).await? {
        work.verification.find(match seat {
            Some(seat) => Finding::HolderChanged(pool, seat.into()),
            None => Finding::WaitingChanged(pool),
        });
    }
    Ok(work)
}

async fn holders_of(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    pool: &PoolRow,
    mut work: Work,
) -> Result<Work, Error> {
    let (mut count, mut last) = (0, i32::MIN);
    loop {
        let page = verify::holders(db, programme, &pool.pool, last, PAGE).await?;
        let Some(end) = page.last() else { break };
        last = end.seat;
        let (before, pool) = (count, pool.clone());
        count += page.len();
        work = aside(work, move |work| {
            work.verification.holders(&pool.pool, before, &page);
            work.turns.hold(&pool.pool, pool.union, &page);
        })
        .await;
    }
    work.verification.all_holders(&pool.pool, count);
    Ok(work)
}

async fn waiting_of(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    pool: &PoolRow,
    mut work: Work,
) -> Result<Work, Error> {
    let (mut count, mut last) = (0, Sequence::from(i64::MIN));
    loop {
        let page = verify::waiting(db, programme, &pool.pool, last, PAGE).await?;
        let Some(end) = page.last() else { break };
        last = end.entered;
        let (before, pool) = (count, pool.clone());
        count += page.len();
        work = aside(work, move |work| {
            work.verification.waiting(&pool.pool, before, &page);
            work.turns.wait(&pool.pool, pool.union, &page);
        })
        .await;
    }
    work.verification.all_waiting(&pool.pool, count);
    Ok(work)
}

async fn places_of(db: &mut PgConnection, programme: &ProgrammeId, mut work: Work) -> Result<Work, Error> {
    let (mut count, mut last) = (0, i64::MIN);
    loop {
        let page = verify::places(db, programme, last, PAGE).await?;
        let Some(end) = page.last() else { break };
        last = end.arrival;
        let before = count;
        count += page.len();
        work = aside(work, move |work| {
            work.verification.places(before, &page);
            for place in page.iter().filter(|place| place.state != PlaceState::Released.as_str()) {
                work.turns.come(place.application, place.seq);
            }
        })
        .await;
    }
    work.verification.all_places(count);
    let (mut barred, mut last) = (0, None);
    loop {
        let page = verify::barred(db, programme, last, PAGE).await?;
        let Some(end) = page.last() else { break };
        last = Some(end.application);
        barred += page.len();
        work = aside(work, move |work| work.verification.barred(&page)).await;
    }
    Ok(aside(work, move |work| work.verification.all_barred(barred)).await)
}
