//! Gives up a place for good; its seats go to the first who wait.

use vocabulary::{ApplicationId, OperationId, ProgrammeId};

use super::{App, Receipt};
use crate::domain::{Operation, ReleaseReason, Request};
use crate::error::Error;

impl App {
    /// Gives up an application's place. One that never arrived is barred: its late reservation is refused.
    pub async fn release(
        self,
        programme: ProgrammeId,
        id: OperationId,
        application: ApplicationId,
        reason: ReleaseReason,
    ) -> Result<Receipt, Error> {
        let operation = Operation { id, request: Request::Release { application, reason } };
        self.ask(&programme, operation).await.and_then(Receipt::of)
    }
}
