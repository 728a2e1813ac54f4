//! Which officials the story has: who acts for which union, in which roles.

use proto::identity::OfficialRole::{self, Administrator, Finance, Reviewer, Supervisor};
use testkit::{Appointment, Person, in_chinese};

/// Above the workers of the data, and below whoever else is made up.
const OFFICIALS_FROM: u32 = 500;

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
    /// The name to sign in with.
    pub(crate) sign_in_name: String,
    /// Who takes it; the name is nobody's.
    pub(crate) person: Person,
}

impl Office {
    fn of(union: &str, duty: &str, roles: &'static [OfficialRole], person: u32) -> Self {
        let name = format!("测官{}", in_chinese(person));
        Self {
            key: format!("{union}/{duty}"),
            union: union.to_owned(),
            centre: false,
            roles,
            sign_in_name: format!("{union}.{duty}"),
            person: Person { name, ..Person::of(OFFICIALS_FROM + person) },
        }
    }

    fn of_centre(duty: &str, roles: &'static [OfficialRole], person: u32) -> Self {
        Self { union: "jinan".to_owned(), centre: true, ..Self::of("centre", duty, roles, person) }
    }

    /// How its person is appointed.
    pub(crate) fn appointment<'a>(&'a self, union_id: &'a str) -> Appointment<'a> {
        Appointment {
            union_id,
            centre: self.centre,
            sign_in_name: &self.sign_in_name,
            display_name: &self.person.name,
            id_number: &self.person.id_number,
            roles: self.roles,
        }
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

const STREETS_FROM: u32 = 20;
const UNITS_FROM: u32 = 40;

/// The office of the street that is the `index`th of its district.
pub(crate) fn street(key: &str, index: u32) -> Office {
    Office::of(key, "office", &[Administrator, Reviewer], STREETS_FROM + index)
}

/// The office of the unit that is the `index`th.
pub(crate) fn unit(key: &str, index: u32) -> Office {
    Office::of(key, "office", &[Reviewer], UNITS_FROM + index)
}
