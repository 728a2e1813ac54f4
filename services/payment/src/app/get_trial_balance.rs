//! Sums up all accounts.

use auth::Scope;
use vocabulary::ProgrammeId;

use super::App;
use crate::domain::Line;
use crate::error::Error;
use crate::store;

impl App {
    /// Each account within the scope with its balance.
    pub async fn get_trial_balance(
        self,
        scope: Scope,
        programme: Option<ProgrammeId>,
    ) -> Result<Vec<Line>, Error> {
        let mut connection = self.database.acquire().await?;
        Ok(store::ledger::balances(&mut connection, &scope, programme.as_ref()).await?)
    }
}
