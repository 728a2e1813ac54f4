//! The law of identity: who stands below whom, what a secret is worth, what an administrative code is. No I/O, no clock.

mod administrative_code;
mod code;
mod invitation;
mod official;
mod secret;
mod sign_in_name;
mod union;
mod union_kind;

pub use administrative_code::AdministrativeCode;
pub use code::{KeepOutcome, Kept, Purpose};
pub use invitation::Invitation;
pub use official::{Credentials, Official};
pub use secret::{RefreshToken, SecretHash, hash_of};
pub use sign_in_name::SignInName;
pub use union::{After, Union};
pub use union_kind::UnionKind;
