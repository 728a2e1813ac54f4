//! People as the verbs see them: opened from what is sealed.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use sealing::{Digest, Keyring};
use uuid::{Builder, Uuid};
use vocabulary::{IdNumber, PersonId, PersonName, Phone, WorkerId};

use crate::error::Error;
use crate::store::worker::Row;

/// The contexts that values are sealed for and looked up in.
const PHONE: &str = "worker.phone";
const NAME: &str = "worker.name";
const ID_NUMBER: &str = "worker.id_number";
const PERSON: &str = "person";

/// A worker, opened.
#[derive(Debug, Clone)]
pub struct Person {
    /// The account.
    pub id: WorkerId,
    /// The phone.
    pub phone: Phone,
    /// The name and ID number, once verified.
    pub verified: Option<Verified>,
    /// When the account was made.
    pub registered_at: DateTime<Utc>,
}

/// Who a worker has been shown to be.
#[derive(Debug, Clone)]
pub struct Verified {
    /// The name.
    pub name: PersonName,
    /// The ID number.
    pub id_number: IdNumber,
    /// The opaque id of the person.
    pub person: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// Opens a worker's row.
pub fn open(keyring: &Keyring, row: &Row) -> Result<Person, Error> {
    let verified = match (&row.name_sealed, &row.id_number_sealed, row.person_id, row.verified_at) {
        (Some(name), Some(id_number), Some(person), Some(at)) => Some(Verified {
            name: opened(keyring, NAME, row.worker_id, name)?,
            id_number: opened(keyring, ID_NUMBER, row.worker_id, id_number)?,
            person: person.into(),
            at,
        }),
        _ => None,
    };
    Ok(Person {
        id: row.worker_id.into(),
        phone: opened(keyring, PHONE, row.worker_id, &row.phone_sealed)?,
        verified,
        registered_at: row.registered_at,
    })
}

pub fn seal_phone(keyring: &Keyring, id: WorkerId, phone: &Phone) -> Result<Vec<u8>, Error> {
    Ok(keyring.seal(&context(PHONE, id.uuid()), phone.expose().as_bytes())?)
}

pub fn seal_name(keyring: &Keyring, id: WorkerId, name: &PersonName) -> Result<Vec<u8>, Error> {
    Ok(keyring.seal(&context(NAME, id.uuid()), name.expose().as_bytes())?)
}

pub fn seal_id_number(keyring: &Keyring, id: WorkerId, id_number: &IdNumber) -> Result<Vec<u8>, Error> {
    Ok(keyring.seal(&context(ID_NUMBER, id.uuid()), id_number.expose().as_bytes())?)
}

/// What a phone is found by.
pub fn phone_index(keyring: &Keyring, phone: &Phone) -> Digest {
    keyring.blind_index(PHONE, phone.expose())
}

/// What an ID number is found by.
pub fn id_number_index(keyring: &Keyring, id_number: &IdNumber) -> Digest {
    keyring.blind_index(ID_NUMBER, id_number.expose())
}

/// One opaque id for each ID number, the same for a worker and an official.
pub fn person_of(keyring: &Keyring, id_number: &IdNumber) -> PersonId {
    let digest = keyring.blind_index(PERSON, id_number.expose());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.as_bytes()[..16]);
    Builder::from_random_bytes(bytes).into_uuid().into()
}

fn opened<T: FromStr>(keyring: &Keyring, place: &str, id: Uuid, sealed: &[u8]) -> Result<T, Error> {
    let text = keyring.open_text(&context(place, id), sealed)?;
    text.parse().map_err(|_| Error::Stored("a sealed word is not one of the vocabulary's"))
}

fn context(place: &str, id: Uuid) -> String {
    format!("{place}:{id}")
}
