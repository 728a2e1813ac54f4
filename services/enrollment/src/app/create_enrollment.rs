//! Enrols a verified worker on an offering.

use audit::{Action, Detail, Entry, Subject};
use auth::Caller;
use postgres::Request;
use proto::enrollment as pb;
use refusal::Reason;
use vocabulary::{Day, EnrollmentId, Fen, OfferingId, UnionId, UnionPath, WorkerId};

use super::App;
use crate::domain::{Enrollment, Season};
use crate::error::Error;
use crate::store;

const ENROLLED: Action = Action::new("WORKER_ENROLLED");

/// The call, as the door has read it.
#[derive(Debug, Clone)]
pub struct CreateEnrollment {
    /// The call, for repetition.
    pub request: Request,
    /// Who calls, for the trail.
    pub caller: Caller,
    /// The worker.
    pub worker: WorkerId,
    /// What to study.
    pub offering: OfferingId,
    /// The season of entry, which the door has compared with the day.
    pub season: Season,
    /// The day of entry.
    pub entered_on: Day,
    /// The unit's union, where it has one in the tree.
    pub unit_union: Option<UnionId>,
    /// The chosen union.
    pub chosen_union: UnionId,
    /// The post and work that the major is to fit.
    pub work: String,
}

impl App {
    /// Enrols the worker; once on an offering.
    pub async fn create_enrollment(
        self,
        command: CreateEnrollment,
    ) -> Result<pb::CreateEnrollmentResponse, Error> {
        if !self.identity.is_verified(command.worker).await? {
            return Err(Error::refused(Reason::WorkerNotVerified));
        }
        let union_path = self.standing(&command).await?;
        let mut tx = self.database.begin().await?;
        if let Some(answer) = command.request.answered(&mut tx).await? {
            return Ok(answer);
        }
        let offering = store::offering::get(&mut tx, command.offering).await?;
        let now = self.clock.now();
        let enrollment = Enrollment {
            id: EnrollmentId::new(),
            worker_id: command.worker,
            offering: offering.ok_or_else(Error::not_found)?,
            season: command.season,
            entered_on: command.entered_on,
            unit_union: command.unit_union,
            chosen_union: command.chosen_union,
            union_path,
            work: command.work,
            major_agreed_at: None,
            paid: Fen::ZERO,
            payments: Vec::new(),
            created_at: now,
        };
        if !store::enrollment::insert(&mut tx, &enrollment).await? {
            return Err(Error::refused(Reason::EnrolledBefore));
        }
        let entry = Entry::new(now, &command.caller, ENROLLED, Subject::new("enrollment", enrollment.id))
            .under(&enrollment.union_path)
            .asked_by(command.request.id())
            .with(Detail::new().with("offering", enrollment.offering.id));
        audit::record(&mut tx, &entry).await?;
        let answer = pb::CreateEnrollmentResponse { enrollment: Some((&enrollment).into()) };
        command.request.keep(&mut tx, &answer).await?;
        tx.commit().await?;
        Ok(answer)
    }

    /// Where the worker stands in the tree. A worker whose unit has a union chooses that union's parent.
    async fn standing(&self, command: &CreateEnrollment) -> Result<UnionPath, Error> {
        let chosen = self.identity.union(command.chosen_union).await?;
        let unit = match command.unit_union {
            Some(id) => Some(self.identity.union(id).await?),
            None => None,
        };
        if !chosen.approved || unit.as_ref().is_some_and(|unit| !unit.approved) {
            return Err(Error::refused(Reason::UnionNotApproved));
        }
        match unit {
            None => Ok(chosen.path),
            Some(unit) if unit.path.parent().as_ref() == Some(&chosen.path) => Ok(unit.path),
            Some(_) => Err(Error::refused(Reason::ChosenUnionNotParent)),
        }
    }
}
