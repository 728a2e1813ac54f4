//! The words of the domain as types: what has been parsed here once, at the door, is right everywhere after.
//!
//! Each type has private fields, is made by `FromStr` or `TryFrom` and says in a typed error why a text is not
//! one. People's data (names, ID numbers, phones, cards) prints masked; `expose()` gives the text, and is easy to
//! search for.

mod bank;
mod bank_card;
mod credit_code;
mod day;
mod fen;
mod id;
mod id_number;
mod invisible;
mod masked;
mod person_name;
mod phone;
mod role;
mod rule;
mod sex;
mod slug;
mod text_form;
mod union_path;
mod window;

pub use bank::{Bank, CardKind, InvalidBank};
pub use bank_card::{BankCard, InvalidBankCard};
pub use credit_code::{CreditCode, InvalidCreditCode};
pub use day::{Day, InvalidDay};
pub use fen::{Fen, InvalidFen};
pub use id::{
    ApplicationId, BatchId, CaseId, EnrollmentId, GrantId, InstalmentId, InstructionId, InvalidId,
    InvitationId, MaterialId, OfferingId, OfficialId, OperationId, PersonId, RequestId, UnionId, WorkerId,
};
pub use id_number::{IdNumber, InvalidIdNumber};
pub use invisible::is_invisible;
pub use person_name::{InvalidPersonName, PersonName};
pub use phone::{InvalidPhone, InvalidVirtualSegment, Phone, VirtualSegments};
pub use role::{InvalidRole, Role};
pub use rule::Rule;
pub use sex::Sex;
pub use slug::{InvalidSlug, PoolId, ProgrammeId, RoundId};
pub use union_path::{InvalidUnionPath, UnionPath};
pub use window::{InvalidWindow, Window};
