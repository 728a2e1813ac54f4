//! What is signed: checkpoints of a line's chain, for everybody, and the receipt of one place, for whoever it belongs to.

use audit::Keys;
use chrono::{DateTime, Utc};
use vocabulary::{ApplicationId, ProgrammeId};

use crate::domain::{Digest, Sequence};
use crate::store::checkpoint::Checkpoint;

/// A signature, and the key that it is from.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Names the key: the beginning of the SHA-256 of its public bytes.
    pub key_id: String,
    /// An Ed25519 signature.
    pub signature: Vec<u8>,
}

/// Signs the receipt of a place: that this application came at this number, by the operation at which the chain had this
/// value.
pub(super) fn sign_receipt(
    keys: &Keys,
    programme: &ProgrammeId,
    application: ApplicationId,
    arrival: i64,
    (seq, digest): (Sequence, Digest),
) -> Signed {
    let message =
        format!("yuanmeng.quota.receipt.v1\n{programme}\n{application}\n{arrival}\n{seq}\n{digest}");
    Signed { key_id: keys.signing_id(), signature: keys.sign(message.as_bytes()).to_vec() }
}

/// Signs what a chain is at a moment.
pub(super) fn sign_checkpoint(
    keys: &Keys,
    programme: &ProgrammeId,
    (seq, digest, arrivals): (Sequence, Digest, i64),
    made_at: DateTime<Utc>,
) -> Checkpoint {
    let signature = keys.sign(&checkpoint_message(programme, seq, digest, arrivals, made_at)).to_vec();
    Checkpoint { seq, digest, arrivals, made_at, key_id: keys.signing_id(), signature }
}

/// Whether a key that is believed has signed a checkpoint.
pub(super) fn is_authentic(keys: &Keys, programme: &ProgrammeId, one: &Checkpoint) -> bool {
    let message = checkpoint_message(programme, one.seq, one.digest, one.arrivals, one.made_at);
    keys.have_signed(&one.key_id, &message, &one.signature)
}

fn checkpoint_message(
    programme: &ProgrammeId,
    seq: Sequence,
    digest: Digest,
    arrivals: i64,
    made_at: DateTime<Utc>,
) -> Vec<u8> {
    let made_us = made_at.timestamp_micros();
    format!("yuanmeng.quota.checkpoint.v1\n{programme}\n{seq}\n{digest}\n{arrivals}\n{made_us}").into_bytes()
}
