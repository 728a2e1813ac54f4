//! Reads a material; each look is recorded.

use audit::{Action, Detail, Entry, Subject};
use auth::Caller;
use scan::MediaType;
use sealing::Zeroizing;
use vocabulary::{ApplicationId, MaterialId};

use super::App;
use super::upload_material::context;
use crate::error::Error;
use crate::store;

const LOOKED_AT: Action = Action::new("MATERIAL_LOOKED_AT");

impl App {
    /// The whole file, opened; nothing of it is given out unless all of it is authentic.
    pub async fn get_material(
        self,
        caller: Caller,
        application: ApplicationId,
        id: MaterialId,
    ) -> Result<(MediaType, Zeroizing<Vec<u8>>), Error> {
        let mut tx = self.database.begin().await?;
        let application = self.show(&mut tx, &caller.scope()?, application).await?;
        let material = application.materials.iter().find(|material| material.id == id);
        let media_type = material.ok_or_else(Error::not_found)?.media_type;
        let wrapped_key = store::material::wrapped_key(&mut tx, application.id, id).await?;
        let wrapped_key = wrapped_key.ok_or_else(Error::not_found)?;
        let entry = Entry::new(self.clock.now(), &caller, LOOKED_AT, Subject::new("material", id))
            .under(&application.union_path)
            .with(Detail::new().with("application", application.id));
        audit::record(&mut tx, &entry).await?;
        tx.commit().await?;
        let ciphertext = self.files.get(id).await?;
        let keyring = self.keyring.clone();
        let open = move || keyring.open_object(&context(id), &wrapped_key, &ciphertext);
        Ok((media_type, tokio::task::spawn_blocking(open).await??))
    }
}
