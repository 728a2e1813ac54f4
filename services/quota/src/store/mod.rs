//! The two stores of a line: Redis, which orders, and PostgreSQL, which decides.

pub mod checkpoint;
pub mod journal;
pub mod order;
pub mod outlet;
pub mod place;
pub mod pool;
pub mod promotions;
pub mod proof;
pub mod verify;
