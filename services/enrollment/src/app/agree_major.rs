//! The union agrees that the major fits the work.

use audit::{Action, Entry, Subject};
use auth::{Caller, Scope};
use postgres::Request;
use proto::enrollment as pb;
use refusal::Reason;
use vocabulary::{EnrollmentId, UnionId};

use super::App;
use crate::error::Error;
use crate::store;

const AGREED: Action = Action::new("MAJOR_AGREED");

/// The call, as the door has read it.
#[derive(Debug, Clone)]
pub struct AgreeMajor {
    /// The call, for repetition.
    pub request: Request,
    /// Who calls, for the trail.
    pub caller: Caller,
    /// What the caller may see.
    pub scope: Scope,
    /// The union that the caller acts for.
    pub union: UnionId,
    /// The enrollment.
    pub enrollment: EnrollmentId,
}

impl App {
    /// Agrees. Once agreed it stays so: asked again, the first time counts.
    pub async fn agree_major(self, command: AgreeMajor) -> Result<pb::AgreeMajorResponse, Error> {
        let mut tx = self.database.begin().await?;
        if let Some(answer) = command.request.answered(&mut tx).await? {
            return Ok(answer);
        }
        let enrollment = store::enrollment::lock(&mut tx, &command.scope, command.enrollment).await?;
        let mut enrollment = enrollment.ok_or_else(Error::not_found)?;
        if enrollment.agreeing_union() != command.union {
            return Err(Error::refused(Reason::MajorNotYours));
        }
        if enrollment.major_agreed_at.is_none() {
            let now = self.clock.now();
            enrollment.major_agreed_at = Some(now);
            store::enrollment::agree(&mut tx, enrollment.id, now).await?;
            let entry = Entry::new(now, &command.caller, AGREED, Subject::new("enrollment", enrollment.id))
                .under(&enrollment.union_path)
                .asked_by(command.request.id());
            audit::record(&mut tx, &entry).await?;
        }
        let answer = pb::AgreeMajorResponse { enrollment: Some((&enrollment).into()) };
        command.request.keep(&mut tx, &answer).await?;
        tx.commit().await?;
        Ok(answer)
    }
}
