//! What `cargo xtask up` leaves running, as the commands beside it see it: its folder, and the record of what runs.

mod folder;
mod record;

pub use folder::Folder;
pub use record::{Record, Running};
