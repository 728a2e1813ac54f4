//! Blind indexes and digests: equal where they must meet, unrelated everywhere else.

use proptest::prelude::*;
use sealing::Keyring;

use crate::ring;

proptest! {
    /// the same number has the same index, before and after a rotation of the sealing keys.
    #[test]
    fn the_index_survives_rotation(text in ".{0,40}") {
        prop_assert_eq!(ring(1).blind_index("worker.id", &text), ring(3).blind_index("worker.id", &text));
    }

    /// Neither another context, nor a border moved between context and text, nor the digest gives the same hash.
    #[test]
    fn hashes_of_different_purposes_never_meet(text in ".{1,40}") {
        let ring = ring(1);
        let index = ring.blind_index("worker.phone", &text);
        prop_assert_ne!(index, ring.blind_index("worker.id", &text));
        prop_assert_ne!(index, ring.blind_index("worker.phon", &format!("e{text}")));
        prop_assert_ne!(index, ring.digest("worker.phone", text.as_bytes()));
    }
}

/// without the index key nothing can be guessed: another ring gives other hashes.
#[test]
fn another_index_key_gives_other_hashes() {
    let stranger: Keyring = sealing::fresh_keyring_file().unwrap().parse().unwrap();
    let (ours, theirs) = (ring(1).digest("card", b"6222"), stranger.digest("card", b"6222"));
    assert_ne!(ours, theirs);
}

/// The hash is the documented one, computed by hand: HMAC-SHA256 over length-prefixed label and context, then the text.
#[test]
fn the_index_is_hmac_sha256() {
    use hmac::{Hmac, KeyInit, Mac};
    let mut expected = Hmac::<sha2::Sha256>::new_from_slice(&[0xAA; 32]).unwrap();
    expected.update(b"\0\0\0\0\0\0\0\x19yuanmeng.sealing.index.v1");
    expected.update(b"\0\0\0\0\0\0\0\x0cworker.phone15412345678");
    let index = ring(1).blind_index("worker.phone", "15412345678");
    assert_eq!(index.as_bytes().as_slice(), &*expected.finalize().into_bytes());
}
