//! Verifies a line: recomputes its chain and every table from its journal, and compares.

use std::collections::BTreeMap;

use refusal::{Reason, Refusal};
use sqlx::PgConnection;
use vocabulary::ProgrammeId;

use super::App;
use super::proof::is_authentic;
use crate::domain::{Finding, Line, Sequence, Verification};
use crate::error::Error;
use crate::store::journal::{self, Committed};
use crate::store::{checkpoint, verify};

/// How much is read at a time.
const PAGE: i64 = 10_000;

/// What a verification came to.
#[derive(Debug)]
pub struct Verdict {
    /// The line as its journal gives it.
    pub line: Line,
    /// How many operations were recomputed.
    pub operations: u64,
    /// How many published checkpoints its chain had to pass.
    pub checkpoints: usize,
    /// What is not as the journal says; at most 100.
    pub findings: Vec<Finding>,
}

impl App {
    /// Verifies a line. It takes a second for some hundred thousand operations, and one at a time.
    pub async fn verify_line(self, programme: ProgrammeId) -> Result<Verdict, Error> {
        let _turn = self.verifications.try_acquire().map_err(|_| Refusal::new(Reason::Overloaded))?;
        let desk = self.desks.desk(&programme).await?;
        let (mut snapshot, committed) = self.snapshot(&desk).await?;
        self.verify(&mut snapshot, &programme, &committed).await
    }

    async fn verify(
        &self,
        db: &mut PgConnection,
        programme: &ProgrammeId,
        committed: &Committed,
    ) -> Result<Verdict, Error> {
        let published = checkpoint::list(db, programme, Sequence::START, i64::MAX).await?;
        let forged = published.iter().filter(|one| !is_authentic(&self.keys, programme, one));
        let forged: Vec<Finding> = forged.map(|one| Finding::Checkpoint(one.seq)).collect();
        let checkpoints: BTreeMap<_, _> = published.iter().map(|one| (one.seq, one.digest)).collect();

        let mut verification = Verification::new(programme, checkpoints);
        for finding in forged {
            verification.find(finding);
        }
        journal_of(db, programme, &mut verification).await?;
        verification.row(&committed.row, committed.arrivals);
        tables_of(db, programme, &mut verification).await?;
        places_of(db, programme, &mut verification).await?;
        verification.nobody_jumped();
        let (line, operations, findings) = verification.end();
        Ok(Verdict { line, operations, checkpoints: published.len(), findings })
    }
}

async fn journal_of(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    verification: &mut Verification,
) -> Result<(), Error> {
    let mut last = Sequence::START;
    loop {
        let page = verify::operations(db, programme, last, PAGE).await?;
        let Some(end) = page.last() else { return Ok(()) };
        last = end.entry.seq;
        for written in &page {
            verification.follow(written);
        }
        tokio::task::yield_now().await;
    }
}

async fn tables_of(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    verification: &mut Verification,
) -> Result<(), Error> {
    let rounds = journal::rounds(db, programme).await?;
    let rounds: Vec<_> = rounds.into_iter().map(|round| (round.id, round.state)).collect();
    verification.rounds(&rounds);
    let pools = verify::pools(db, programme).await?;
    verification.pools(&pools);
    verification.holders(&verify::holders(db, programme).await?);
    for (number, pool) in pools.iter().enumerate() {
        verification.waiting(number, &verify::waiting(db, programme, &pool.pool).await?);
    }
    Ok(())
}

async fn places_of(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    verification: &mut Verification,
) -> Result<(), Error> {
    let (mut arrived, mut last) = (0, 0);
    loop {
        let page = verify::places(db, programme, last, PAGE).await?;
        let Some(end) = page.last() else { break };
        last = end.arrival;
        verification.places(arrived, &page);
        arrived += page.len();
    }
    verification.all_places(arrived, &verify::barred(db, programme).await?);
    Ok(())
}
