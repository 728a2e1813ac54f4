//! The object store: sealed files, each under its material's id.

use std::path::Path;
use std::sync::Arc;

use object_store::local::LocalFileSystem;
use object_store::path::Path as Location;
use object_store::{ObjectStore, ObjectStoreExt};
use vocabulary::MaterialId;

use crate::error::Error;

/// Where files lie.
#[derive(Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
}

/// Why the folder of files does not serve.
#[derive(Debug, thiserror::Error)]
pub enum InvalidFolder {
    /// It cannot be made.
    #[error("the folder of materials cannot be made")]
    Make(#[from] std::io::Error),
    /// It is none.
    #[error("the folder of materials cannot be used")]
    Use(#[from] object_store::Error),
}

impl Files {
    /// The files in a folder, which is made where it is not there.
    pub fn in_folder(folder: &Path) -> Result<Self, InvalidFolder> {
        std::fs::create_dir_all(folder)?;
        Ok(Self { store: Arc::new(LocalFileSystem::new_with_prefix(folder)?) })
    }

    /// Stores a sealed file.
    pub async fn put(&self, id: MaterialId, ciphertext: Vec<u8>) -> Result<(), Error> {
        self.store.put(&location(id), ciphertext.into()).await?;
        Ok(())
    }

    /// Reads a sealed file.
    pub async fn get(&self, id: MaterialId) -> Result<Vec<u8>, Error> {
        Ok(self.store.get(&location(id)).await?.bytes().await?.to_vec())
    }

    /// Deletes a file; one that is not there is as good as deleted.
    pub async fn delete(&self, id: MaterialId) -> Result<(), Error> {
        match self.store.delete(&location(id)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// The last characters of an id are random, so files spread over folders.
fn location(id: MaterialId) -> Location {
    let name = id.to_string();
    let folder = name[name.len() - 2..].to_owned();
    Location::from_iter([folder, name])
}
