//! What is signed: checkpoints of a line's chain, for everybody, and the receipt of one place, for whoever it belongs to.
//! Nothing is signed because a table says so: `domain/proof.rs` tells when a signature may be given.

use audit::{Keys, PublicKeys};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use vocabulary::ProgrammeId;

use crate::domain::{CheckpointText, ReceiptText, Sequence, Stood};
use crate::error::Error;
use crate::store::checkpoint::Checkpoint;
use crate::store::proof;

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

/// Where this replica's own fold stood, which must be what the journal says there: a past that was rewritten whole is one chain
/// too, but not the one that was folded here. None where it has no fold yet, or PostgreSQL shows less.
pub(super) async fn as_folded(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    stood: Option<Stood>,
    shown: Sequence,
) -> Result<Option<Stood>, Error> {
    let Some(stood) = stood.filter(|stood| stood.seq > Sequence::START && stood.seq <= shown) else {
        return Ok(None);
    };
    if proof::chain_at(db, programme, stood.seq).await? == Some(stood.digest) {
        return Ok(Some(stood));
    }
    tracing::error!(%programme, seq = %stood.seq, "the journal is not what this replica has folded");
    Err(Error::Disagreement)
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
