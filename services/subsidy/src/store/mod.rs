//! The shelves: one table family a file, the scope first in every read that a person causes.

pub mod application;
pub mod grant;
pub mod line_order;
pub mod material;
pub mod programme;
mod row;
pub mod stray_file;
pub mod timeline;
