//! Rows of the journal in the words of the domain.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use sqlx::types::Uuid;

use crate::domain::{
    Digest, Entry, Epoch, Kind, Line, Link, Mode, PlaceIndex, PlacedIn, Position, Row, Sequence, Stand,
    Standing,
};

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
    pub(super) last_chain: Vec<u8>,
    pub(super) digest: Vec<u8>,
    pub(super) open_round: Option<String>,
    pub(super) mode: String,
}

/// Takes the row of a line out of a record that has its columns among others.
macro_rules! line_row {
    ($found:ident) => {
        $crate::store::journal::rows::LineRow {
            epoch: $found.epoch,
            base_seq: $found.base_seq,
            last_seq: $found.last_seq,
            last_chain: $found.last_chain,
            digest: $found.digest,
            open_round: $found.open_round,
            mode: $found.mode,
        }
    };
}
pub(super) use line_row;

impl TryFrom<LineRow> for Row {
    type Error = sqlx::Error;

    fn try_from(row: LineRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            at: Position { epoch: Epoch::from(row.epoch), seq: Sequence::from(row.last_seq) },
            base_seq: Sequence::from(row.base_seq),
            mode: Mode::read(&row.mode).ok_or_else(|| unreadable("line"))?,
            link: link(row.last_chain)?,
            digest: digest(row.digest)?,
            open_round: row.open_round.map(|round| slug(&round)).transpose()?,
        })
    }
}

/// A row of `operation`, without its decision.
pub(in crate::store) struct OperationRow {
    pub(in crate::store) seq: i64,
    pub(in crate::store) op_id: Uuid,
    pub(in crate::store) kind: String,
    pub(in crate::store) body: String,
    pub(in crate::store) body_hash: Vec<u8>,
    pub(in crate::store) chain: Vec<u8>,
}

impl TryFrom<OperationRow> for Entry {
    type Error = sqlx::Error;

    fn try_from(row: OperationRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            seq: Sequence::from(row.seq),
            id: row.op_id.into(),
            kind: Kind::read(&row.kind).ok_or_else(|| unreadable("operation"))?,
            body: row.body.into(),
            body_hash: hash(row.body_hash)?,
            link: link(row.chain)?,
        })
    }
}

/// One standing of a place, as the `standings` of its row hold it.
#[derive(Serialize, Deserialize)]
pub(in crate::store) struct StandingRow<'a> {
    #[serde(borrow)]
    pool: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seat: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entered: Option<i64>,
}

impl<'a> StandingRow<'a> {
    pub(super) fn of(line: &'a Line, place: PlaceIndex, standing: &Standing) -> Self {
        let waits = standing.stand == Stand::Waiting;
        Self {
            pool: Cow::Borrowed(line.pool(standing.pool).id.as_str()),
            seat: standing.stand.seat(),
            entered: waits.then(|| line.entered_pool(place, standing.pool).get()),
        }
    }

    /// The pool.
    pub(in crate::store) fn pool(&self) -> &str {
        &self.pool
    }

    /// Since which operation it waits; none where it does not.
    pub(in crate::store) fn waits_since(&self) -> Option<i64> {
        self.entered
    }

    /// How it stands, at this position if it waits.
    pub(in crate::store) fn placed_in(&self, position: i64) -> Result<PlacedIn, sqlx::Error> {
        let pool = slug(&self.pool)?;
        Ok(match (self.seat, self.entered) {
            (Some(seat), _) => PlacedIn::Seat(pool, seat),
            (None, Some(_)) => {
                PlacedIn::Waiting(pool, u32::try_from(position).map_err(|_| unreadable("waiting"))?)
            }
            (None, None) => PlacedIn::Left(pool),
        })
    }
}

fn link(bytes: Vec<u8>) -> Result<Link, sqlx::Error> {
    <[u8; 20]>::try_from(bytes).map(Link::from).map_err(|_| unreadable("operation"))
}

pub(in crate::store) fn digest(bytes: Vec<u8>) -> Result<Digest, sqlx::Error> {
    hash(bytes).map(Digest::from)
}

pub(in crate::store) fn hash(bytes: Vec<u8>) -> Result<[u8; 32], sqlx::Error> {
    bytes.try_into().map_err(|_| unreadable("operation"))
}

pub(in crate::store) fn slug<T: std::str::FromStr>(text: &str) -> Result<T, sqlx::Error> {
    text.parse().map_err(|_| unreadable("line"))
}
