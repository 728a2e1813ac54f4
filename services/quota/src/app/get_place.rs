//! Reads an application's place as it is now.

use auth::Scope;
use refusal::{Reason, Refusal};
use vocabulary::{ApplicationId, ProgrammeId};

use super::App;
use super::proof::{Signed, as_folded, sign_receipt};
use crate::domain::{PlaceNow, ReceiptText};
use crate::error::Error;
use crate::store::{place, proof};

/// Which place is asked for.
#[derive(Debug, Clone)]
pub struct GetPlace {
    /// The programme.
    pub programme: ProgrammeId,
    /// The application.
    pub application: ApplicationId,
}

/// A place as it is now, with its receipt.
#[derive(Debug, Clone)]
pub struct SignedPlace {
    /// The place.
    pub place: PlaceNow,
    /// Its receipt; none for an application that never arrived.
    pub receipt: Option<Signed>,
}

impl App {
    /// Reads a place within the caller's scope, and signs its receipt, if the journal's chain carries it.
    pub async fn get_place(self, scope: Scope, asked: GetPlace) -> Result<SignedPlace, Error> {
        let desk = self.desks.desk(&asked.programme).await?;
        let stood = desk.stood();
        let (mut tx, committed) = self.snapshot(&desk).await?;
        let found = place::find(&mut tx, &scope, &asked.programme, asked.application).await?;
        let place = found.ok_or_else(|| Refusal::new(Reason::NotFound))?;
        if place.arrival == 0 {
            return Ok(SignedPlace { place, receipt: None });
        }
        let (seq, digest) = place.given.ok_or(Error::Disagreement)?;
        as_folded(&mut tx, &asked.programme, stood, committed.row.at.seq).await?;
        let (programme, application, arrival) = (asked.programme, asked.application, place.arrival);
        let given = proof::given(&mut tx, &programme, seq).await?;
        let receipt = ReceiptText { programme, application, arrival, seq, digest };
        if !given.is_some_and(|given| given.carries(&receipt, scope.worker_id())) {
            tracing::error!(programme = %receipt.programme, %seq, "a place is not what the chain carries");
            return Err(Error::Disagreement);
        }
        Ok(SignedPlace { receipt: Some(sign_receipt(&self.keys, &receipt)), place })
    }
}
