//! The law of identity: who stands below whom, what a secret is worth, what an administrative code is. No I/O, no clock.

mod administrative_code;
mod secret;
mod sign_in_name;
mod union_kind;

pub use administrative_code::AdministrativeCode;
pub use secret::{RefreshToken, SecretHash, hash_of};
pub use sign_in_name::SignInName;
pub use union_kind::UnionKind;
