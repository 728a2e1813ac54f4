//! Cases and their steps in PostgreSQL.

pub mod case;
pub mod early_end;
mod row;
pub mod step;
