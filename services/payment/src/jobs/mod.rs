//! What payment does by itself.

mod open_grants;
mod pay;

pub use open_grants::open_grants;
pub use pay::pay;
