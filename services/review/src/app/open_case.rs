//! Opens the case of a submitted application.

use audit::{Action, Actor, Detail, Entry, Subject};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use vocabulary::{ApplicationId, CaseId, Day, PersonId, ProgrammeId, RoundId, UnionPath};

use super::App;
use crate::domain::{Case, CaseState, ReviewUnion, steps};
use crate::error::Error;
use crate::store;

const OPENED: Action = Action::new("CASE_OPENED");

/// A submitted application, as subsidy announces it.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The application.
    pub application_id: ApplicationId,
    /// The number people know it by.
    pub application_number: String,
    /// The programme.
    pub programme_id: ProgrammeId,
    /// The round.
    pub round_id: RoundId,
    /// Who applied.
    pub person_id: PersonId,
    /// The applicant's name, masked.
    pub masked_name: String,
    /// The arrival number.
    pub arrival_number: i64,
    /// From the chosen union up to the city federation.
    pub chain: Vec<ReviewUnion>,
    /// The chosen union's path.
    pub union_path: UnionPath,
    /// The revision submitted.
    pub revision: i32,
    /// When.
    pub submitted_at: DateTime<Utc>,
    /// The last day of the review window.
    pub review_until: Day,
}

impl App {
    /// Opens a case, in the transaction of the event that asks for it. An application that has ended meanwhile gets a case
    /// that has ended too: events may come out of order.
    pub async fn open_case(
        &self,
        connection: &mut PgConnection,
        submission: Submission,
    ) -> Result<(), Error> {
        let mut case = case_of(submission)?;
        if store::early_end::take(connection, case.application_id).await? {
            case.end();
        }
        if !store::case::open(connection, &case).await? {
            return Ok(());
        }
        let entry = Entry::new(
            self.clock.now(),
            Actor::Service("subsidy".to_owned()),
            OPENED,
            Subject::new("case", case.id),
        )
        .under(&case.union_path)
        .with(Detail::new().with("application", case.application_id).with("steps", case.steps.len()));
        audit::record(connection, &entry).await?;
        Ok(())
    }
}

fn case_of(submission: Submission) -> Result<Case, Error> {
    let steps = steps(submission.chain).ok_or(Error::BadEvent("a submission without a review chain"))?;
    Ok(Case {
        id: CaseId::new(),
        application_id: submission.application_id,
        application_number: submission.application_number,
        programme_id: submission.programme_id,
        round_id: submission.round_id,
        person_id: submission.person_id,
        masked_name: submission.masked_name,
        arrival_number: submission.arrival_number,
        state: CaseState::InReview { step: 0 },
        revision: submission.revision,
        union_path: submission.union_path,
        review_until: submission.review_until,
        submitted_at: submission.submitted_at,
        steps,
    })
}
