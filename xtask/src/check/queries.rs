//! The committed `.sqlx` metadata is what a freshly migrated database says.

use anyhow::Result;
use stack::Interrupt;

use crate::prepare;

pub(super) fn are_current(interrupt: &Interrupt) -> Result<()> {
    prepare::compare(interrupt)
}
