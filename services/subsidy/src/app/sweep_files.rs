//! Deletes files that no application speaks of any more.

use super::App;
use crate::error::Error;
use crate::store;

impl App {
    /// Deletes what has strayed; repeated until it is gone.
    pub async fn sweep_files(&self) -> Result<(), Error> {
        let mut connection = self.database.acquire().await?;
        for id in store::stray_file::abandoned(&mut connection).await? {
            self.files.delete(id).await?;
            store::stray_file::forget(&mut connection, id).await?;
        }
        Ok(())
    }
}
