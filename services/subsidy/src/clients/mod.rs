//! Neighbours and the object store, in subsidy's words.

mod enrollment;
mod files;
mod identity;
mod quota;
mod unions;

pub use enrollment::Enrollment;
pub use files::{Files, InvalidFolder};
pub use identity::Identity;
pub use quota::{Place, Quota};
pub use unions::UnionNode;
