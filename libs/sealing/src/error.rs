//! What can go wrong with keys and sealed values; no text here holds a key, a plaintext or a line of a key file.

use std::path::PathBuf;

/// Why a keyring could not be read. It lists every problem at once.
#[derive(Debug, thiserror::Error)]
pub enum InvalidKeyring {
    /// The file cannot be read at all.
    #[error("cannot read the keyring {}", path.display())]
    Unreadable {
        /// The file that was named in the configuration.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// It is not the TOML that a keyring is written in. The parser's own text would quote the line, and with it a key.
    #[error("line {line} of the keyring is not what belongs there")]
    NotAKeyring {
        /// The line, counted from 1.
        line: usize,
    },
    /// It can be parsed, but its keys cannot be used.
    #[error("the keyring is not usable: {}", .0.join("; "))]
    Unusable(Vec<String>),
    /// The system's random number generator failed while a new keyring was made.
    #[error("no randomness for a new keyring")]
    NoRandomness,
}

/// Why a value was not sealed or not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealingError {
    /// The system's random number generator failed.
    #[error("no randomness to seal with")]
    NoRandomness,
    /// More bytes than one AES-GCM message may hold.
    #[error("the value is too long to be sealed in one piece")]
    TooLong,
    /// The bytes are not in the layout of a sealed value.
    #[error("the bytes are not a sealed value")]
    NotSealed,
    /// Sealed with a cipher suite that this build does not know.
    #[error("the value is sealed with unknown suite {0}")]
    UnknownSuite(u8),
    /// Sealed under a key that is no longer, or not yet, in the keyring.
    #[error("the value is sealed under key {0:?}, which the keyring does not hold")]
    UnknownKey(String),
    /// Changed, moved to another place, or sealed under another key of the same name.
    #[error("the sealed value was changed, or belongs to another place")]
    NotAuthentic,
    /// It opened, but is not the UTF-8 text that was asked for.
    #[error("the sealed value is not text")]
    NotText,
}
