//! Ends a line: the programme is closed, and nothing moves any more.

use vocabulary::{OperationId, ProgrammeId};

use super::{App, LineState, Receipt};
use crate::domain::{Operation, Request};
use crate::error::Error;

impl App {
    /// Ends a line.
    pub async fn end(self, programme: ProgrammeId, id: OperationId) -> Result<LineState, Error> {
        let operation = Operation { id, request: Request::End };
        self.ask(&programme, operation).await.and_then(Receipt::of)?;
        self.line(&programme).await
    }
}
