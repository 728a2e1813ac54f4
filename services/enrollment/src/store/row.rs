//! From rows to the law's words. A row that says something unknown is a bug of ours or a damaged table.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::Error;
use uuid::Uuid;
use vocabulary::{Fen, UnionId};

use crate::domain::{Enrollment, Level, Offering, Payment, Season, StudyForm, Terms};

/// A row of `offering`.
pub struct OfferingRow {
    pub offering_id: Uuid,
    pub institution_code: String,
    pub institution_name: String,
    pub major: String,
    pub level: String,
    pub study_form: String,
    pub length_months: i32,
    pub tuition_fen: i64,
}

/// A row of `enrollment`.
pub struct EnrollmentRow {
    pub enrollment_id: Uuid,
    pub worker_id: Uuid,
    pub offering_id: Uuid,
    pub institution_code: String,
    pub institution_name: String,
    pub major: String,
    pub level: String,
    pub study_form: String,
    pub length_months: i32,
    pub tuition_fen: i64,
    pub season: String,
    pub entered_on: NaiveDate,
    pub unit_union_id: Option<Uuid>,
    pub chosen_union_id: Uuid,
    pub union_path: String,
    pub work: String,
    pub major_agreed_at: Option<DateTime<Utc>>,
    pub paid_fen: i64,
    pub created_at: DateTime<Utc>,
}

impl TryFrom<OfferingRow> for Offering {
    type Error = Error;

    fn try_from(row: OfferingRow) -> Result<Self, Error> {
        let terms = Terms {
            institution_code: row.institution_code,
            institution_name: row.institution_name,
            major: row.major,
            level: Level::read(&row.level).ok_or_else(|| decode("a level is not known"))?,
            study_form: StudyForm::read(&row.study_form)
                .ok_or_else(|| decode("a form of study is not known"))?,
            length_months: row.length_months,
            tuition: Fen::try_from(row.tuition_fen).map_err(decode)?,
        };
        Ok(Self { id: row.offering_id.into(), terms })
    }
}

impl EnrollmentRow {
    /// The enrollment, with these payments.
    pub fn with_payments(self, payments: Vec<Payment>) -> Result<Enrollment, Error> {
        let offering = OfferingRow {
            offering_id: self.offering_id,
            institution_code: self.institution_code,
            institution_name: self.institution_name,
            major: self.major,
            level: self.level,
            study_form: self.study_form,
            length_months: self.length_months,
            tuition_fen: self.tuition_fen,
        };
        Ok(Enrollment {
            id: self.enrollment_id.into(),
            worker_id: self.worker_id.into(),
            offering: offering.try_into()?,
            season: Season::read(&self.season).ok_or_else(|| decode("a season is not known"))?,
            entered_on: self.entered_on.into(),
            unit_union: self.unit_union_id.map(UnionId::from),
            chosen_union: self.chosen_union_id.into(),
            union_path: self.union_path.parse().map_err(decode)?,
            work: self.work,
            major_agreed_at: self.major_agreed_at,
            paid: Fen::try_from(self.paid_fen).map_err(decode)?,
            payments,
            created_at: self.created_at,
        })
    }
}

/// A value that a row should not hold.
pub fn decode(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Decode(error.into())
}
