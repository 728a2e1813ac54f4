//! Sets of roles: what an official holds, and what a call asks for (R-39).

use std::fmt;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};
use vocabulary::Role;

/// A set of roles.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Roles(u8);

impl Roles {
    /// No role at all.
    pub const NONE: Self = Self(0);

    /// Every role.
    pub const ALL: Self = Self::of(&Role::ALL);

    /// The set of these roles.
    pub const fn of(roles: &[Role]) -> Self {
        let mut set = 0;
        let mut rest = roles;
        while let [role, others @ ..] = rest {
            set |= bit(*role);
            rest = others;
        }
        Self(set)
    }

    /// Whether the role is among them.
    pub const fn contains(self, role: Role) -> bool {
        self.0 & bit(role) != 0
    }

    /// Whether the two sets share a role.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The roles of both sets.
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The roles, in the order in which they are declared.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.contains(*role))
    }
}

const fn bit(role: Role) -> u8 {
    match role {
        Role::Reviewer => 1,
        Role::Finance => 1 << 1,
        Role::Supervisor => 1 << 2,
        Role::Administrator => 1 << 3,
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        Self(roles.into_iter().fold(0, |set, role| set | bit(role)))
    }
}

impl fmt::Debug for Roles {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.iter()).finish()
    }
}

/// A list of names, as tokens hold it.
impl Serialize for Roles {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Roles {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Role>::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R-39: a set holds what was put in, and meets a set that shares a role with it.
    #[test]
    fn a_set_holds_its_roles() {
        let set = Roles::of(&[Role::Finance, Role::Supervisor]);
        assert!(set.contains(Role::Finance) && !set.contains(Role::Reviewer));
        assert!(set.meets(Roles::of(&[Role::Supervisor, Role::Administrator])));
        assert!(!set.meets(Roles::NONE) && Roles::ALL.meets(set));
        assert_eq!(set.iter().collect::<Roles>(), set);
    }

    /// A token's roles survive JSON; a role that does not exist makes it invalid.
    #[test]
    fn roles_are_a_list_of_names() {
        let set = Roles::of(&[Role::Reviewer, Role::Administrator]);
        let json = serde_json::to_string(&set).unwrap();
        assert_eq!(json, r#"["reviewer","administrator"]"#);
        assert_eq!(serde_json::from_str::<Roles>(&json).unwrap(), set);
        assert!(serde_json::from_str::<Roles>(r#"["emperor"]"#).is_err());
    }
}
