//! Rows of the journal in the words of the domain.

use sqlx::types::Uuid;

use crate::domain::{Digest, Entry, Epoch, Kind, Link, Mode, Position, Row, Sequence};

/// A table holds what no version of this program writes.
#[derive(Debug, thiserror::Error)]
#[error("the table {0} holds what cannot be read")]
struct Unreadable(&'static str);

/// The error of a row that cannot be read.
pub(in crate::store) fn unreadable(table: &'static str) -> sqlx::Error {
    sqlx::Error::Decode(Unreadable(table).into())
}

/// A row of `line`.
pub(super) struct LineRow {
    pub(super) epoch: i64,
    pub(super) base_seq: i64,
    pub(super) last_seq: i64,
    pub(super) last_chain: String,
    pub(super) digest: Vec<u8>,
    pub(super) open_round: Option<String>,
    pub(super) mode: String,
}

impl TryFrom<LineRow> for Row {
    type Error = sqlx::Error;

    fn try_from(row: LineRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            at: Position { epoch: Epoch::from(row.epoch), seq: Sequence::from(row.last_seq) },
            base_seq: Sequence::from(row.base_seq),
            mode: if row.mode == Mode::Log.as_str() { Mode::Log } else { Mode::Halted },
            link: Link::from(row.last_chain),
            digest: digest(row.digest)?,
            open_round: row.open_round.map(|round| slug(&round)).transpose()?,
        })
    }
}

/// A row of `operation`, without its decision.
pub(super) struct OperationRow {
    pub(super) seq: i64,
    pub(super) op_id: Uuid,
    pub(super) kind: String,
    pub(super) body: String,
    pub(super) body_hash: Vec<u8>,
    pub(super) chain: String,
}

impl TryFrom<OperationRow> for Entry {
    type Error = sqlx::Error;

    fn try_from(row: OperationRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            seq: Sequence::from(row.seq),
            id: row.op_id.into(),
            kind: Kind::read(&row.kind).ok_or_else(|| unreadable("operation"))?,
            body: row.body,
            body_hash: hash(row.body_hash)?,
            link: Link::from(row.chain),
        })
    }
}

pub(in crate::store) fn digest(bytes: Vec<u8>) -> Result<Digest, sqlx::Error> {
    hash(bytes).map(Digest::from)
}

pub(super) fn hash(bytes: Vec<u8>) -> Result<[u8; 32], sqlx::Error> {
    bytes.try_into().map_err(|_| unreadable("operation"))
}

pub(in crate::store) fn slug<T: std::str::FromStr>(text: &str) -> Result<T, sqlx::Error> {
    text.parse().map_err(|_| unreadable("line"))
}
