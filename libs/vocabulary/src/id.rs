//! Ids: one type for each kind of thing, so that a worker's id never stands where a union's belongs.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::text_form::serde_as_text;

/// Why a text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidId {
    /// Not a UUID in its hyphenated form, or the nil UUID.
    #[error("not a hyphenated UUID")]
    NotAUuid,
}

macro_rules! ids {
    ($($(#[$doc:meta])+ $name:ident;)+) => {$(
        $(#[$doc])+
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        #[allow(clippy::new_without_default, reason = "an id is made on purpose, never by default")]
        impl $name {
            /// A new id. Ids of one process sort by the time they were made (UUID version 7).
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// The id as the database knows it.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                hyphenated(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, "{}", self.0.as_hyphenated())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, concat!(stringify!($name), "({})"), self)
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        serde_as_text!($name);
    )+};
}

ids! {
    /// A worker (职工).
    WorkerId;
    /// A person, whoever they act as: opaque, and one for each ID number.
    PersonId;
    /// A union (工会) of the tree.
    UnionId;
    /// An official of a union or of the Culture Centre.
    OfficialId;
    /// An invitation to join the tree.
    InvitationId;
    /// A worker's place on an offering (报读).
    EnrollmentId;
    /// An institution's major at a level.
    OfferingId;
    /// A subsidy application (补助申请).
    ApplicationId;
    /// An uploaded material (资料).
    MaterialId;
    /// A review case (审核单).
    CaseId;
    /// An approved application's right to one pool's money (补助资格).
    GrantId;
    /// A part of a grant that has become due (分期发放).
    InstalmentId;
    /// A payment batch.
    BatchId;
    /// One order to a bank or wallet (付款指令).
    InstructionId;
    /// One operation on a programme's line.
    OperationId;
    /// The caller's own number for a call that changes something: repeated, it gets the first answer.
    RequestId;
}

/// Reads only the form that goes over the wire, in either case; the other ways to write a UUID are refused.
fn hyphenated(text: &str) -> Result<Uuid, InvalidId> {
    const LENGTH: usize = uuid::fmt::Hyphenated::LENGTH;
    if text.len() != LENGTH {
        return Err(InvalidId::NotAUuid);
    }
    let uuid = Uuid::try_parse(text).map_err(|_| InvalidId::NotAUuid)?;
    if uuid.is_nil() { Err(InvalidId::NotAUuid) } else { Ok(uuid) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_id_survives_text_and_json(bits in 1_u128..) {
            let id = WorkerId::from(Uuid::from_u128(bits));
            let json = serde_json::to_string(&id).unwrap();

            prop_assert_eq!(id.to_string().parse::<WorkerId>(), Ok(id));
            prop_assert_eq!(id.to_string().to_uppercase().parse::<WorkerId>(), Ok(id));
            prop_assert_eq!(serde_json::from_str::<WorkerId>(&json).unwrap(), id);
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            if let Ok(id) = text.parse::<UnionId>() {
                prop_assert_eq!(id.to_string(), text.to_lowercase());
            }
        }
    }

    #[test]
    fn only_the_hyphenated_form_is_an_id() {
        let id = UnionId::new();
        let simple = id.uuid().as_simple().to_string();
        for other in
            [simple.as_str(), &format!("{{{id}}}"), &format!("urn:uuid:{id}"), "", &Uuid::nil().to_string()]
        {
            assert_eq!(other.parse::<UnionId>(), Err(InvalidId::NotAUuid), "{other}");
        }
    }

    #[test]
    fn ids_sort_by_the_time_they_were_made() {
        let ids: Vec<RequestId> = (0..1_000).map(|_| RequestId::new()).collect();
        assert!(ids.is_sorted());
    }
}
