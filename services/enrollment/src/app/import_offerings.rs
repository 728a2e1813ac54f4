//! Imports offerings: every row is judged first, and with one bad row nothing is written.

use audit::{Action, Detail, Entry, Subject};
use auth::Caller;
use postgres::Request;
use proto::enrollment as pb;
use sqlx::PgConnection;
use vocabulary::OfferingId;

use super::App;
use crate::domain::{Judged, Offering, Outcome, Row, verdicts};
use crate::error::Error;
use crate::store;

/// At most this many rows in one import.
pub const MAX_ROWS: usize = 10_000;

const IMPORTED: Action = Action::new("OFFERINGS_IMPORTED");

/// The call, as the door has read it.
#[derive(Debug)]
pub struct ImportOfferings {
    /// The call, for repetition.
    pub request: Request,
    /// Who calls, for the trail.
    pub caller: Caller,
    /// Only judges.
    pub dry_run: bool,
    /// The rows, in order.
    pub rows: Vec<Row>,
}

impl App {
    /// Imports, or only judges.
    pub async fn import_offerings(
        self,
        command: ImportOfferings,
    ) -> Result<pb::ImportOfferingsResponse, Error> {
        let mut tx = self.database.begin().await?;
        if let Some(answer) = command.request.answered(&mut tx).await? {
            return Ok(answer);
        }
        let mut institutions: Vec<String> =
            command.rows.iter().flatten().map(|terms| terms.institution_code.clone()).collect();
        institutions.sort_unstable();
        institutions.dedup();
        let there = store::offering::hold_of(&mut tx, &institutions).await?;
        let outcomes = verdicts(&command.rows, &there);
        let bad = outcomes.iter().any(|outcome| matches!(outcome, Outcome::Bad(_)));
        let written = !bad && !command.dry_run;
        let mut ids = Vec::with_capacity(outcomes.len());
        for (row, outcome) in command.rows.iter().zip(&outcomes) {
            ids.push(if written { write(&mut tx, row, outcome).await? } else { known(outcome) });
        }
        if written {
            let subject = Subject::new("catalogue", command.request.id());
            let entry = Entry::new(self.clock.now(), &command.caller, IMPORTED, subject)
                .asked_by(command.request.id())
                .with(Detail::new().with("rows", command.rows.len()));
            audit::record(&mut tx, &entry).await?;
        }
        let rows = outcomes.into_iter().zip(ids).map(|(outcome, id)| Judged { outcome, id }.into()).collect();
        let answer = pb::ImportOfferingsResponse { rows, written };
        command.request.keep(&mut tx, &answer).await?;
        tx.commit().await?;
        Ok(answer)
    }
}

/// Does what the verdict says; the offering's id.
async fn write(
    connection: &mut PgConnection,
    row: &Row,
    outcome: &Outcome,
) -> Result<Option<OfferingId>, Error> {
    match (outcome, row) {
        (Outcome::New, Ok(terms)) => {
            let offering = Offering { id: OfferingId::new(), terms: terms.clone() };
            store::offering::save(connection, &offering).await?;
            Ok(Some(offering.id))
        }
        (Outcome::Changed(offering), _) => {
            store::offering::save(connection, offering).await?;
            Ok(Some(offering.id))
        }
        _ => Ok(known(outcome)),
    }
}

fn known(outcome: &Outcome) -> Option<OfferingId> {
    match outcome {
        Outcome::Changed(offering) | Outcome::Same(offering) => Some(offering.id),
        Outcome::New | Outcome::Bad(_) => None,
    }
}
