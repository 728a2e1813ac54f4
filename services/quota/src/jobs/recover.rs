//! Recovery: only on evidence, under the lock of the line, and after asking Redis once more. It drives
//! `domain/recover.rs`.

use super::install::install;
use crate::app::{App, Desk};
use crate::domain::{Asked, Epoch, Evidence, HaltCause, Mode, Position, Remedy, Row, Sequence, remedy};
use crate::error::Error;
use crate::store::journal;

/// Looks into evidence of an epoch and does what it calls for. Tells whether there may be more to do.
pub(super) async fn recover(
    app: &App,
    desk: &Desk,
    epoch: Epoch,
    evidence: Evidence,
    durable: Position,
) -> Result<bool, Error> {
    let programme = desk.programme();
    let mut tx = app.database.begin().await?;
    let mut row = journal::lock(&mut tx, programme).await?.ok_or(Error::Disagreement)?;
    // Under the lock, although Redis is across the network: else two replicas chase each other.
    let order = app.order.read_current(programme, row.at.epoch, row.at.seq, 1).await?;
    let recent = journal::recent_recoveries(&mut tx, programme).await?;
    match remedy(epoch, durable, &row, &Asked { order, recent }) {
        Remedy::Halted => {
            desk.publish(&row);
            Ok(false)
        }
        Remedy::Healthy | Remedy::Reload => {
            desk.publish(&row);
            Ok(true)
        }
        Remedy::Install(epoch) => {
            drop(tx);
            install(app, desk, epoch).await.map(|()| true)
        }
        Remedy::Adopt { epoch, base_seq } => {
            move_to(&mut row, epoch, base_seq);
            journal::begin_epoch(&mut tx, programme, epoch, base_seq.min(row.at.seq), evidence).await?;
            tx.commit().await?;
            tracing::warn!(%programme, %epoch, "PostgreSQL was set back; took over the epoch of Redis");
            desk.publish(&row);
            Ok(true)
        }
        Remedy::Begin(epoch) => {
            let base_seq = row.at.seq;
            move_to(&mut row, epoch, base_seq);
            journal::begin_epoch(&mut tx, programme, epoch, base_seq, evidence).await?;
            tx.commit().await?;
            let why = evidence.as_str();
            tracing::warn!(%programme, %epoch, evidence = why, "the order is built anew from PostgreSQL");
            install(app, desk, epoch).await?;
            desk.publish(&row);
            Ok(true)
        }
        Remedy::Halt(cause) => {
            drop(tx);
            halt(app, desk, cause).await.map(|()| false)
        }
    }
}

fn move_to(row: &mut Row, epoch: Epoch, base_seq: Sequence) {
    row.at.epoch = epoch;
    row.base_seq = base_seq;
}

/// Halts a line: nothing moves until an operator has judged.
pub(super) async fn halt(app: &App, desk: &Desk, cause: HaltCause) -> Result<(), Error> {
    let mut tx = app.database.begin().await?;
    let mut row = journal::lock(&mut tx, desk.programme()).await?.ok_or(Error::Disagreement)?;
    journal::halt(&mut tx, desk.programme(), cause).await?;
    tx.commit().await?;
    tracing::error!(programme = %desk.programme(), cause = cause.as_str(), "the line is halted");
    row.mode = Mode::Halted;
    desk.publish(&row);
    Ok(())
}
