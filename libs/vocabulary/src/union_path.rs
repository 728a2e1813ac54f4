//! A union's place in the tree, written as the ids from the city federation down to it.

use std::fmt;
use std::str::FromStr;

use crate::UnionId;
use crate::text_form::serde_as_text;

/// The deepest tree: the notice knows four levels, a chain may skip some, nobody needs more than twice as many.
const MAX_DEPTH: usize = 8;

/// Where a union stands in the tree: `/<id>/<id>/`, the city federation first, the union itself last.
///
/// A union's subtree is every path that starts with its own, in Rust as in SQL (`LIKE path || '%'`).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnionPath(String);

/// Why a text, or a step down the tree, is not a union's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUnionPath {
    /// Not ids with a slash before, between and after them.
    #[error("not /<id>/…/<id>/")]
    Malformed,
    /// One union would stand above itself.
    #[error("a union above itself")]
    Circular,
    /// More than 8 levels.
    #[error("deeper than {MAX_DEPTH} levels")]
    TooDeep,
}

impl UnionPath {
    /// The path of the city federation, which has nothing above it.
    pub fn root(federation: UnionId) -> Self {
        Self(format!("/{federation}/"))
    }

    /// The path of a union directly under this one.
    pub fn child(&self, union: UnionId) -> Result<Self, InvalidUnionPath> {
        if self.depth() == MAX_DEPTH {
            return Err(InvalidUnionPath::TooDeep);
        }
        if self.unions().any(|above| above == union) {
            return Err(InvalidUnionPath::Circular);
        }
        Ok(Self(format!("{}{union}/", self.0)))
    }

    /// Whether the other union stands in this one's subtree; a union stands in its own.
    pub fn contains(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// The unions on the way, the city federation first, the union itself last.
    pub fn unions(&self) -> impl DoubleEndedIterator<Item = UnionId> {
        // Every part was read as an id when the path was made, so none is dropped here.
        self.0.split('/').filter_map(|part| part.parse().ok())
    }

    /// The path of the union directly above, none for the city federation.
    pub fn parent(&self) -> Option<Self> {
        let end = self.0.trim_end_matches('/').rfind('/')?;
        (end > 0).then(|| Self(self.0[..=end].to_owned()))
    }

    /// How many unions are on the way, the union itself included.
    pub fn depth(&self) -> usize {
        self.unions().count()
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for UnionPath {
    type Err = InvalidUnionPath;

    fn from_str(text: &str) -> Result<Self, InvalidUnionPath> {
        let inner = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
        let mut unions = inner.ok_or(InvalidUnionPath::Malformed)?.split('/').map(str::parse::<UnionId>);

        let federation = unions.next().and_then(Result::ok).ok_or(InvalidUnionPath::Malformed)?;
        unions.try_fold(Self::root(federation), |path, union| {
            path.child(union.map_err(|_| InvalidUnionPath::Malformed)?)
        })
    }
}

impl fmt::Display for UnionPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Debug for UnionPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "UnionPath({})", self.0)
    }
}

serde_as_text!(UnionPath);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn path(unions: &[UnionId]) -> UnionPath {
        let (federation, below) = unions.split_first().unwrap();
        below.iter().fold(UnionPath::root(*federation), |path, union| path.child(*union).unwrap())
    }

    fn chain(max: usize) -> impl Strategy<Value = Vec<UnionId>> {
        proptest::collection::hash_set(1_u128.., 1..=max)
            .prop_map(|bits| bits.into_iter().map(|bits| Uuid::from_u128(bits).into()).collect())
    }

    proptest! {
        #[test]
        fn a_path_survives_text(unions in chain(MAX_DEPTH)) {
            let path = path(&unions);
            prop_assert_eq!(path.to_string().parse::<UnionPath>().unwrap(), path.clone());
            prop_assert_eq!(path.unions().collect::<Vec<_>>(), unions);
        }

        #[test]
        fn a_union_holds_its_subtree_and_nothing_above_it(unions in chain(MAX_DEPTH - 1)) {
            let parent = path(&unions);
            let child = parent.child(UnionId::new()).unwrap();
            let sibling = parent.child(UnionId::new()).unwrap();

            prop_assert!(parent.contains(&child) && parent.contains(&parent));
            prop_assert!(!child.contains(&parent) && !child.contains(&sibling));
            prop_assert_eq!(child.parent(), Some(parent));
        }
    }

    #[test]
    fn a_bad_path_says_why() {
        let union = UnionId::new();
        for malformed in ["", "/", "//", &format!("/{union}"), &format!("{union}/"), "/city/"] {
            assert_eq!(malformed.parse::<UnionPath>(), Err(InvalidUnionPath::Malformed), "{malformed}");
        }
        assert_eq!(format!("/{union}/{union}/").parse::<UnionPath>(), Err(InvalidUnionPath::Circular));

        let deep: Vec<UnionId> = (0..MAX_DEPTH).map(|_| UnionId::new()).collect();
        assert_eq!(path(&deep).child(UnionId::new()), Err(InvalidUnionPath::TooDeep));
        assert_eq!(path(&deep[..1]).parent(), None);
    }
}
