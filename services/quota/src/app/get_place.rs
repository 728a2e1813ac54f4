//! Reads an application's place as it is now.

use auth::Scope;
use refusal::{Reason, Refusal};
use vocabulary::{ApplicationId, ProgrammeId};

use super::App;
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

impl App {
    /// Reads a place within the caller's scope.
    pub async fn get_place(self, scope: Scope, asked: GetPlace) -> Result<PlaceNow, Error> {
        let desk = self.desks.desk(&asked.programme).await?;
        let (mut tx, _) = self.snapshot(&desk).await?;
        let found = place::find(&mut tx, &scope, &asked.programme, asked.application).await?;
        Ok(found.ok_or_else(|| Refusal::new(Reason::NotFound))?)
    }
}
