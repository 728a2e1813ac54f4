//! Makes a place final.

use vocabulary::{ApplicationId, OperationId, ProgrammeId};

use super::{App, Receipt};
use crate::domain::{Operation, Request};
use crate::error::Error;

impl App {
    /// Makes a place final: from now on it is not released, and where it waits it still moves up.
    pub async fn confirm(
        self,
        programme: ProgrammeId,
        id: OperationId,
        application: ApplicationId,
    ) -> Result<Receipt, Error> {
        let operation = Operation { id, request: Request::Confirm(application) };
        self.ask(&programme, operation).await.and_then(Receipt::of)
    }
}
