//! A day's statements held against the ledger.

use std::collections::BTreeMap;

use vocabulary::{Day, Fen};

/// At most this many discrepancies are kept: where there are more, somebody has to look anyway.
const MAX_DISCREPANCIES: usize = 1_000;

/// A payment in a book: theirs or ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    /// The instruction's number.
    pub number: String,
    /// How much.
    pub amount: Fen,
}

/// What the comparison of a day has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconciliation {
    /// The day.
    pub day: Day,
    /// Lines of the statements.
    pub statement_lines: usize,
    /// Their sum.
    pub statement_sum: Fen,
    /// Lines that the ledger knows just so.
    pub matched_lines: usize,
    /// Their sum.
    pub matched_sum: Fen,
    /// What does not agree, by number.
    pub discrepancies: Vec<Discrepancy>,
}

/// One thing that does not agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discrepancy {
    /// The instruction's number.
    pub number: String,
    /// What is wrong.
    pub kind: DiscrepancyKind,
    /// By the statement.
    pub statement: Fen,
    /// By the ledger.
    pub ledger: Fen,
}

/// What can be wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiscrepancyKind {
    /// The ledger does not know the payment.
    NotInLedger,
    /// The statement does not show it.
    NotInStatement,
    /// Both have it, with different amounts.
    AmountDiffers,
}

/// Compares; none where a sum cannot be held.
pub fn reconcile(day: Day, statement: &[Booked], ledger: &[Booked]) -> Option<Reconciliation> {
    let statement_sum = Fen::checked_sum(statement.iter().map(|booked| booked.amount))?;
    let theirs = by_number(statement)?;
    let ours = by_number(ledger)?;
    let matched = theirs.iter().filter(|(number, amount)| ours.get(*number) == Some(amount));
    let matched: Vec<Fen> = matched.map(|(_, amount)| *amount).collect();
    let missing = ours.iter().filter(|(number, _)| !theirs.contains_key(*number));
    let missing = missing.map(|(number, amount)| Discrepancy {
        number: (*number).to_owned(),
        kind: DiscrepancyKind::NotInStatement,
        statement: Fen::ZERO,
        ledger: *amount,
    });
    let mut discrepancies: Vec<_> = theirs
        .iter()
        .filter_map(|(number, amount)| differs(number, *amount, ours.get(number)))
        .chain(missing)
        .collect();
    discrepancies.truncate(MAX_DISCREPANCIES);
    Some(Reconciliation {
        day,
        statement_lines: statement.len(),
        statement_sum,
        matched_lines: matched.len(),
        matched_sum: Fen::checked_sum(matched)?,
        discrepancies,
    })
}

/// What a number comes to: a payment that a book has twice counts twice, and so does not match.
fn by_number(booked: &[Booked]) -> Option<BTreeMap<&str, Fen>> {
    let mut sums = BTreeMap::new();
    for one in booked {
        let sum = sums.entry(one.number.as_str()).or_insert(Fen::ZERO);
        *sum = sum.checked_add(one.amount)?;
    }
    Some(sums)
}

fn differs(number: &str, statement: Fen, ledger: Option<&Fen>) -> Option<Discrepancy> {
    let (kind, ledger) = match ledger {
        None => (DiscrepancyKind::NotInLedger, Fen::ZERO),
        Some(ledger) if *ledger != statement => (DiscrepancyKind::AmountDiffers, *ledger),
        Some(_) => return None,
    };
    Some(Discrepancy { number: number.to_owned(), kind, statement, ledger })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn booked(number: &str, yuan: u32) -> Booked {
        Booked { number: number.to_owned(), amount: Fen::from_yuan(yuan) }
    }

    /// each kind of disagreement is found, and what agrees is counted.
    #[test]
    fn what_does_not_agree_is_found() {
        let day = Day::from_ymd(2021, 6, 8).unwrap();
        let statement = [booked("a", 1), booked("b", 2), booked("c", 3), booked("e", 5), booked("e", 5)];
        let ledger = [booked("a", 1), booked("b", 4), booked("d", 4), booked("e", 5)];

        let found = reconcile(day, &statement, &ledger).unwrap();

        assert_eq!((found.statement_lines, found.statement_sum), (5, Fen::from_yuan(16)));
        assert_eq!((found.matched_lines, found.matched_sum), (1, Fen::from_yuan(1)));
        let kinds: Vec<_> = found.discrepancies.iter().map(|one| (one.number.as_str(), one.kind)).collect();
        assert_eq!(
            kinds,
            [
                ("b", DiscrepancyKind::AmountDiffers),
                ("c", DiscrepancyKind::NotInLedger),
                ("e", DiscrepancyKind::AmountDiffers),
                ("d", DiscrepancyKind::NotInStatement),
            ]
        );
    }

    /// a day whose books agree is closed.
    #[test]
    fn a_day_whose_books_agree_is_closed() {
        let day = Day::from_ymd(2021, 6, 8).unwrap();
        let book = [booked("a", 1), booked("b", 2)];
        let found = reconcile(day, &book, &book).unwrap();
        assert!(found.discrepancies.is_empty() && found.matched_sum == Fen::from_yuan(3));
    }
}
