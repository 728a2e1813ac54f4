//! Objects: a file under a data key of its own.

use proptest::prelude::*;
use sealing::SealingError;

use crate::ring;

const PLACE: &str = "material:0190a1b2";

proptest! {
    /// a material comes back whole, or not at all.
    #[test]
    fn an_object_opens_whole(bytes: Vec<u8>) {
        let ring = ring(1);
        let sealed = ring.seal_object(PLACE, &bytes).unwrap();
        let opened = ring.open_object(PLACE, &sealed.wrapped_key, &sealed.ciphertext).unwrap();
        prop_assert_eq!(&*opened, &bytes);
    }

    /// neither the object nor its key can be changed unnoticed.
    #[test]
    fn a_changed_object_or_key_is_noticed(
        bytes: Vec<u8>, position: prop::sample::Index, flip in 1..=255_u8, in_key: bool,
    ) {
        let ring = ring(1);
        let mut sealed = ring.seal_object(PLACE, &bytes).unwrap();
        let changed = if in_key { &mut sealed.wrapped_key } else { &mut sealed.ciphertext };
        let position = position.index(changed.len());
        changed[position] ^= flip;
        prop_assert!(ring.open_object(PLACE, &sealed.wrapped_key, &sealed.ciphertext).is_err());
    }
}

/// two objects never share a data key, so exchanging their ciphertexts or keys opens nothing.
#[test]
fn every_object_has_a_key_of_its_own() {
    let ring = ring(1);
    let (one, two) = (ring.seal_object(PLACE, b"one").unwrap(), ring.seal_object(PLACE, b"two").unwrap());
    let mixed = ring.open_object(PLACE, &one.wrapped_key, &two.ciphertext);
    assert_eq!(mixed.unwrap_err(), SealingError::NotAuthentic);
}

/// another material's place does not open it.
#[test]
fn another_place_does_not_open_an_object() {
    let ring = ring(1);
    let sealed = ring.seal_object(PLACE, b"form").unwrap();
    assert!(ring.open_object("material:other", &sealed.wrapped_key, &sealed.ciphertext).is_err());
}

/// a wrapped key is no value and a value no wrapped key, in the same place and under the same key.
#[test]
fn a_wrapped_key_does_not_pass_for_a_value() {
    let ring = ring(1);
    let object = ring.seal_object(PLACE, b"form").unwrap();
    assert_eq!(ring.open(PLACE, &object.wrapped_key).unwrap_err(), SealingError::NotAuthentic);
    let value = ring.seal(PLACE, &[7; 32]).unwrap();
    let opened = ring.open_object(PLACE, &value, &object.ciphertext);
    assert_eq!(opened.unwrap_err(), SealingError::NotAuthentic);
}

/// A renewed keyring wraps the data key anew and leaves the file alone.
#[test]
fn rewrapping_keeps_the_object() {
    let (old, new) = (ring(1), ring(2));
    let object = old.seal_object(PLACE, b"form").unwrap();
    let rewrapped = new.rewrap(PLACE, &object.wrapped_key).unwrap();
    assert!(new.is_outdated(&object.wrapped_key).unwrap());
    assert!(!new.is_outdated(&rewrapped).unwrap());
    assert_eq!(&**new.open_object(PLACE, &rewrapped, &object.ciphertext).unwrap(), b"form");
}

/// the largest material allowed, 3 MiB, costs its own size and a few dozen bytes.
#[test]
fn three_mebibytes_are_sealed_in_one_piece() {
    let ring = ring(1);
    let picture = vec![0x5A; 3 << 20];
    let sealed = ring.seal_object(PLACE, &picture).unwrap();
    assert!(sealed.ciphertext.len() <= picture.len() + 64);
    assert_eq!(*ring.open_object(PLACE, &sealed.wrapped_key, &sealed.ciphertext).unwrap(), picture);
}
