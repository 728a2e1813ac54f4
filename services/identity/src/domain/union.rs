//! A union of the tree, and where a page of them begins.

use vocabulary::{UnionId, UnionPath};

use super::UnionKind;

/// A union.
#[derive(Debug, Clone)]
pub struct Union {
    /// Its id.
    pub id: UnionId,
    /// Its name.
    pub name: String,
    /// What kind.
    pub kind: UnionKind,
    /// Whether its parent has approved it.
    pub approved: bool,
    /// The union above; none above the city federation.
    pub parent: Option<UnionId>,
    /// From the city federation down to it.
    pub path: UnionPath,
    /// Empty where it has none.
    pub administrative_code: String,
    /// Empty where it is no unit.
    pub credit_code: String,
}

/// Where a page begins: after the union with this code, name and id.
#[derive(Debug, Clone)]
pub struct After {
    /// The administrative code.
    pub administrative_code: String,
    /// The name.
    pub name: String,
    /// The id.
    pub id: UnionId,
}
