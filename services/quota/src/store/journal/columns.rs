//! What a batch puts into the tables, column by column, as `UNNEST` takes it.

use sqlx::types::Uuid;

use super::rows::{StandingRow, unreadable};
use crate::domain::{Batch, Line, PlaceIndex, PoolIndex, count};

/// Places that are new, column by column.
#[derive(Default)]
pub(super) struct Places<'a> {
    pub(super) applications: Vec<Uuid>,
    pub(super) people: Vec<Uuid>,
    pub(super) arrivals: Vec<i64>,
    pub(super) rounds: Vec<&'a str>,
    pub(super) sequences: Vec<i64>,
    pub(super) states: Vec<&'static str>,
    pub(super) standings: Vec<String>,
}

impl<'a> Places<'a> {
    pub(super) fn of(line: &'a Line, batch: &Batch) -> Result<Self, sqlx::Error> {
        let mut columns = Self::default();
        let arrived = batch.arrived.into_iter().flat_map(|first| line.places_from(first));
        for (index, place) in arrived {
            columns.applications.push(place.application.uuid());
            columns.people.push(place.person.uuid());
            columns.arrivals.push(index.arrival());
            columns.rounds.push(line.round_of(place).as_str());
            columns.sequences.push(place.seq.get());
            columns.states.push(place.state.as_str());
            columns.standings.push(standings(line, index)?);
        }
        Ok(columns)
    }
}

/// Pools whose figures changed, column by column.
pub(super) struct Pools<'a> {
    pub(super) names: Vec<&'a str>,
    pub(super) unions: Vec<Uuid>,
    pub(super) numbers: Vec<i32>,
    pub(super) capacities: Vec<i32>,
    pub(super) waiting: Vec<i32>,
}

impl<'a> Pools<'a> {
    pub(super) fn of(line: &'a Line, batch: &Batch) -> Self {
        let pools = || batch.pools.iter().map(|index| line.pool(*index));
        Self {
            names: pools().map(|pool| pool.id.as_str()).collect(),
            unions: pools().map(|pool| pool.union.uuid()).collect(),
            numbers: batch.pools.iter().map(|index| small(index.number())).collect(),
            capacities: pools().map(|pool| small(pool.capacity())).collect(),
            waiting: pools().map(|pool| small(pool.waiting.len())).collect(),
        }
    }
}

/// Who sits down, and who begins to wait, column by column.
pub(super) struct Seats<'a> {
    pub(super) holder_pools: Vec<&'a str>,
    pub(super) holder_numbers: Vec<i32>,
    pub(super) holders: Vec<Uuid>,
    pub(super) waiting_pools: Vec<&'a str>,
    pub(super) waiting_entered: Vec<i64>,
    pub(super) waiting: Vec<Uuid>,
}

impl<'a> Seats<'a> {
    pub(super) fn of(line: &'a Line, batch: &Batch) -> Self {
        let pool = |pool: PoolIndex| line.pool(pool).id.as_str();
        let application = |place: &PlaceIndex| line.place(*place).application.uuid();
        let (holders, waiting) = (&batch.holders.new, &batch.waiting.new);
        Self {
            holder_pools: holders.keys().map(|(index, _)| pool(*index)).collect(),
            holder_numbers: holders.keys().map(|(_, seat)| number(*seat)).collect(),
            holders: holders.values().map(application).collect(),
            waiting_pools: waiting.keys().map(|(index, _)| pool(*index)).collect(),
            waiting_entered: waiting.keys().map(|(_, entered)| entered.get()).collect(),
            waiting: waiting.values().map(application).collect(),
        }
    }

    /// Keeps so many of each, and gives back the others.
    pub(super) fn split_off(&mut self, most: usize) -> Self {
        Self {
            holder_pools: split_off(&mut self.holder_pools, most),
            holder_numbers: split_off(&mut self.holder_numbers, most),
            holders: split_off(&mut self.holders, most),
            waiting_pools: split_off(&mut self.waiting_pools, most),
            waiting_entered: split_off(&mut self.waiting_entered, most),
            waiting: split_off(&mut self.waiting, most),
        }
    }
}

fn split_off<T>(column: &mut Vec<T>, most: usize) -> Vec<T> {
    column.split_off(column.len().min(most))
}

/// Operations, column by column.
pub(super) struct Operations<'a> {
    pub(super) sequences: Vec<i64>,
    pub(super) ids: Vec<Uuid>,
    pub(super) kinds: Vec<&'static str>,
    pub(super) bodies: Vec<&'a str>,
    pub(super) hashes: Vec<&'a [u8]>,
    pub(super) chains: Vec<&'a [u8]>,
    pub(super) digests: Vec<&'a [u8]>,
    pub(super) decisions: Vec<String>,
    pub(super) promoted: Vec<Option<String>>,
}

impl<'a> Operations<'a> {
    pub(super) fn of(batch: &'a Batch) -> Result<Self, sqlx::Error> {
        let entries = || batch.operations.iter().map(|folded| &folded.entry);
        let decisions = batch.operations.iter().map(|folded| json(&folded.outcome));
        let promoted = batch.operations.iter().map(|folded| {
            if folded.promotions.is_empty() { Ok(None) } else { json(&folded.promotions).map(Some) }
        });
        Ok(Self {
            sequences: entries().map(|entry| entry.seq.get()).collect(),
            ids: entries().map(|entry| entry.id.uuid()).collect(),
            kinds: entries().map(|entry| entry.kind.as_str()).collect(),
            bodies: entries().map(|entry| &*entry.body).collect(),
            hashes: entries().map(|entry| entry.body_hash.as_slice()).collect(),
            chains: entries().map(|entry| entry.link.bytes().as_slice()).collect(),
            digests: batch.operations.iter().map(|folded| folded.digest.bytes().as_slice()).collect(),
            decisions: decisions.collect::<Result<_, _>>()?,
            promoted: promoted.collect::<Result<_, _>>()?,
        })
    }
}

/// How a place stands, as its row keeps it.
pub(super) fn standings(line: &Line, place: PlaceIndex) -> Result<String, sqlx::Error> {
    let standings = line.place(place).standings.iter();
    json(&standings.map(|standing| StandingRow::of(line, place, standing)).collect::<Vec<_>>())
}

/// Counts: none is near the limit of its column.
pub(super) fn small(count_of: usize) -> i32 {
    number(count(count_of))
}

/// Numbers of seats: none is near the limit of its column.
pub(super) fn number(seat: u32) -> i32 {
    i32::try_from(seat).unwrap_or(i32::MAX)
}

pub(super) fn json(value: &impl serde::Serialize) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(|_| unreadable("operation"))
}
