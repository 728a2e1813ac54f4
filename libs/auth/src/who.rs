//! The words in which the policy says who may make a call.

use refusal::{Reason, Refusal};
use vocabulary::Role;

use crate::{Caller, Roles};

/// Everybody who may make one call; a caller for whom no word was said may not.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Who {
    anyone: bool,
    worker: bool,
    city: Roles,
    official: Roles,
    centre: Roles,
    services: &'static [&'static str],
}

const NOBODY: Who = Who {
    anyone: false,
    worker: false,
    city: Roles::NONE,
    official: Roles::NONE,
    centre: Roles::NONE,
    services: &[],
};

/// Nobody needs a token, and none is read: an outdated one must not keep its holder from renewing it.
pub(crate) const fn anyone() -> Who {
    Who { anyone: true, ..NOBODY }
}

/// Every worker and every official, of whatever role.
pub(crate) const fn signed_in() -> Who {
    Who { worker: true, official: Roles::ALL, centre: Roles::ALL, ..NOBODY }
}

/// Workers.
pub(crate) const fn worker() -> Who {
    Who { worker: true, ..NOBODY }
}

/// Officials of the city federation itself who hold one of the roles.
pub(crate) const fn city(roles: &[Role]) -> Who {
    Who { city: Roles::of(roles), ..NOBODY }
}

/// Officials of any union who hold one of the roles.
pub(crate) const fn official(roles: &[Role]) -> Who {
    Who { official: Roles::of(roles), ..NOBODY }
}

/// Officials of the Culture Centre who hold one of the roles.
pub(crate) const fn centre(roles: &[Role]) -> Who {
    Who { centre: Roles::of(roles), ..NOBODY }
}

/// Services and gateways by name.
pub(crate) const fn services(names: &'static [&'static str]) -> Who {
    Who { services: names, ..NOBODY }
}

impl Who {
    /// These, and officials of any union who hold one of the roles.
    pub(crate) const fn or_official(self, roles: &[Role]) -> Self {
        Self { official: Roles::of(roles), ..self }
    }

    /// These, and officials of the Culture Centre who hold one of the roles.
    pub(crate) const fn or_centre(self, roles: &[Role]) -> Self {
        Self { centre: Roles::of(roles), ..self }
    }

    /// These, and the services or gateways of these names.
    pub(crate) const fn or_services(self, names: &'static [&'static str]) -> Self {
        Self { services: names, ..self }
    }

    /// Whether the call is made without a token.
    pub(crate) const fn is_open(&self) -> bool {
        self.anyone
    }

    /// Why this caller is refused, if they are: for the lack of a role where another one would do, else for what they
    /// are.
    pub(crate) fn refusal(&self, caller: &Caller) -> Option<Refusal> {
        let (held, wanted) = match caller {
            Caller::Anyone => return not_allowed_unless(self.anyone),
            Caller::Worker(_) => return not_allowed_unless(self.worker),
            Caller::Service(name) => return not_allowed_unless(self.services.contains(&name.as_str())),
            Caller::Official(official) if official.centre => (official.roles, self.centre),
            Caller::Official(official) if official.of_the_city() => {
                (official.roles, self.official.or(self.city))
            }
            Caller::Official(official) => (official.roles, self.official),
        };
        if wanted.meets(held) || wanted.is_empty() {
            return not_allowed_unless(!wanted.is_empty());
        }
        let roles: Vec<_> = wanted.iter().map(Role::chinese).collect();
        Some(Refusal::new(Reason::RoleRequired).with("roles", roles.join("、")))
    }
}

fn not_allowed_unless(allowed: bool) -> Option<Refusal> {
    (!allowed).then(|| Refusal::new(Reason::CallerNotAllowed))
}
