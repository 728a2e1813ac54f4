//! Who calls, and whether they may: nobody reaches a door unknown, and no call is open that the policy does not name.
//!
//! - [`layer()`] stands in front of every service's doors: it verifies the bearer token, asks the policy (`policy.rs`, one
//!   table for all calls) and leaves a [`Caller`] for the door, which takes it by [`Caller::of`].
//! - [`Verifier`] believes two issuers: identity for people, the cluster for services. Algorithms are pinned to the
//!   issuer's keys; what a token says about itself is never taken for granted.
//! - [`Scope`] is what a caller may see, the first argument of every read of a store.
//! - [`Issuer`] signs people's tokens; only identity has one.

mod cache;
mod caller;
mod claims;
mod config;
mod https;
mod issuer;
mod jwk;
mod keys;
mod layer;
mod policy;
mod roles;
mod scope;
mod verifier;
mod who;

pub use caller::{Caller, Channel, Official, Worker};
pub use config::{AuthConfig, IssuerConfig, KeysAt, ServicesConfig, TokenLifetime};
pub use https::HttpsKeys;
pub use issuer::{InvalidIssuer, IssueError, Issuer, Person, Token};
pub use keys::{Fetched, KeySource};
pub use layer::{AuthLayer, Authenticated, layer};
pub use roles::Roles;
pub use scope::Scope;
pub use verifier::{Unverified, Verifier};

/// The issuer of people's tokens.
pub const PEOPLE: &str = "yuanmeng";

/// Whom every token must be meant for.
pub const AUDIENCE: &str = "yuanmeng";
