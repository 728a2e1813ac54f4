//! The six services by name.

use std::fmt;

/// A service of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// People, sessions, the union tree, officials.
    Identity,
    /// Institutions, offerings, enrollments, tuition.
    Enrollment,
    /// Programmes, applications, forms, materials.
    Subsidy,
    /// Cases, steps, decisions.
    Review,
    /// The line of each programme.
    Quota,
    /// Funds, grants, batches, the ledger.
    Payment,
}

impl Service {
    /// All six, in the order of the calls between them: a service comes after those that it asks.
    pub const ALL: [Self; 6] =
        [Self::Identity, Self::Enrollment, Self::Quota, Self::Subsidy, Self::Review, Self::Payment];

    /// Its name, which its binary, its database and its service account have too.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Enrollment => "enrollment",
            Self::Subsidy => "subsidy",
            Self::Review => "review",
            Self::Quota => "quota",
            Self::Payment => "payment",
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}
