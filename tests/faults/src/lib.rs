//! A rush on real processes that are hurt meanwhile, and the checker: it has what every client sent, when, and what it was
//! told, reads the tables, the journal and Redis' log, and says whether the promises of docs/QUOTA.md (P1 to P7) held.

mod checker;
mod client;
mod ground;
mod history;
mod line;
mod plan;
mod reader;
mod rush;
mod tables;

pub use checker::{Verdict, check};
pub use client::Client;
pub use ground::{Ground, REPLICAS};
pub use history::{Answer, Call, History, Read, Told};
pub use line::{Line, Seats};
pub use plan::{Person, Plan};
pub use rush::Rush;
