//! Changes the unions that a place stands under.

use vocabulary::{ApplicationId, OperationId, ProgrammeId, UnionId};

use super::{App, Receipt};
use crate::domain::{Operation, Request};
use crate::error::Error;

/// Who moves where.
#[derive(Debug, Clone)]
pub struct MovePlace {
    /// The application.
    pub application: ApplicationId,
    /// From the worker's unit union, or the chosen one, up to the city federation.
    pub unions: Vec<UnionId>,
}

impl App {
    /// Leaves the lines that an application no longer belongs to, and enters new ones at their end. A seat that is left goes
    /// to the first who waits for it.
    pub async fn move_place(
        self,
        programme: ProgrammeId,
        id: OperationId,
        asked: MovePlace,
    ) -> Result<Receipt, Error> {
        let MovePlace { application, unions } = asked;
        let operation = Operation { id, request: Request::Move { application, unions } };
        self.ask(&programme, operation).await.and_then(Receipt::of)
    }
}
