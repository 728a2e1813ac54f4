//! Reads the state of a line: epoch, sequences, chain, rounds.

use vocabulary::ProgrammeId;

use super::App;
use crate::domain::{HaltCause, Round, Row};
use crate::error::Error;
use crate::store::journal::{self, Committed};

/// The state of a line, from one snapshot.
#[derive(Debug, Clone)]
pub struct LineState {
    /// The programme.
    pub programme: ProgrammeId,
    /// Where it stands.
    pub row: Row,
    /// The last arrival number given.
    pub arrivals: i64,
    /// Why it is halted.
    pub halted_by: Option<HaltCause>,
    /// Its rounds.
    pub rounds: Vec<Round>,
}

impl App {
    /// Reads the state of a line.
    pub async fn get_line(self, programme: ProgrammeId) -> Result<LineState, Error> {
        self.line(&programme).await
    }

    pub(super) async fn line(&self, programme: &ProgrammeId) -> Result<LineState, Error> {
        let desk = self.desks.desk(programme).await?;
        let (mut tx, committed) = self.snapshot_to_judge(&desk).await?;
        let rounds = journal::rounds(&mut tx, programme).await?;
        let Committed { row, arrivals, halted_by, .. } = committed;
        Ok(LineState { programme: programme.clone(), row, arrivals, halted_by, rounds })
    }
}
