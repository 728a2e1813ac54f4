//! Sealed values: what is sensitive is unreadable at rest, and nobody can change or move it unnoticed.
//!
//! A [`Keyring`] does four things, each with keys of their own purpose:
//!
//! - [`Keyring::seal`] and [`Keyring::open`] encrypt a value *for one place*. The context names that place
//!   (`worker.phone:<id>`) and is authenticated: a sealed phone copied into another worker's row does not open.
//! - [`Keyring::seal_object`] and [`Keyring::open_object`] do the same for whole files, each under a data key of its
//!   own, so that a renewed keyring rewrites forty bytes of wrapped key and not every picture.
//! - [`Keyring::blind_index`] lets a table look a sealed value up, or hold it unique, without opening it.
//! - [`Keyring::digest`] is the keyed fingerprint of a value or file that may travel in events.
//!
//! A sealed value is `suite (1) · key id length (1) · key id · nonce (12) · ciphertext · tag (16)`. The suite's number
//! and the key's id travel with the value, so that both can be changed without a day on which nothing opens.

mod error;
mod file;
mod index;
mod key;
mod keyring;
mod object;
mod sealed;
mod suite;

pub use error::{InvalidKeyring, SealingError};
pub use file::fresh_keyring_file;
pub use index::Digest;
pub use keyring::Keyring;
pub use object::SealedObject;
pub use zeroize::Zeroizing;
