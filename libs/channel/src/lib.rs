//! Calling a neighbour: every call goes to a replica that answers, carries its deadline, its trace and our own token, and
//! is repeated where that is safe.
//!
//! All calls between services may be repeated: those that change something carry a request or operation id, and the same
//! id gets the first answer. So a call that found its neighbour unavailable is sent again, a bounded number of times and
//! within its deadline.

mod balance;
mod config;
mod connection;
mod dress;
mod replica;
mod token;

pub use config::NeighbourConfig;
pub use connection::{Channel, ConnectError, connect};
pub use token::TokenFile;
