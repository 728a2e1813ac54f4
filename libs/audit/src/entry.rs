//! What is recorded of an action: who did what to what, and the facts around it, none of them sensitive.

use std::fmt;

use auth::Caller;
use chrono::{DateTime, Utc};
use vocabulary::{OfficialId, RequestId, UnionPath, WorkerId};

use crate::Detail;

/// One action, as [`record`](crate::record) writes it down.
#[derive(Debug, Clone)]
pub struct Entry {
    pub(crate) happened_at: DateTime<Utc>,
    pub(crate) actor: Actor,
    pub(crate) action: Action,
    pub(crate) subject: Subject,
    pub(crate) union_path: Option<UnionPath>,
    pub(crate) request_id: Option<RequestId>,
    pub(crate) trace_id: Option<String>,
    pub(crate) detail: Detail,
}

/// Who acted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A worker.
    Worker(WorkerId),
    /// An official.
    Official(OfficialId),
    /// A service, by itself or as a caller.
    Service(String),
    /// Whoever runs the system, by a command.
    Operator,
    /// Somebody unknown, on a call that is open to anyone.
    Anyone,
}

/// What was done: a name in upper case, fixed in the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Action(&'static str);

/// What it was done to: a kind in lower case and an id that is not sensitive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    kind: &'static str,
    id: String,
}

impl Entry {
    /// An action at an instant of business time.
    pub fn new(at: DateTime<Utc>, actor: impl Into<Actor>, action: Action, subject: Subject) -> Self {
        Self {
            happened_at: at,
            actor: actor.into(),
            action,
            subject,
            union_path: None,
            request_id: None,
            trace_id: None,
            detail: Detail::default(),
        }
    }

    /// The union it concerns: officials of the unions above see it. Without one, only the city and the Centre do.
    pub fn under(mut self, union: &UnionPath) -> Self {
        self.union_path = Some(union.clone());
        self
    }

    /// The call that asked for it.
    pub fn asked_by(mut self, request: RequestId) -> Self {
        self.request_id = Some(request);
        self
    }

    /// The trace that it belongs to: 32 hexadecimal digits in lower case; anything else is left out.
    pub fn traced(mut self, trace_id: &str) -> Self {
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        self.trace_id = (trace_id.len() == 32 && trace_id.bytes().all(is_hex)).then(|| trace_id.to_owned());
        self
    }

    /// Further facts.
    pub fn with(mut self, detail: Detail) -> Self {
        self.detail = detail;
        self
    }
}

impl Actor {
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Worker(_) => "worker",
            Self::Official(_) => "official",
            Self::Service(_) => "service",
            Self::Operator => "operator",
            Self::Anyone => "anyone",
        }
    }

    pub(crate) fn id(&self) -> String {
        match self {
            Self::Worker(id) => id.to_string(),
            Self::Official(id) => id.to_string(),
            Self::Service(name) => name.clone(),
            Self::Operator | Self::Anyone => String::new(),
        }
    }
}

impl From<&Caller> for Actor {
    fn from(caller: &Caller) -> Self {
        match caller {
            Caller::Anyone => Self::Anyone,
            Caller::Worker(worker) => Self::Worker(worker.id),
            Caller::Official(official) => Self::Official(official.id),
            Caller::Service(name) => Self::Service(name.clone()),
        }
    }
}

impl Action {
    /// Names an action, such as `const SUBMITTED: Action = Action::new("APPLICATION_SUBMITTED")`. As a constant, a name
    /// that is not made of upper-case letters, digits and underscores does not compile.
    pub const fn new(name: &'static str) -> Self {
        let bytes = name.as_bytes();
        assert!(
            !bytes.is_empty() && bytes.len() <= 64 && bytes[0].is_ascii_uppercase(),
            "APPLICATION_SUBMITTED"
        );
        let mut rest = bytes;
        while let [byte, others @ ..] = rest {
            assert!(
                byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_',
                "APPLICATION_SUBMITTED"
            );
            rest = others;
        }
        Self(name)
    }

    /// The name.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl Subject {
    /// A subject of a kind, such as `application`.
    pub fn new(kind: &'static str, id: impl fmt::Display) -> Self {
        Self { kind, id: id.to_string() }
    }

    pub(crate) const fn kind(&self) -> &'static str {
        self.kind
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }
}
