//! What can be asked of a line, and how it is written in the log.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use uuid::Uuid;
use vocabulary::{ApplicationId, OperationId, PoolId, ProgrammeId, RoundId, UnionId, WorkerId};

use super::MAX_SEATS;

/// Openings and closings have ids that follow from their names.
const TURN_ID_VERSION: usize = 5;

/// The longest chain of unions.
pub const MAX_UNIONS: usize = 8;

/// One thing asked of a line, under an id that its sender stored before it sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// The sender's id.
    pub id: OperationId,
    /// What is asked.
    pub request: Request,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// A round's window has begun.
    Open(RoundId),
    /// A round's window has ended.
    Close(RoundId),
    /// A place in line.
    Reserve(Reservation),
    /// An application's place is given up for good.
    Release {
        /// The application.
        application: ApplicationId,
        /// Why.
        reason: ReleaseReason,
    },
    /// The unions that an application stands under become others.
    Move {
        /// The application.
        application: ApplicationId,
        /// From the worker's unit union, or the chosen one, up to the city federation.
        unions: Vec<UnionId>,
    },
    /// A place becomes final.
    Confirm(ApplicationId),
    /// A new pool, which takes in everybody in its scope.
    AddPool {
        /// The new pool.
        pool: PoolId,
        /// The union whose subtree it serves.
        union: UnionId,
        /// Its seats.
        seats: u32,
    },
    /// Another number of seats.
    Capacity {
        /// The pool.
        pool: PoolId,
        /// Its seats from now on.
        seats: u32,
    },
    /// The programme is closed: nothing moves any more.
    End,
}

/// A place asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// The application.
    pub application: ApplicationId,
    /// The worker: one live place each.
    pub person: WorkerId,
    /// The round.
    pub round: RoundId,
    /// From the worker's unit union, or the chosen one, up to the city federation.
    pub unions: Vec<UnionId>,
}

