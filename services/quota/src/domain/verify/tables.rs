//! The tables of a line against the fold of its journal, page by page.

use vocabulary::{ApplicationId, UnionId, WorkerId};

use super::super::{Line, PlaceIndex, PlacedIn, Pool, PoolIndex, Sequence, Stand, Standing};
use super::{Finding, Verification};

// Rows as they are written: what no version of this program writes is a finding, and no failure to read.

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
    pub round: String,
    /// The operation that gave it.
    pub seq: Sequence,
    /// Whether it counts.
    pub state: String,
    /// How it stands, and since which operation, where it waits; the position is 0.
    pub standings: Vec<(PlacedIn, Option<Sequence>)>,
}

/// A row of an application that was released before it arrived.
#[derive(Debug, Clone)]
pub struct BarredRow {
    /// The application.
    pub application: ApplicationId,
    /// It says so, and that it stands nowhere.
    pub has_left: bool,
}

/// A row of the pools.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolRow {
    /// The pool.
    pub pool: String,
    /// The union whose subtree it serves.
    pub union: UnionId,
    /// Its seats.
    pub capacity: i64,
    /// Seats taken.
    pub taken: i64,
    /// How many wait.
    pub waiting: i64,
}

/// A row of those who hold a seat of a pool.
#[derive(Debug, Clone)]
pub struct Sits {
    /// The seat.
    pub seat: i32,
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
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let row = |pool: &Pool| PoolRow {
            pool: pool.id.to_string(),
            union: pool.union,
            capacity: count(pool.capacity()),
            taken: count(pool.taken),
            waiting: count(pool.waiting.len()),
        };
        let expected: Vec<PoolRow> = self.line.pools().iter().map(row).collect();
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
    pub fn holders(&mut self, pool: &str, after: usize, rows: &[Sits]) {
        let expected = self.seated_in(pool).iter().skip(after).map(Some).chain(std::iter::repeat(None));
        let same = |row: &Sits, expected: Option<&Seated>| {
            expected
                .is_some_and(|(_, seat, who)| (i64::from(*seat), *who) == (row.seat.into(), row.application))
        };
        let differs = rows.iter().zip(expected).find(|(row, expected)| !same(row, *expected));
        if let Some((row, expected)) = differs {
            // Where a row is missing, the expected seat is the lower one.
            let seat =
                expected.map_or(row.seat.into(), |(_, seat, _)| i64::from(row.seat).min((*seat).into()));
            self.find(Finding::HolderChanged(pool.to_owned(), seat));
        }
    }

    /// There are no more than these who hold a seat of a pool.
    pub fn all_holders(&mut self, pool: &str, count: usize) {
        if let Some((_, seat, _)) = self.seated_in(pool).get(count) {
            let seat = i64::from(*seat);
            self.find(Finding::HolderChanged(pool.to_owned(), seat));
        }
    }

    fn pool(&self, name: &str) -> Option<&Pool> {
        let index = self.line.pool_named(&name.parse().ok()?)?;
        Some(self.line.pool(index))
    }

    fn seated_in(&self, pool: &str) -> &[Seated] {
        let Some(pool) = pool.parse().ok().and_then(|pool| self.line.pool_named(&pool)) else { return &[] };
        let begin = self.seated.partition_point(|(known, ..)| *known < pool);
        let end = self.seated.partition_point(|(known, ..)| *known <= pool);
        &self.seated[begin..end]
    }

    /// The next who wait in a pool, first to last, after so many.
    pub fn waiting(&mut self, pool: &str, after: usize, rows: &[Waits]) {
        let expected = self.pool(pool).map(|pool| pool.waiting.iter());
        let expected = expected.into_iter().flatten().skip(after).take(rows.len());
        let expected = expected.map(|(entered, place)| (entered, self.line.place(place).application));
        let same = expected.eq(rows.iter().map(|row| (row.entered, row.application)));
        self.check(same, || Finding::WaitingChanged(pool.to_owned()));
    }

    /// There are no more than these who wait in a pool.
    pub fn all_waiting(&mut self, pool: &str, count: usize) {
        let expected = self.pool(pool).map_or(0, |pool| pool.waiting.len());
        self.check(expected == count, || Finding::WaitingChanged(pool.to_owned()));
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
        (row.application, row.person, row.arrival, row.seq)
            == (place.application, place.person, index.arrival(), place.seq)
            && (row.state.as_str(), row.round.as_str())
                == (place.state.as_str(), self.line.round_of(place).as_str())
            && row.standings.iter().cloned().eq(place.standings.iter().map(standing))
    }

    /// There are no more places than these.
    pub fn all_places(&mut self, count: usize) {
        let arrivals = self.line.arrivals();
        self.check(count == self.line.places().len(), || Finding::PlaceChanged(arrivals));
    }

    /// The next who were released before they arrived, in any order.
    pub fn barred(&mut self, rows: &[BarredRow]) {
        let same = rows.iter().all(|row| row.has_left && self.line.is_barred(row.application));
        self.check(same, || Finding::PlaceChanged(0));
    }

    /// There are no more than these who were released before they arrived.
    pub fn all_barred(&mut self, count: usize) {
        self.check(count == self.line.barred().count(), || Finding::PlaceChanged(0));
    }
}
