//! Reads a batch with its instructions.

use auth::Scope;
use vocabulary::BatchId;

use super::App;
use crate::domain::{Batch, Instruction};
use crate::error::Error;
use crate::store;

impl App {
    /// A batch within the scope.
    pub async fn get_batch(self, scope: Scope, id: BatchId) -> Result<(Batch, Vec<Instruction>), Error> {
        let mut connection = self.database.acquire().await?;
        let batch = store::batch::get(&mut connection, &scope, id).await?.ok_or_else(Error::not_found)?;
        let instructions = store::instruction::of(&mut connection, &scope, id).await?;
        Ok((batch, instructions))
    }
}
