//! Finds places by an id of theirs. The id itself stays with the place: of a million of them, only the number is kept
//! here.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use hashbrown::HashTable;
use uuid::Uuid;

use super::PlaceIndex;

/// Places by one of their ids.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    places: HashTable<PlaceIndex>,
    hasher: RandomState,
}

impl Index {
    /// The place with this id; `id_of` tells the id of a place.
    pub(super) fn find(&self, id: Uuid, id_of: impl Fn(PlaceIndex) -> Uuid) -> Option<PlaceIndex> {
        self.places.find(self.hasher.hash_one(id), |place| id_of(*place) == id).copied()
    }

    /// Adds a place whose id is not there yet.
    pub(super) fn insert(&mut self, id: Uuid, place: PlaceIndex, id_of: impl Fn(PlaceIndex) -> Uuid) {
        let hash = |place: &PlaceIndex| self.hasher.hash_one(id_of(*place));
        self.places.insert_unique(self.hasher.hash_one(id), place, hash);
    }

    /// Takes out the place with this id.
    pub(super) fn remove(&mut self, id: Uuid, id_of: impl Fn(PlaceIndex) -> Uuid) {
        let found = self.places.find_entry(self.hasher.hash_one(id), |place| id_of(*place) == id);
        if let Ok(entry) = found {
            entry.remove();
        }
    }
}
