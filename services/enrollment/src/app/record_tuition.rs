//! Records a payment of tuition with its receipt; payment hears of it, since money follows tuition.

use audit::{Action, Detail, Entry, Subject};
use auth::{Caller, Scope};
use chrono::{DateTime, Utc};
use postgres::Request;
use proto::enrollment as pb;
use proto::enrollment::TuitionRecorded;
use refusal::Reason;
use vocabulary::{Day, EnrollmentId};

use super::App;
use crate::domain::{Enrollment, Payment};
use crate::error::Error;
use crate::store;

const RECORDED: Action = Action::new("TUITION_RECORDED");

/// The call, as the door has read it.
#[derive(Debug, Clone)]
pub struct RecordTuition {
    /// The call, for repetition.
    pub request: Request,
    /// Who calls, for the trail.
    pub caller: Caller,
    /// What the caller may see.
    pub scope: Scope,
    /// The enrollment.
    pub enrollment: EnrollmentId,
    /// The payment.
    pub payment: Payment,
}

impl App {
    /// Records a payment; a receipt counts once.
    pub async fn record_tuition(self, command: RecordTuition) -> Result<pb::RecordTuitionResponse, Error> {
        let mut tx = self.database.begin().await?;
        if let Some(answer) = command.request.answered(&mut tx).await? {
            return Ok(answer);
        }
        let enrollment = store::enrollment::lock(&mut tx, &command.scope, command.enrollment).await?;
        let mut enrollment = enrollment.ok_or_else(Error::not_found)?;
        let now = self.clock.now();
        enrollment.pay(command.payment.clone(), Day::of(now))?;
        if !store::enrollment::pay(&mut tx, &enrollment, &command.payment, now).await? {
            return Err(Error::refused(Reason::ReceiptUsed));
        }
        let event = recorded(&enrollment, &command.payment, now);
        messaging::announce(&mut tx, &event.enrollment_id, &event).await?;
        let entry = Entry::new(now, &command.caller, RECORDED, Subject::new("enrollment", enrollment.id))
            .under(&enrollment.union_path)
            .asked_by(command.request.id())
            .with(Detail::new().with("amount", command.payment.amount));
        audit::record(&mut tx, &entry).await?;
        let answer = pb::RecordTuitionResponse { enrollment: Some((&enrollment).into()) };
        command.request.keep(&mut tx, &answer).await?;
        tx.commit().await?;
        Ok(answer)
    }
}

fn recorded(enrollment: &Enrollment, payment: &Payment, at: DateTime<Utc>) -> TuitionRecorded {
    TuitionRecorded {
        enrollment_id: enrollment.id.to_string(),
        worker_id: enrollment.worker_id.to_string(),
        receipt_number: payment.receipt_number.clone(),
        amount_fen: payment.amount.into(),
        paid_total_fen: enrollment.paid.into(),
        tuition_fen: enrollment.offering.terms.tuition.into(),
        recorded_at: Some(proto::timestamp(at)),
    }
}
