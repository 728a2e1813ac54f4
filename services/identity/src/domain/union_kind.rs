//! The kinds of union, and which stand below which.

use std::fmt;
use std::str::FromStr;

/// What kind of node of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnionKind {
    /// The city federation.
    City,
    /// A district or county.
    District,
    /// A provincial industrial union.
    Industrial,
    /// A street, town or functional area.
    Street,
    /// A unit.
    Unit,
}

impl UnionKind {
    /// Whether a union of the other kind may join below one of this kind. A chain may skip levels: a unit hangs directly
    /// under a district or an industrial union too.
    pub fn may_invite(self, child: Self) -> bool {
        match self {
            Self::City => child != Self::City,
            Self::District => matches!(child, Self::Street | Self::Unit),
            Self::Industrial | Self::Street => child == Self::Unit,
            Self::Unit => false,
        }
    }

    /// Whether a union of this kind may stand for a place, and have its administrative code.
    pub const fn may_have_place(self) -> bool {
        matches!(self, Self::City | Self::District | Self::Street)
    }

    /// As the tables name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::City => "city",
            Self::District => "district",
            Self::Industrial => "industrial",
            Self::Street => "street",
            Self::Unit => "unit",
        }
    }
}

/// A kind that no table knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a kind of union")]
pub struct UnknownKind;

impl FromStr for UnionKind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, UnknownKind> {
        let all = [Self::City, Self::District, Self::Industrial, Self::Street, Self::Unit];
        all.into_iter().find(|kind| kind.as_str() == name).ok_or(UnknownKind)
    }
}

impl fmt::Display for UnionKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::UnionKind::{City, District, Industrial, Street, Unit};

    /// nobody invites their own level or one above it, and a unit invites nobody.
    #[test]
    fn a_union_invites_only_what_stands_below_it() {
        let all = [City, District, Industrial, Street, Unit];
        let invited = |parent: super::UnionKind| all.map(|child| parent.may_invite(child));
        assert_eq!(invited(City), [false, true, true, true, true]);
        assert_eq!(invited(District), [false, false, false, true, true]);
        assert_eq!(invited(Industrial), [false, false, false, false, true]);
        assert_eq!(invited(Street), [false, false, false, false, true]);
        assert_eq!(invited(Unit), [false; 5]);
    }

    /// a unit and an industrial union stand for no place.
    #[test]
    fn only_some_kinds_stand_for_a_place() {
        let with_place = [City, District, Industrial, Street, Unit].map(super::UnionKind::may_have_place);
        assert_eq!(with_place, [true, true, false, true, false]);
    }

    #[test]
    fn a_kind_survives_its_name() {
        for kind in [City, District, Industrial, Street, Unit] {
            assert_eq!(kind.to_string().parse(), Ok(kind));
        }
        assert!("office".parse::<super::UnionKind>().is_err());
    }
}
