//! Takes a place in line.

use vocabulary::{OperationId, ProgrammeId};

use super::App;
use crate::domain::{Operation, Outcome, Recorded, Request, Reservation};
use crate::error::Error;

/// A decision that gave a place, with its proof.
#[derive(Debug, Clone)]
pub struct Receipt(Recorded);

impl Receipt {
    /// The receipt of a decision that was not refused.
    pub(super) fn of(recorded: Recorded) -> Result<Self, Error> {
        match recorded.outcome {
            Outcome::Refused(refused) => Err(Error::Refused(refused.into())),
            Outcome::Place { .. } | Outcome::Done => Ok(Self(recorded)),
        }
    }

    /// The decision.
    pub fn recorded(&self) -> &Recorded {
        &self.0
    }
}

impl App {
    /// Takes a place in line; answered only once it is committed.
    pub async fn reserve(
        &self,
        programme: ProgrammeId,
        id: OperationId,
        reservation: Reservation,
    ) -> Result<Receipt, Error> {
        let operation = Operation { id, request: Request::Reserve(reservation) };
        self.ask(&programme, operation).await.and_then(Receipt::of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size_of_future<A, B, C, D, F: Future>(_: impl FnOnce(A, B, C, D) -> F) -> usize {
        size_of::<F>()
    }

    /// Thousands come at once, and each is moved from place to place until it is first polled.
    #[test]
    fn a_reservation_has_no_room_for_what_is_seldom_done() {
        let size = size_of_future::<&'static App, _, _, _, _>(App::reserve);
        assert!(size <= 2_048, "{size} bytes: what is seldom done belongs into a task of its own, or a box");
    }
}
