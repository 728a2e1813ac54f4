//! Keyring files: every problem at once, and never a key in a message.

use sealing::{InvalidKeyring, Keyring};

use crate::{base64_of, entry, ring, text_of};

fn problem(text: &str) -> String {
    text.parse::<Keyring>().unwrap_err().to_string()
}

/// All that is wrong is told together, by name.
#[test]
fn every_problem_is_told_at_once() {
    let text = format!(
        "current = \"k9\"\nindex_key = \"short\"\n{}[keys.K_2]\nsuite = \"aes-256-gcm\"\nkey = \"AAAA\"\n",
        entry(1)
    );
    let told = problem(&text);
    for expected in ["current names \"k9\"", "index_key is not", "key id \"K_2\"", "keys.K_2.key is not"] {
        assert!(told.contains(expected), "{expected:?} is missing in {told:?}");
    }
}

/// One secret for two purposes is refused.
#[test]
fn a_repeated_key_is_refused() {
    let twins = entry(1).replace("k1", "k2") + &entry(1);
    let text = format!("current = \"k1\"\nindex_key = \"{}\"\n{twins}", base64_of(0xAA));
    assert!(problem(&text).contains("repeats the bytes"));
    assert!(problem(&text_of(1).replace(&base64_of(0xAA), &base64_of(1))).contains("repeats the bytes"));
}

/// what does not parse is told by its line; the line itself, and the key in it, are not.
#[test]
fn a_broken_file_tells_its_line_and_no_key() {
    let secret = base64_of(1);
    for broken in [
        text_of(1).replace("[keys.k1]", "[keys.k1"),
        text_of(1).replace("suite = \"aes-256-gcm\"\n", &format!("suite = \"{secret}\"\n")),
        text_of(1).replace("[keys.k1]\nsuite = \"aes-256-gcm\"\nkey", "[keys]\nk1"),
        text_of(1).replace("index_key", "index_kee"),
    ] {
        let error = broken.parse::<Keyring>().unwrap_err();
        assert!(matches!(error, InvalidKeyring::NotAKeyring { .. }), "{error}");
        assert!(!format!("{error} {error:?}").contains(&secret));
    }
}

/// A keyring prints the names of its keys, and nothing of the keys.
#[test]
fn debug_shows_no_key() {
    assert_eq!(format!("{:?}", ring(2)), "Keyring { current: \"k2\", keys: [\"k1\", \"k2\"] }");
}

/// A file that is not there is named.
#[test]
fn a_missing_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = Keyring::load(&folder.path().join("keyring.toml")).unwrap_err();
    assert!(error.to_string().ends_with("keyring.toml"));
}

/// A fresh keyring is usable, and no two are alike.
#[test]
fn a_fresh_keyring_works() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keyring.toml");
    std::fs::write(&file, sealing::fresh_keyring_file().unwrap().as_bytes()).unwrap();
    let ring = Keyring::load(&file).unwrap();
    assert_eq!(&**ring.open("a", &ring.seal("a", b"b").unwrap()).unwrap(), b"b");
    assert_ne!(sealing::fresh_keyring_file().unwrap(), sealing::fresh_keyring_file().unwrap());
}
