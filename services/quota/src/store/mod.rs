//! The two stores of a line: Redis, which orders, and PostgreSQL, which decides.

pub mod checkpoint;
pub mod journal;
pub mod order;
pub mod place;
pub mod pool;
pub mod proof;
pub mod relay;
pub mod verify;
