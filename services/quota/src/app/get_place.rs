//! Reads an application's place as it is now.

use auth::Scope;
use refusal::{Reason, Refusal};
use vocabulary::{ApplicationId, ProgrammeId};

use super::App;
use super::proof::{Signed, sign_receipt};
use crate::domain::PlaceNow;
use crate::error::Error;
use crate::store::place;

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
    /// Reads a place within the caller's scope, and signs its receipt.
    pub async fn get_place(self, scope: Scope, asked: GetPlace) -> Result<SignedPlace, Error> {
        let desk = self.desks.desk(&asked.programme).await?;
        let (mut tx, _) = self.snapshot(&desk).await?;
        let found = place::find(&mut tx, &scope, &asked.programme, asked.application).await?;
        let place = found.ok_or_else(|| Refusal::new(Reason::NotFound))?;
        let sign =
            |given| sign_receipt(&self.keys, &asked.programme, asked.application, place.arrival, given);
        Ok(SignedPlace { receipt: place.given.map(sign), place })
    }
}
