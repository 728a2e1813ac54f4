//! Values: sealed for one place, opened there and nowhere else.

use proptest::prelude::*;
use sealing::{Keyring, SealingError};

use crate::ring;

const PLACE: &str = "worker.phone:0190a1b2";

proptest! {
    /// whatever was sealed opens again, whole, in its own place.
    #[test]
    fn what_was_sealed_opens_in_its_place(context in ".{0,40}", plaintext: Vec<u8>) {
        let ring = ring(1);
        let sealed = ring.seal(&context, &plaintext).unwrap();
        prop_assert_eq!(&*ring.open(&context, &sealed).unwrap(), &plaintext);
    }

    /// no byte of a sealed value can be changed unnoticed: header, nonce, ciphertext or tag.
    #[test]
    fn a_changed_byte_is_noticed(plaintext: Vec<u8>, position: prop::sample::Index, flip in 1..=255_u8) {
        let ring = ring(2);
        let mut sealed = ring.seal(PLACE, &plaintext).unwrap();
        let position = position.index(sealed.len());
        sealed[position] ^= flip;
        prop_assert!(ring.open(PLACE, &sealed).is_err());
    }

    /// a sealed value that lost its end, or got a longer one, does not open.
    #[test]
    fn a_cut_or_lengthened_value_is_noticed(plaintext: Vec<u8>, cut: prop::sample::Index, more in 1..20_usize) {
        let ring = ring(1);
        let sealed = ring.seal(PLACE, &plaintext).unwrap();
        prop_assert!(ring.open(PLACE, &sealed[..cut.index(sealed.len())]).is_err());
        prop_assert!(ring.open(PLACE, &[sealed.as_slice(), &vec![0; more]].concat()).is_err());
    }

    /// a value moved to another place does not open there.
    #[test]
    fn another_place_does_not_open_it(context in ".{0,40}", other in ".{0,40}", plaintext: Vec<u8>) {
        prop_assume!(context != other);
        let ring = ring(1);
        let sealed = ring.seal(&context, &plaintext).unwrap();
        prop_assert_eq!(ring.open(&other, &sealed).unwrap_err(), SealingError::NotAuthentic);
    }

    /// Arbitrary bytes from a table are refused, never a panic.
    #[test]
    fn rubbish_is_refused(rubbish: Vec<u8>) {
        prop_assert!(ring(1).open(PLACE, &rubbish).is_err());
        let _ = ring(1).is_outdated(&rubbish);
    }
}

/// the same value sealed twice looks different, so that a table does not tell who shares a card.
#[test]
fn equal_values_look_different() {
    let ring = ring(1);
    assert_ne!(ring.seal(PLACE, b"15412345678").unwrap(), ring.seal(PLACE, b"15412345678").unwrap());
}

/// the layout is fixed: suite, key id with its length, nonce, ciphertext as long as the text, tag.
#[test]
fn the_layout_is_the_documented_one() {
    let sealed = ring(2).seal(PLACE, b"15412345678").unwrap();
    assert_eq!(&sealed[..4], b"\x01\x02k2");
    assert_eq!(sealed.len(), 4 + 12 + 11 + 16);
}

/// another key of the same name opens nothing.
#[test]
fn a_wrong_key_of_the_same_name_does_not_open() {
    let sealed = ring(1).seal(PLACE, b"15412345678").unwrap();
    let stranger: Keyring = sealing::fresh_keyring_file().unwrap().parse().unwrap();
    assert_eq!(stranger.open(PLACE, &sealed).unwrap_err(), SealingError::NotAuthentic);
}

/// After a rotation old values open, new ones are sealed under the new key, and both say which they are.
#[test]
fn a_retired_key_still_opens() {
    let (old, new) = (ring(1), ring(2));
    let before = old.seal(PLACE, b"15412345678").unwrap();
    assert_eq!(&**new.open(PLACE, &before).unwrap(), b"15412345678");
    assert!(new.is_outdated(&before).unwrap());

    let after = new.seal(PLACE, b"15412345678").unwrap();
    assert!(!new.is_outdated(&after).unwrap());
    assert_eq!(old.open(PLACE, &after).unwrap_err(), SealingError::UnknownKey("k2".to_owned()));
}

/// A suite of a later build is named, not guessed at.
#[test]
fn an_unknown_suite_is_named() {
    let mut sealed = ring(1).seal(PLACE, b"15412345678").unwrap();
    sealed[0] = 9;
    assert_eq!(ring(1).open(PLACE, &sealed).unwrap_err(), SealingError::UnknownSuite(9));
}

/// Text comes back as text; bytes that are none are refused.
#[test]
fn text_is_given_back_as_text() {
    let ring = ring(1);
    let sealed = ring.seal(PLACE, "济南".as_bytes()).unwrap();
    assert_eq!(&**ring.open_text(PLACE, &sealed).unwrap(), "济南");
    let sealed = ring.seal(PLACE, &[0xFF]).unwrap();
    assert_eq!(ring.open_text(PLACE, &sealed).unwrap_err(), SealingError::NotText);
}
