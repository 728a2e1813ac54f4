//! What is signed: checkpoints of a line's chain, for everybody, and the receipt of one place, for whoever it belongs to.
//! Nothing is signed because a table says so: `domain/proof.rs` tells when a signature may be given.

use audit::{Keys, PublicKeys};
use chrono::{DateTime, Utc};
use vocabulary::ProgrammeId;

use crate::domain::{CheckpointText, ReceiptText, Stood};
use crate::store::checkpoint::Checkpoint;

/// A signature, and the key that it is from.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Names the key: the beginning of the SHA-256 of its public bytes.
    pub key_id: String,
    /// An Ed25519 signature.
    pub signature: Vec<u8>,
}

/// Signs the receipt of a place.
pub(super) fn sign_receipt(keys: &Keys, receipt: &ReceiptText) -> Signed {
    Signed { key_id: keys.signing_id(), signature: keys.sign(&receipt.message()).to_vec() }
}

/// Signs where this replica's fold of a line stands.
pub(super) fn sign_checkpoint(
    keys: &Keys,
    programme: &ProgrammeId,
    stood: Stood,
    made_at: DateTime<Utc>,
) -> Checkpoint {
    let Stood { seq, digest, arrivals } = stood;
    let text = CheckpointText { programme: programme.clone(), seq, digest, arrivals, made_at };
    let signature = keys.sign(&text.message()).to_vec();
    Checkpoint { seq, digest, arrivals, made_at, key_id: keys.signing_id(), signature }
}

/// Whether a key that is believed has signed a checkpoint.
pub(super) fn is_authentic(keys: &PublicKeys, programme: &ProgrammeId, one: &Checkpoint) -> bool {
    let Checkpoint { seq, digest, arrivals, made_at, .. } = *one;
    let text = CheckpointText { programme: programme.clone(), seq, digest, arrivals, made_at };
    keys.have_signed(&one.key_id, &text.message(), &one.signature)
}
