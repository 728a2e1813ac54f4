//! Which officials the story has: who acts for which union, in which roles.

use proto::identity::OfficialRole::{self, Administrator, Finance, Reviewer, Supervisor};

/// One office, and the person who takes it.
#[derive(Clone, Debug)]
pub(crate) struct Office {
    /// The union's key and what the official does there: `jinan/finance`.
    pub(crate) key: String,
    /// The union's key.
    pub(crate) union: String,
    /// Whether it is an office of the Culture Centre.
    pub(crate) centre: bool,
    /// What the official may do.
    pub(crate) roles: &'static [OfficialRole],
    /// Which person: one who has two offices has one ID number.
    pub(crate) person: u8,
}

impl Office {
    fn of(union: &str, duty: &str, roles: &'static [OfficialRole], person: u8) -> Self {
        let (key, union) = (format!("{union}/{duty}"), union.to_owned());
        Self { key, union, centre: false, roles, person }
    }

    fn of_centre(duty: &str, roles: &'static [OfficialRole], person: u8) -> Self {
        let key = format!("centre/{duty}");
        Self { key, union: "jinan".to_owned(), centre: true, roles, person }
    }

    /// The name to sign in with.
    pub(crate) fn sign_in_name(&self) -> String {
        self.key.replace('/', ".")
    }

    /// The name shown to colleagues; it is nobody's.
    pub(crate) fn display_name(&self) -> String {
        const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
        let (tens, ones) = (usize::from(self.person / 10), usize::from(self.person % 10));
        format!("测官{}{}", DIGITS[tens], DIGITS[ones])
    }

    /// The person's ID number, made up as those of the data are.
    pub(crate) fn id_number(&self) -> String {
        id_number(self.person)
    }
}

/// The first administrator, made by the operator.
pub(crate) fn first() -> Office {
    Office::of("jinan", "administrator", &[Administrator], 1)
}

/// The offices of the city federation and of its Culture Centre.
pub(crate) fn city() -> Vec<Office> {
    vec![
        Office::of("jinan", "reviewer", &[Reviewer], 2),
        Office::of("jinan", "finance", &[Finance], 3),
        Office::of("jinan", "supervisor", &[Supervisor], 4),
        Office::of_centre("reviewer", &[Reviewer], 5),
        Office::of_centre("maker", &[Finance], 6),
        Office::of_centre("checker", &[Finance, Supervisor], 7),
    ]
}

/// The offices of the district.
pub(crate) fn district() -> Vec<Office> {
    vec![
        Office::of("gangcheng", "administrator", &[Administrator], 8),
        Office::of("gangcheng", "reviewer", &[Reviewer], 9),
        Office::of("gangcheng", "finance", &[Finance], 10),
        // The same person as in the office of 艾山.
        Office::of("gangcheng", "stand-in", &[Reviewer], STREETS_FROM),
    ]
}

const STREETS_FROM: u8 = 20;
const UNITS_FROM: u8 = 40;

/// The office of the street that is the `index`th of its district.
pub(crate) fn street(key: &str, index: u8) -> Office {
    Office::of(key, "office", &[Administrator, Reviewer], STREETS_FROM + index)
}

/// The office of the unit that is the `index`th.
pub(crate) fn unit(key: &str, index: u8) -> Office {
    Office::of(key, "office", &[Reviewer], UNITS_FROM + index)
}

/// The region was given its code later than anybody so old was born, and the order is one that was never given.
fn id_number(person: u8) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
    let digits = format!("37011719680101{}", 900 + u16::from(person));
    let digit_values = digits.chars().filter_map(|digit| digit.to_digit(10));
    let sum: u32 = digit_values.zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    format!("{digits}{}", CHECKS[sum as usize % CHECKS.len()])
}
