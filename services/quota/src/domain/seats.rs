//! The numbered seats of a pool, as far as nobody holds them.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// The most seats of one pool: each is a row, and a new pool's rows are written in one transaction.
pub const MAX_SEATS: u32 = 100_000;

/// Which numbers are free, and which were taken out below the highest. Seats that nobody has touched yet are counted, not kept: a
/// pool may have a hundred thousand.
#[derive(Debug, Clone, Default)]
pub struct Seats {
    /// Free numbers up to `touched`.
    free: BTreeSet<u32>,
    /// All numbers from the one after this up to `highest` exist and are free.
    touched: u32,
    /// Numbers up to `touched` that do not exist: removed while they were free.
    gaps: BTreeSet<u32>,
    highest: u32,
}

impl Seats {
    /// How many are free.
    pub fn free(&self) -> usize {
        self.free.len() + self.untouched().count()
    }

    /// The number that the next one to sit gets.
    pub fn first_free(&self) -> Option<u32> {
        self.free.first().copied().or_else(|| self.untouched().next())
    }

    /// The numbers that so many new seats would get: the lowest that do not exist.
    pub fn next_numbers(&self, count: usize) -> Vec<u32> {
        self.gaps.iter().copied().chain(self.highest + 1..).take(count).collect()
    }

    /// The highest free numbers: those that go when there are to be fewer.
    pub fn last_free(&self, count: usize) -> Vec<u32> {
        self.untouched().rev().chain(self.free.iter().rev().copied()).take(count).collect()
    }

    /// Adds new seats, free at first.
    pub fn add(&mut self, numbers: &[u32]) {
        for number in numbers {
            if self.gaps.remove(number) {
                self.free.insert(*number);
            } else {
                self.highest += 1;
            }
        }
    }

    /// Takes free seats out.
    pub fn remove(&mut self, numbers: &[u32]) {
        for number in numbers {
            if *number == self.highest && *number > self.touched {
                self.highest -= 1;
            } else {
                self.take(*number);
                self.gaps.insert(*number);
            }
        }
        while self.gaps.remove(&self.highest) {
            self.highest -= 1;
        }
        self.touched = self.touched.min(self.highest);
    }

    /// Somebody sits down.
    pub fn take(&mut self, number: u32) {
        if number > self.touched {
            self.free.extend(self.touched + 1..number);
            self.touched = number;
        } else {
            self.free.remove(&number);
        }
    }

    /// Somebody gets up.
    pub fn give_back(&mut self, number: u32) {
        self.free.insert(number);
        // What was only tried leaves nothing behind.
        while self.touched > 0 && self.free.remove(&self.touched) {
            self.touched -= 1;
        }
    }

    fn untouched(&self) -> RangeInclusive<u32> {
        self.touched + 1..=self.highest
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same, with every free number kept.
    #[derive(Default)]
    struct Naive {
        free: BTreeSet<u32>,
        held: BTreeSet<u32>,
    }

    impl Naive {
        fn next_numbers(&self, count: usize) -> Vec<u32> {
            (1..)
                .filter(|number| !self.free.contains(number) && !self.held.contains(number))
                .take(count)
                .collect()
        }

        fn last_free(&self, count: usize) -> Vec<u32> {
            self.free.iter().rev().copied().take(count).collect()
        }
    }

    proptest! {
        /// what is counted is what would be kept.
        #[test]
        fn untouched_seats_are_as_if_they_were_kept(
            steps in proptest::collection::vec((0..5_u8, 0..6_usize), 1..60),
        ) {
            let (mut seats, mut naive) = (Seats::default(), Naive::default());
            for (what, count) in steps {
                match what {
                    0 => {
                        let numbers = naive.next_numbers(count);
                        prop_assert_eq!(&seats.next_numbers(count), &numbers);
                        seats.add(&numbers);
                        naive.free.extend(&numbers);
                    }
                    1 => {
                        let numbers = naive.last_free(count);
                        prop_assert_eq!(&seats.last_free(count), &numbers);
                        seats.remove(&numbers);
                        naive.free.retain(|number| !numbers.contains(number));
                    }
                    // The first, as decided; or any, as a line is read back.
                    2 | 3 => {
                        let taken = naive.free.iter().copied().nth(if what == 2 { 0 } else { count });
                        if let Some(number) = taken {
                            seats.take(number);
                            naive.free.remove(&number);
                            naive.held.insert(number);
                        }
                    }
                    _ => {
                        if let Some(number) = naive.held.iter().copied().nth(count) {
                            seats.give_back(number);
                            naive.held.remove(&number);
                            naive.free.insert(number);
                        }
                    }
                }
                prop_assert_eq!(seats.first_free(), naive.free.first().copied());
                prop_assert_eq!(seats.free(), naive.free.len());
            }
        }
    }

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