/// Spells an enum in the words that log and tables use.
macro_rules! words {
    ($(#[$doc:meta])+ $name:ident { $($(#[$variant_doc:meta])+ $variant:ident $word:literal,)+ }) => {
        $(#[$doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$variant_doc])+ $variant,)+ }

        impl $name {
            /// As log and tables spell it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// Reads what `as_str` wrote.
            pub fn read(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}
pub(super) use words;

words! {
    /// Which request it is.
    Kind {
        /// A round opens.
        Open "OPEN",
        /// A round closes.
        Close "CLOSE",
        /// A place is asked for.
        Reserve "RESERVE",
        /// A place is given up.
        Release "RELEASE",
        /// A place changes lines.
        Move "MOVE",
        /// A place becomes final.
        Confirm "CONFIRM",
        /// A pool is added.
        AddPool "ADD_POOL",
        /// A pool's seats change.
        Capacity "CAPACITY",
        /// The line ends.
        End "END",
    }
}

words! {
    /// Why a place is given up.
    ReleaseReason {
        /// The application was rejected.
        Rejected "REJECTED",
        /// The worker withdrew it.
        Withdrawn "WITHDRAWN",
        /// The correction was not made in time.
        Expired "EXPIRED",
        /// It was found ineligible after the final approval: the one reason that releases a final place.
        ClawedBack "CLAWED_BACK",
    }
}

impl Operation {
    /// The opening of a round: the same id from whoever sees the window begin.
    pub fn opening(programme: &ProgrammeId, round: &RoundId) -> Self {
        Self { id: turn_id(programme, round, Kind::Open), request: Request::Open(round.clone()) }
    }

    /// Whether an id may be of an opening or a closing: made from a name (UUID version 5). No sender makes such.
    pub fn is_of_a_turn(id: OperationId) -> bool {
        id.uuid().get_version_num() == TURN_ID_VERSION
    }

    /// The round that must be open for it.
    pub const fn round_needed(&self) -> Option<&RoundId> {
        match &self.request {
            Request::Reserve(reservation) => Some(&reservation.round),
            _ => None,
        }
    }

    /// The closing of a round: the same id from whoever sees the window end.
    pub fn closing(programme: &ProgrammeId, round: &RoundId) -> Self {
        Self { id: turn_id(programme, round, Kind::Close), request: Request::Close(round.clone()) }
    }
}

fn turn_id(programme: &ProgrammeId, round: &RoundId, kind: Kind) -> OperationId {
    let name = format!("yuanmeng line {programme} {round} {}", kind.as_str());
    Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()).into()
}

impl Request {
    /// Which request it is.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Open(_) => Kind::Open,
            Self::Close(_) => Kind::Close,
            Self::Reserve(_) => Kind::Reserve,
            Self::Release { .. } => Kind::Release,
            Self::Move { .. } => Kind::Move,
            Self::Confirm(_) => Kind::Confirm,
            Self::AddPool { .. } => Kind::AddPool,
            Self::Capacity { .. } => Kind::Capacity,
            Self::End => Kind::End,
        }
    }

    /// The round that it needs open, opens or closes.
    pub const fn round(&self) -> Option<&RoundId> {
        match self {
            Self::Open(round) | Self::Close(round) => Some(round),
            Self::Reserve(reservation) => Some(&reservation.round),
            _ => None,
        }
    }

    /// The rest of it, words with blanks between: ids, slugs and numbers hold none.
    pub fn body(&self) -> String {
        match self {
            Self::Open(round) | Self::Close(round) => round.to_string(),
            Self::Reserve(reservation) => reservation.body(),
            Self::Release { application, reason } => format!("{application} {}", reason.as_str()),
            Self::Move { application, unions } => joined(application.to_string(), unions),
            Self::Confirm(application) => application.to_string(),
            Self::AddPool { pool, union, seats } => format!("{pool} {union} {seats}"),
            Self::Capacity { pool, seats } => format!("{pool} {seats}"),
            Self::End => String::new(),
        }
    }

    /// Reads what `kind` and `body` wrote; none where they did not write it.
    pub fn read(kind: Kind, body: &str) -> Option<Self> {
        let mut words = body.split(' ').filter(|word| !word.is_empty());
        let request = match kind {
            Kind::Open => Self::Open(words.next()?.parse().ok()?),
            Kind::Close => Self::Close(words.next()?.parse().ok()?),
            Kind::Reserve => Self::Reserve(Reservation::read(&mut words)?),
            Kind::Release => Self::Release {
                application: words.next()?.parse().ok()?,
                reason: ReleaseReason::read(words.next()?)?,
            },
            Kind::Move => {
                Self::Move { application: words.next()?.parse().ok()?, unions: chain_of_unions(&mut words)? }
            }
            Kind::Confirm => Self::Confirm(words.next()?.parse().ok()?),
            Kind::AddPool => Self::AddPool {
                pool: words.next()?.parse().ok()?,
                union: words.next()?.parse().ok()?,
                seats: seats(words.next()?)?,
            },
            Kind::Capacity => {
                Self::Capacity { pool: words.next()?.parse().ok()?, seats: seats(words.next()?)? }
            }
            Kind::End => Self::End,
        };
        words.next().is_none().then_some(request)
    }
}

impl Reservation {
    fn body(&self) -> String {
        joined(format!("{} {} {}", self.application, self.person, self.round), &self.unions)
    }

    fn read<'a>(words: &mut impl Iterator<Item = &'a str>) -> Option<Self> {
        Some(Self {
            application: words.next()?.parse().ok()?,
            person: words.next()?.parse().ok()?,
            round: words.next()?.parse().ok()?,
            unions: chain_of_unions(words)?,
        })
    }
}

fn joined(mut body: String, unions: &[UnionId]) -> String {
    for union in unions {
        let _ = write!(body, " {union}");
    }
    body
}

fn chain_of_unions<'a>(words: &mut impl Iterator<Item = &'a str>) -> Option<Vec<UnionId>> {
    let unions: Vec<UnionId> = words.map(str::parse).collect::<Result<_, _>>().ok()?;
    (1..=MAX_UNIONS).contains(&unions.len()).then_some(unions)
}

fn seats(word: &str) -> Option<u32> {
    word.parse().ok().filter(|seats| *seats <= MAX_SEATS)
}

/// SHA-256 of kind and body: two operations of one id are the same if theirs is.
pub fn body_hash(kind: Kind, body: &str) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(kind.as_str());
    hasher.update([0]);
    hasher.update(body);
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_body_is_read_or_refused_and_written_back_the_same(body in "[a-z0-9 A-Z-]{0,90}") {
            for kind in [Kind::Open, Kind::Release, Kind::Capacity, Kind::AddPool, Kind::Reserve, Kind::Move, Kind::End] {
                if let Some(request) = Request::read(kind, &body) {
                    prop_assert_eq!(Request::read(kind, &request.body()), Some(request));
                }
            }
        }
    }

    #[test]
    fn a_reservation_survives_the_log() {
        let request = Request::Reserve(Reservation {
            application: ApplicationId::new(),
            person: WorkerId::new(),
            round: "spring".parse().unwrap(),
            unions: vec![UnionId::new(), UnionId::new()],
        });
        assert_eq!(Request::read(request.kind(), &request.body()), Some(request));
    }

    #[test]
    fn a_turn_has_one_id_whoever_sends_it() {
        let (programme, round) = ("jinan-2021".parse().unwrap(), "spring".parse().unwrap());
        assert_eq!(Operation::opening(&programme, &round), Operation::opening(&programme, &round));
        assert_ne!(Operation::opening(&programme, &round).id, Operation::closing(&programme, &round).id);
    }
}
