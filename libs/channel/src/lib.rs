//! Calling a neighbour: every call goes to a replica that answers, carries its deadline, its trace and our own token, and
//! is repeated where a repetition can help.
//!
//! ```no_run
//! # async fn ask(config: channel::NeighbourConfig) -> Result<(), Box<dyn std::error::Error>> {
//! let token = channel::TokenFile::new("/var/run/secrets/yuanmeng/token".into());
//! let neighbour = channel::connect(&config, Some(token))?;
//! // The generated clients take it as it is.
//! let mut health = tonic_health::pb::health_client::HealthClient::new(neighbour.clone());
//! let request = tonic_health::pb::HealthCheckRequest { service: String::new() };
//! health.check(request).await.map_err(channel::Failure::from)?;
//! # Ok(())
//! # }
//! ```
//!
//! # Repeating
//! A call is repeated where no answer came (no connection, or one that broke) and where the answer was UNAVAILABLE,
//! and never later than its deadline. That is safe for each of them because every call of this system that changes
//! something has a request or operation id, and the same id gets the first answer: it does not matter whether the first
//! attempt was done, was half done, or never arrived. A read may be repeated anyway. Nothing else is repeated: a refusal
//! would be the same refusal, INTERNAL is a fault to be seen, OVERLOADED is made worse by asking again, and a message too
//! large to be kept, or a stream, cannot be sent twice. How much may be repeated is bounded as well, so that an outage does
//! not multiply the calls.
//!
//! # What became of it
//! [`Failure`] tells a caller whether the neighbour refused, was never asked, or may have done it. After the last two the
//! caller repeats with the same id, now or by a job.

mod address;
mod answer;
mod balance;
mod budget;
mod config;
mod connection;
mod endpoint;
mod failure;
mod headers;
mod measure;
mod payload;
mod resolve;
mod token;

pub use address::{Address, Addresses, InvalidAddress};
pub use config::{ConnectError, NeighbourConfig};
pub use connection::{Channel, connect};
pub use failure::Failure;
pub use token::TokenFile;
