//! Reads a programme.

use vocabulary::ProgrammeId;

use super::App;
use crate::domain::Programme;
use crate::error::Error;
use crate::store;

impl App {
    /// A programme; anyone signed in may see any.
    pub async fn get_programme(self, id: ProgrammeId) -> Result<Programme, Error> {
        let mut connection = self.database.acquire().await?;
        store::programme::get(&mut connection, &id).await?.ok_or_else(Error::not_found)
    }
}
