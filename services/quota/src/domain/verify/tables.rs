//! The tables of a line against the fold of its journal, page by page.

use vocabulary::{ApplicationId, PoolId, RoundId, UnionId, WorkerId};

use super::super::{Line, PlaceIndex, PlaceState, PlacedIn, PoolIndex, Sequence, Stand, Standing};
use super::{Finding, Verification};

/// A row of the places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceRow {
    /// The application.
    pub application: ApplicationId,
    /// The worker.
    pub person: WorkerId,
    /// Its arrival number.
    pub arrival: i64,
    /// The round it came in.
    pub round: RoundId,
    /// The operation that gave it.
    pub seq: Sequence,
    /// Whether it counts.
    pub state: PlaceState,
    /// How it stands, and since which operation, where it waits; the position is 0.
    pub standings: Vec<(PlacedIn, Option<Sequence>)>,
}

/// A row of the pools.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolRow {
    /// The pool.
    pub pool: PoolId,
    /// The union whose subtree it serves.
    pub union: UnionId,
    /// Its seats.
    pub capacity: usize,
    /// Seats taken.
    pub taken: usize,
    /// How many wait.
    pub waiting: usize,
}

/// A row of those who hold a seat of a pool.
#[derive(Debug, Clone)]
pub struct Sits {
    /// The seat.
    pub seat: u32,
    /// Who holds it.
    pub application: ApplicationId,
}

/// A row of those who wait in a pool.
#[derive(Debug, Clone)]
pub struct Waits {
    /// When it entered the pool's line.
    pub entered: Sequence,
    /// Who waits.
    pub application: ApplicationId,
}

/// One who must hold a seat.
pub(super) type Seated = (PoolIndex, u32, ApplicationId);

/// Everybody whom the law has seated, by pool and seat.
pub(super) fn seated(line: &Line) -> Vec<Seated> {
    let mut seated: Vec<Seated> = Vec::new();
    for place in line.places() {
        let seats = place.standings.iter().filter_map(|one| Some((one.pool, one.stand.seat()?)));
        seated.extend(seats.map(|(pool, seat)| (pool, seat, place.application)));
    }
    seated.sort_unstable();
    seated
}

impl Verification {
    /// All pools, in the order in which they were added.
    pub fn pools(&mut self, rows: &[PoolRow]) {
        let expected: Vec<PoolRow> = self
            .line
            .pools()
            .iter()
            .map(|pool| PoolRow {
                pool: pool.id.clone(),
                union: pool.union,
                capacity: pool.capacity(),
                taken: pool.taken,
                waiting: pool.waiting.len(),
            })
            .collect();
        let differs = expected.iter().zip(rows).find(|(expected, row)| expected != row);
        if let Some((pool, _)) = differs {
            self.find(Finding::PoolChanged(pool.pool.clone()));
        }
        let longer = expected.get(rows.len()).or_else(|| rows.get(expected.len()));
        if let Some(pool) = longer {
            self.find(Finding::PoolChanged(pool.pool.clone()));
        }
    }

    /// The next who hold a seat of a pool, by the number of their seat, after so many.
    pub fn holders(&mut self, pool: &PoolId, after: usize, rows: &[Sits]) {
        let expected = self.seated_in(pool).iter().skip(after).map(Some).chain(std::iter::repeat(None));
        let same = |row: &Sits, expected: Option<&Seated>| {
            expected.is_some_and(|(_, seat, who)| (*seat, *who) == (row.seat, row.application))
        };
        let differs = rows.iter().zip(expected).find(|(row, expected)| !same(row, *expected));
        if let Some((row, expected)) = differs {
            // Where a row is missing, the expected seat is the lower one.
            let seat = expected.map_or(row.seat, |(_, seat, _)| row.seat.min(*seat));
            self.find(Finding::HolderChanged(pool.clone(), seat));
        }
    }

    /// There are no more than these who hold a seat of a pool.
    pub fn all_holders(&mut self, pool: &PoolId, count: usize) {
        if let Some((_, seat, _)) = self.seated_in(pool).get(count) {
            let seat = *seat;
            self.find(Finding::HolderChanged(pool.clone(), seat));
        }
    }

    fn seated_in(&self, pool: &PoolId) -> &[Seated] {
        let Some(pool) = self.line.pool_named(pool) else { return &[] };
        let begin = self.seated.partition_point(|(known, ..)| *known < pool);
        let end = self.seated.partition_point(|(known, ..)| *known <= pool);
        &self.seated[begin..end]
    }

    /// The next who wait in a pool, first to last, after so many.
    pub fn waiting(&mut self, pool: &PoolId, after: usize, rows: &[Waits]) {
        let expected = self.line.pool_named(pool).map(|index| self.line.pool(index).waiting.iter());
        let expected = expected.into_iter().flatten().skip(after).take(rows.len());
        let expected = expected.map(|(entered, place)| (entered, self.line.place(place).application));
        let same = expected.eq(rows.iter().map(|row| (row.entered, row.application)));
        self.check(same, || Finding::WaitingChanged(pool.clone()));
    }

    /// There are no more than these who wait in a pool.
    pub fn all_waiting(&mut self, pool: &PoolId, count: usize) {
        let expected = self.line.pool_named(pool).map_or(0, |index| self.line.pool(index).waiting.len());
        self.check(expected == count, || Finding::WaitingChanged(pool.clone()));
    }

    /// The next places, by their arrival numbers, after so many.
    pub fn places(&mut self, after: usize, rows: &[PlaceRow]) {
        let differs = rows.iter().enumerate().find(|(index, row)| !self.is_place(after + index, row));
        if let Some((_, row)) = differs {
            self.find(Finding::PlaceChanged(row.arrival));
        }
    }

    fn is_place(&self, number: usize, row: &PlaceRow) -> bool {
        let Some(place) = self.line.places().get(number) else { return false };
        let index = PlaceIndex::of_arrival(number);
        let standing = |standing: &Standing| {
            let id = self.line.pool(standing.pool).id.clone();
            match standing.stand {
                Stand::Seated(seat) => (PlacedIn::Seat(id, seat), None),
                Stand::Waiting => {
                    (PlacedIn::Waiting(id, 0), Some(self.line.entered_pool(index, standing.pool)))
                }
                Stand::Left => (PlacedIn::Left(id), None),
            }
        };
        (row.application, row.person, row.arrival, row.seq, row.state)
            == (place.application, place.person, index.arrival(), place.seq, place.state)
            && row.round == *self.line.round_of(place)
            && row.standings.iter().cloned().eq(place.standings.iter().map(standing))
    }

    /// There are no more places than these.
    pub fn all_places(&mut self, count: usize) {
        let arrivals = self.line.arrivals();
        self.check(count == self.line.places().len(), || Finding::PlaceChanged(arrivals));
    }

    /// The next who were released before they arrived, in any order.
    pub fn barred(&mut self, rows: &[ApplicationId]) {
        let same = rows.iter().all(|application| self.line.is_barred(*application));
        self.check(same, || Finding::PlaceChanged(0));
    }

    /// There are no more than these who were released before they arrived.
    pub fn all_barred(&mut self, count: usize) {
        self.check(count == self.line.barred().count(), || Finding::PlaceChanged(0));
    }
}
