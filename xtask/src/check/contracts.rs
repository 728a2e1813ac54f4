//! The contracts in `proto/`: of one style, and never broken for those who already use them.

use anyhow::Result;
use stack::Interrupt;

use super::log;
use crate::{tool, tools};

/// The contracts as they were last taken for granted.
const IMAGE: &str = "proto/image.binpb";

pub(super) fn lint(interrupt: &Interrupt) -> Result<()> {
    let buf = tool::program(tools::buf(interrupt)?);
    tool::quietly(buf.args(["lint"]), &log("buf-lint"), interrupt)
}

pub(super) fn breaking(interrupt: &Interrupt) -> Result<()> {
    let buf = tool::program(tools::buf(interrupt)?);
    tool::quietly(buf.args(["breaking", "--against", IMAGE]), &log("buf-breaking"), interrupt)
}

/// Writes the image anew, without comments and positions.
pub(super) fn renew(interrupt: &Interrupt) -> Result<()> {
    let buf = tool::program(tools::buf(interrupt)?);
    tool::aloud(buf.args(["build", "--exclude-source-info", "--output", IMAGE]), interrupt)
}
