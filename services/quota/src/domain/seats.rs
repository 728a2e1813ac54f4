//! The numbered seats of a pool, as far as nobody holds them.

use std::collections::BTreeSet;

/// The most seats of one pool: each is a row, and a new pool's rows are written in one transaction.
pub const MAX_SEATS: u32 = 100_000;

/// Which numbers are free, and which were taken out below the highest.
#[derive(Debug, Clone, Default)]
pub struct Seats {
    free: BTreeSet<u32>,
    /// Numbers below `highest` that do not exist: removed while they were free.
    gaps: BTreeSet<u32>,
    highest: u32,
}

impl Seats {
    /// How many are free.
    pub fn free(&self) -> usize {
        self.free.len()
    }

    /// The number that the next one to sit gets.
    pub fn first_free(&self) -> Option<u32> {
        self.free.first().copied()
    }

    /// The numbers that so many new seats would get: the lowest that do not exist.
    pub fn next_numbers(&self, count: usize) -> Vec<u32> {
        self.gaps.iter().copied().chain(self.highest + 1..).take(count).collect()
    }

    /// The highest free numbers: those that go when there are to be fewer.
    pub fn last_free(&self, count: usize) -> Vec<u32> {
        self.free.iter().rev().copied().take(count).collect()
    }

    /// Adds new seats, free at first.
    pub fn add(&mut self, numbers: &[u32]) {
        for number in numbers {
            self.gaps.remove(number);
            self.free.insert(*number);
            self.highest = self.highest.max(*number);
        }
    }

    /// Takes free seats out.
    pub fn remove(&mut self, numbers: &[u32]) {
        for number in numbers {
            self.free.remove(number);
            self.gaps.insert(*number);
        }
        while self.gaps.remove(&self.highest) {
            self.highest -= 1;
        }
    }

    /// Somebody sits down.
    pub fn take(&mut self, number: u32) {
        self.free.remove(&number);
    }

    /// Somebody gets up.
    pub fn give_back(&mut self, number: u32) {
        self.free.insert(number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_seats_take_the_highest_free_numbers_and_more_fill_the_gaps_first() {
        let mut seats = Seats::default();
        seats.add(&seats.next_numbers(4));
        seats.take(1);
        seats.take(3);

        assert_eq!(seats.last_free(2), [4, 2]);
        seats.remove(&[4, 2]);
        assert_eq!(seats.next_numbers(3), [2, 4, 5]);
    }
}
