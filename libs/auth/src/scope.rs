//! What a caller may see: the first argument of every read of a store (R-31, R-36).
//!
//! A row outside the scope is as if it did not exist: the read finds nothing, and the door says `NOT_FOUND`. In SQL a table
//! of workers' affairs, with a column for the worker and one for the union's path, is read as
//!
//! ```sql
//! WHERE ($1 OR worker_id = $2 OR union_path LIKE $3)
//! -- $1 scope.sees_everything()   $2 scope.worker_id()   $3 scope.subtree_pattern()
//! ```
//!
//! What does not apply is null, and a comparison with null is not true: a binding that is forgotten hides rows instead of
//! showing them.

use uuid::Uuid;
use vocabulary::{UnionPath, WorkerId};

use crate::Caller;

/// The part of the data that a caller may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// One worker's own affairs.
    Worker(WorkerId),
    /// A union and all below it.
    Subtree(UnionPath),
    /// All of it: for services, the Culture Centre, which decides and pays for the whole tree, and the city federation,
    /// under which the whole tree stands (R-36).
    Everything,
}

impl Scope {
    /// The caller's scope; none for somebody unknown.
    pub fn of(caller: &Caller) -> Option<Self> {
        match caller {
            Caller::Anyone => None,
            Caller::Worker(worker) => Some(Self::Worker(worker.id)),
            Caller::Official(official) if official.centre || official.of_the_city() => Some(Self::Everything),
            Caller::Official(official) => Some(Self::Subtree(official.path.clone())),
            Caller::Service(_) => Some(Self::Everything),
        }
    }

    /// Whether nothing is outside.
    pub const fn sees_everything(&self) -> bool {
        matches!(self, Self::Everything)
    }

    /// The worker to whom the scope is confined, for `worker_id = $n`.
    pub fn worker_id(&self) -> Option<Uuid> {
        match self {
            Self::Worker(id) => Some(id.uuid()),
            Self::Subtree(_) | Self::Everything => None,
        }
    }

    /// The pattern of the paths inside, for `union_path LIKE $n`. A path holds hexadecimal digits, hyphens and slashes
    /// only, so nothing in it needs escaping.
    pub fn subtree_pattern(&self) -> Option<String> {
        match self {
            Self::Subtree(path) => Some(format!("{path}%")),
            Self::Worker(_) | Self::Everything => None,
        }
    }

    /// Whether something that belongs to this worker and stands under this union is inside: [`Scope`]'s SQL, for a row
    /// already in hand.
    pub fn includes(&self, worker: Option<WorkerId>, union: Option<&UnionPath>) -> bool {
        match self {
            Self::Worker(own) => worker == Some(*own),
            Self::Subtree(top) => union.is_some_and(|path| top.contains(path)),
            Self::Everything => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use vocabulary::{OfficialId, UnionId};

    use super::*;
    use crate::{Official, Roles};

    fn official(path: &UnionPath, centre: bool) -> Caller {
        let union = path.unions().next_back().unwrap();
        Caller::Official(Official {
            id: OfficialId::new(),
            union,
            path: path.clone(),
            roles: Roles::ALL,
            centre,
            person: Uuid::now_v7(),
        })
    }

    /// R-31: a district's official sees the district's subtree, and neither a sibling's nor the city's own rows.
    #[test]
    fn an_official_sees_the_own_subtree_only() {
        let city = UnionPath::root(UnionId::new());
        let district = city.child(UnionId::new()).unwrap();
        let street = district.child(UnionId::new()).unwrap();
        let sibling = city.child(UnionId::new()).unwrap();

        let scope = Scope::of(&official(&district, false)).unwrap();
        assert!(scope.includes(None, Some(&district)) && scope.includes(None, Some(&street)));
        assert!(!scope.includes(None, Some(&sibling)) && !scope.includes(None, Some(&city)));
        assert!(!scope.includes(Some(WorkerId::new()), None));
        assert_eq!(scope.subtree_pattern(), Some(format!("{district}%")));
        assert!(!scope.sees_everything() && scope.worker_id().is_none());
    }

    /// R-36: the city federation and the Culture Centre see the whole tree.
    #[test]
    fn city_and_centre_see_everything() {
        let city = UnionPath::root(UnionId::new());
        assert_eq!(Scope::of(&official(&city, false)), Some(Scope::Everything));
        assert_eq!(Scope::of(&official(&city, true)), Some(Scope::Everything));
        assert_eq!(Scope::Everything.subtree_pattern(), None);
    }

    /// R-48: a worker sees the own affairs, whatever union they stand under; somebody unknown sees nothing.
    #[test]
    fn a_worker_sees_the_own_affairs_only() {
        let worker = crate::Worker { id: WorkerId::new(), channel: crate::Channel::App };
        let scope = Scope::of(&Caller::Worker(worker.clone())).unwrap();
        let city = UnionPath::root(UnionId::new());
        assert!(scope.includes(Some(worker.id), Some(&city)));
        assert!(!scope.includes(Some(WorkerId::new()), Some(&city)) && !scope.includes(None, Some(&city)));
        assert_eq!((scope.worker_id(), scope.subtree_pattern()), (Some(worker.id.uuid()), None));
        assert_eq!(Scope::of(&Caller::Anyone), None);
    }
}
