//! Reads a day's reconciliation.

use auth::Scope;
use vocabulary::Day;

use super::App;
use crate::domain::Reconciliation;
use crate::error::Error;
use crate::store;

impl App {
    /// A day's reconciliation within the scope.
    pub async fn get_reconciliation(self, scope: Scope, day: Day) -> Result<Reconciliation, Error> {
        let mut connection = self.database.acquire().await?;
        store::reconciliation::get(&mut connection, &scope, day).await?.ok_or_else(Error::not_found)
    }
}
