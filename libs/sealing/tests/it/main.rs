//! Everything that a keyring promises, and everything that it must refuse.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod hashes;
mod keyrings;
mod objects;
mod values;

use sealing::Keyring;

/// A keyring with a fixed index key, whose keys are `k1` … `k<keys>`, each of its own bytes; the last is current.
fn ring(keys: u8) -> Keyring {
    text_of(keys).parse().unwrap()
}

fn text_of(keys: u8) -> String {
    let entries: String = (1..=keys).map(entry).collect();
    format!("current = \"k{keys}\"\nindex_key = \"{}\"\n{entries}", base64_of(0xAA))
}

fn entry(number: u8) -> String {
    format!("[keys.k{number}]\nsuite = \"aes-256-gcm\"\nkey = \"{}\"\n", base64_of(number))
}

fn base64_of(byte: u8) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode([byte; 32])
}
