//! People as tests make them up: with numbers that are valid and belong to nobody, as the README of the data says.

use std::sync::atomic::{AtomicU32, Ordering};

use outside::Citizen;
use vocabulary::{BankCard, IdNumber};

/// The rows of the data end below; nobody made up here is one of them.
const FIRST_NUMBER: u32 = 1_000;
/// The orders from 900 on were never given.
const ORDERS: u32 = 100;

/// Somebody who does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Whose made-up numbers these are.
    pub number: u32,
    /// The name on the identity card.
    pub name: String,
    /// The ID number.
    pub id_number: String,
    /// The phone; its segment was given to no operator.
    pub phone: String,
    /// A debit card of ICBC's branch 0000, which there is not.
    pub bank_card: String,
}

impl Person {
    /// Somebody new in this process.
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(FIRST_NUMBER);
        Self::of(NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// The same somebody for the same number.
    pub fn of(number: u32) -> Self {
        Self {
            number,
            name: format!("张测{}", in_chinese(number)),
            id_number: id_number(number),
            phone: format!("154{number:08}"),
            bank_card: bank_card(number),
        }
    }

    /// As the register of the real-name check knows this person.
    pub fn citizen(&self) -> Citizen {
        Citizen { name: self.name.clone(), id_number: self.id_number.clone(), phone: self.phone.clone() }
    }
}

impl Default for Person {
    fn default() -> Self {
        Self::new()
    }
}

/// The region was given its code later than anybody so old was born, and the order is one that was never given.
fn id_number(number: u32) -> String {
    let (days, order) = (number / ORDERS, 900 + number % ORDERS);
    let (year, month, day) = (1975 + days / 336 % 20, 1 + days / 28 % 12, 1 + days % 28);
    let digits = format!("370117{year}{month:02}{day:02}{order}");
    with_check(&digits, "0123456789X", |text| text.parse::<IdNumber>().is_ok())
}

fn bank_card(number: u32) -> String {
    with_check(&format!("622203{number:012}"), "0123456789", |text| text.parse::<BankCard>().is_ok())
}

/// Appends the one check digit that makes it valid.
fn with_check(digits: &str, checks: &str, is_valid: impl Fn(&str) -> bool) -> String {
    let candidates = checks.chars().map(|check| format!("{digits}{check}"));
    candidates.into_iter().find(|text| is_valid(text)).expect("one check digit is right")
}

/// A number digit by digit, as it stands in made-up names.
pub fn in_chinese(number: u32) -> String {
    const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    number.to_string().chars().filter_map(|digit| DIGITS.get(digit.to_digit(10)? as usize)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ten_thousand_people_are_ten_thousand_people() {
        let people: Vec<Person> = (0..10_000).map(Person::of).collect();

        let numbers: HashSet<&str> = people.iter().map(|person| person.id_number.as_str()).collect();
        let cards: HashSet<&str> = people.iter().map(|person| person.bank_card.as_str()).collect();

        assert_eq!((numbers.len(), cards.len()), (10_000, 10_000));
    }
}
