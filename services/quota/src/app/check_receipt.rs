//! Checks a worker's receipt with public things only: no database, no secret.
//!
//! Receipt and checkpoints are read as the answers of `GetPlace` and `ListCheckpoints` in protobuf's JSON, which writes 64-bit
//! numbers as text and bytes as Base64; several pages of checkpoints may follow one another.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use audit::PublicKeys;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::{DeserializeOwned, Error as _};
use vocabulary::{ApplicationId, ProgrammeId};

use super::export_line::Exported;
use crate::domain::{CheckpointText, Digest, Inspected, Inspection, ReceiptText, Sequence};

/// What is checked, and with what.
#[derive(Debug, Clone)]
pub struct CheckReceipt {
    /// The programme that the receipt is of.
    pub programme: ProgrammeId,
    /// The receipt, as `GetPlace` answers it.
    pub receipt: PathBuf,
    /// The checkpoints, as `ListCheckpoints` answers them.
    pub checkpoints: PathBuf,
    /// The chain between them, as `export-line` writes it.
    pub chain: Option<PathBuf>,
    /// The public keys of quota, old and new.
    pub keys: Vec<PathBuf>,
}

/// What came of it.
#[derive(Debug)]
pub struct CheckedReceipt {
    /// What the receipt says.
    pub receipt: ReceiptText,
    /// Whether one of the keys has signed it.
    pub is_signed: bool,
    /// How many checkpoints one of the keys has signed; no others count.
    pub checkpoints: usize,
    /// And how many none has.
    pub unsigned: usize,
    /// What the chain says.
    pub inspected: Inspected,
}

impl CheckedReceipt {
    /// Whether it is proven.
    pub fn holds(&self) -> bool {
        self.is_signed && self.unsigned == 0 && self.inspected.doubts.is_empty()
    }
}

/// Why a receipt cannot be checked.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// A file cannot be read.
    #[error("cannot read {}", .0.display())]
    Unreadable(PathBuf, #[source] io::Error),
    /// A key cannot be read.
    #[error("a key cannot be used")]
    Key(#[from] audit::InvalidKeys),
}

/// Checks a receipt.
pub fn check_receipt(asked: &CheckReceipt) -> Result<CheckedReceipt, CheckError> {
    let keys = PublicKeys::read(&asked.keys)?;
    let answers: Vec<Answer> = read_all(&asked.receipt)?;
    let place = answers.into_iter().next().map(Answer::place);
    let place = place.ok_or_else(|| unreadable(&asked.receipt, "there is no place in it"))?;
    let receipt = ReceiptText {
        programme: asked.programme.clone(),
        application: place.application_id,
        arrival: place.arrival_number.0,
        seq: place.sequence.0.into(),
        digest: place.chain.0,
    };
    let signs = |signature: &Signature, message: Vec<u8>| {
        keys.have_signed(&signature.key_id, &message, &signature.signature.0)
    };
    let is_signed = signs(&place.receipt, receipt.message());

    let pages: Vec<Page> = read_all(&asked.checkpoints)?;
    let (mut checkpoints, mut unsigned) = (Vec::new(), 0);
    for one in pages.into_iter().flat_map(|page| page.checkpoints) {
        let text = one.text(&asked.programme);
        if signs(&one.signature, text.message()) {
            checkpoints.push(text);
        } else {
            unsigned += 1;
        }
    }
    checkpoints.sort_by_key(|one| one.seq);

    let count = checkpoints.len();
    let mut inspection = Inspection::new(receipt.clone(), checkpoints);
    if let Some(chain) = &asked.chain {
        follow(chain, &mut inspection).map_err(|error| CheckError::Unreadable(chain.clone(), error))?;
    }
    Ok(CheckedReceipt { receipt, is_signed, checkpoints: count, unsigned, inspected: inspection.end() })
}

fn follow(chain: &Path, inspection: &mut Inspection) -> io::Result<()> {
    let exported = Exported::read(BufReader::new(File::open(chain)?))?;
    inspection.begin(&exported.programme, exported.after, exported.begin);
    for link in exported.links() {
        inspection.follow(&link?);
    }
    Ok(())
}

/// Reads all JSON values of a file.
fn read_all<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, CheckError> {
    let file = File::open(path).map_err(|error| CheckError::Unreadable(path.to_owned(), error))?;
    let values = serde_json::Deserializer::from_reader(BufReader::new(file)).into_iter();
    values
        .collect::<Result<_, _>>()
        .map_err(|error: serde_json::Error| CheckError::Unreadable(path.to_owned(), error.into()))
}

fn unreadable(path: &Path, why: &str) -> CheckError {
    CheckError::Unreadable(path.to_owned(), io::Error::new(io::ErrorKind::InvalidData, why))
}

/// The answer of `GetPlace`, or the place in it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Whole { place: Place },
    Place(Place),
}

impl Answer {
    fn place(self) -> Place {
        match self {
            Self::Whole { place } | Self::Place(place) => place,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    #[serde(alias = "application_id")]
    application_id: ApplicationId,
    #[serde(alias = "arrival_number")]
    arrival_number: Number,
    sequence: Number,
    chain: Hex,
    receipt: Signature,
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    checkpoints: Vec<Checkpoint>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Checkpoint {
    sequence: Number,
    chain: Hex,
    /// Left out where it is 0.
    #[serde(default)]
    arrivals: Number,
    #[serde(alias = "made_at")]
    made_at: DateTime<Utc>,
    signature: Signature,
}

impl Checkpoint {
    fn text(&self, programme: &ProgrammeId) -> CheckpointText {
        CheckpointText {
            programme: programme.clone(),
            seq: Sequence::from(self.sequence.0),
            digest: self.chain.0,
            arrivals: self.arrivals.0,
            made_at: self.made_at,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Signature {
    #[serde(alias = "key_id")]
    key_id: String,
    signature: Bytes,
}

/// A number of 64 bits: text, or a number.
#[derive(Default)]
struct Number(i64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(i64),
            Text(String),
        }
        match Written::deserialize(deserializer)? {
            Written::Number(number) => Ok(Self(number)),
            Written::Text(text) => text.parse().map(Self).map_err(D::Error::custom),
        }
    }
}

struct Hex(Digest);

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Digest::read(&text).map(Self).ok_or_else(|| D::Error::custom("a chain is 64 hexadecimal digits"))
    }
}

struct Bytes(Vec<u8>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map(Self).map_err(D::Error::custom)
    }
}
