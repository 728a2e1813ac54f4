//! What identity does, one verb a file.

mod activate_official;
mod appoint_official;
mod approve_union;
pub mod bootstrap;
mod create_invitation;
mod get_union;
mod get_worker;
mod join_union;
mod list_unions;
mod open_session;
mod people;
mod refresh_session;
mod register_worker;
mod request_code;
mod sign_in;
mod sign_in_official;
mod verify_real_name;

use std::sync::Arc;

use auth::Issuer;
use runtime::Clock;
use sealing::Keyring;
use sqlx::PgPool;
use tokio::sync::Semaphore;

use crate::clients::{RealName, Sms};
use crate::store::codes::Codes;

pub use activate_official::ActivateOfficial;
pub use appoint_official::AppointOfficial;
pub use approve_union::ApproveUnion;
pub use create_invitation::{CreateInvitation, Invited};
pub use join_union::JoinUnion;
pub use list_unions::{ListUnions, Page};
pub use open_session::Tokens;
pub use people::Person;
pub use register_worker::{Consent, RegisterWorker};
pub use request_code::RequestCode;
pub use sign_in::SignIn;
pub use sign_in_official::SignInOfficial;
pub use verify_real_name::VerifyRealName;

/// Everything a verb needs.
#[derive(Clone)]
pub struct App {
    /// Identity's own database.
    pub database: PgPool,
    /// One-time codes and limits.
    pub codes: Codes,
    /// Seals and opens what is sensitive.
    pub keyring: Arc<Keyring>,
    /// Signs people's tokens.
    pub issuer: Arc<Issuer>,
    /// The SMS gateway.
    pub sms: Sms,
    /// The real-name check.
    pub realname: RealName,
    /// Business time.
    pub clock: Clock,
    /// Where invitations lead.
    pub invitation_base: Arc<str>,
    /// Passwords are hashed by so many at once: each takes a core for a while.
    pub hashing: Arc<Semaphore>,
}
