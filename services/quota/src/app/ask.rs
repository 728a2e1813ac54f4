//! Brings an operation to its line and waits for the decision: the driver of [`Handler`], whose answers alone count.

use std::time::Duration;

use refusal::{Reason, Refusal};
use tokio::time;
use vocabulary::ProgrammeId;

use super::waiting::Told;
use super::{App, Desk, is_ordered_only, to_the_end};
use crate::domain::{Answer, Digest, Handler, Looked, Mode, Next, Operation, Ordered, Outcome, Recorded};
use crate::error::Error;
use crate::store::journal;

/// How long to wait before sending an operation again to a Redis that fell silent.
const SEND_AGAIN_AFTER: Duration = Duration::from_millis(100);

impl App {
    /// Brings an operation to its line. Whoever gets no answer in time repeats it with the same id. May be dropped: what is done
    /// with PostgreSQL goes on to its end.
    pub(super) async fn ask(&self, programme: &ProgrammeId, operation: Operation) -> Result<Recorded, Error> {
        let desk = self.desks.desk(programme).await?;
        let answer = time::timeout(self.patience(), self.follow(&desk, &operation)).await;
        match answer.unwrap_or(Err(Error::NotDecided))? {
            Answer::Recorded(recorded) => Ok(recorded),
            Answer::Conflict => Err(Refusal::new(Reason::RequestIdReused).into()),
            Answer::NotOpen => Err(Refusal::new(Reason::RoundNotOpen).into()),
            Answer::Halted => Err(Refusal::new(Reason::LineHalted).into()),
        }
    }

    async fn follow(&self, desk: &Desk, operation: &Operation) -> Result<Answer, Error> {
        let _under_way = desk.enter();
        let ordered = Ordered::from(operation);
        let mut handler = Handler::new(ordered.hash, operation.round_needed().cloned());
        let mut next = Next::Append;
        loop {
            next = match next {
                Next::Append if desk.view().mode == Mode::Halted => {
                    let next = handler.looked(self.look(desk, operation).await?);
                    if matches!(next, Next::Append) {
                        // It goes on again, and this replica does not know yet.
                        desk.look_soon();
                        time::sleep(SEND_AGAIN_AFTER).await;
                    }
                    next
                }
                Next::Append => {
                    let told = desk.append(ordered.clone()).await;
                    match told.ok_or_else(|| Refusal::new(Reason::Overloaded))? {
                        Told::Decided(recorded) => handler.decided(recorded),
                        Told::Heard(heard) => handler.heard(heard),
                    }
                }
                Next::WaitFor(at) if is_ordered_only() => {
                    let digest = Digest::start(desk.programme());
                    let outcome = Outcome::Done;
                    let recorded = Recorded { seq: at.seq, body_hash: ordered.hash, digest, outcome };
                    return Ok(Answer::Recorded(recorded));
                }
                // The desk has waited: it tells what was placed only when the line has passed there.
                Next::WaitFor(_) => handler.looked(self.look(desk, operation).await?),
                Next::Pause => {
                    time::sleep(SEND_AGAIN_AFTER).await;
                    Next::Append
                }
                Next::Recover(evidence) => {
                    desk.report(desk.view().at.epoch, evidence).await;
                    Next::Append
                }
                Next::Answer(answer) => return Ok(answer),
            };
        }
    }

    async fn look(&self, desk: &Desk, operation: &Operation) -> Result<Looked, Error> {
        let (database, programme, id) = (self.database.clone(), desk.programme().clone(), operation.id);
        let permit = desk.may_look().await;
        to_the_end(async move {
            let _permit = permit;
            let mut db = database.acquire().await?;
            let looked = journal::look(&mut db, &programme, id).await?;
            Ok(looked.ok_or_else(|| Refusal::new(Reason::NotFound))?)
        })
        .await
    }
}
