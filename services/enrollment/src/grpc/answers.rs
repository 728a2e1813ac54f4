//! Answers, from our words to the wire's.

use proto::enrollment as pb;
use proto::{page, timestamp};

use crate::app::Page;
use crate::domain::{Enrollment, Judged, Level, Offering, Outcome, Season, StudyForm};

pub fn offerings(asked: &pb::ListOfferingsRequest, found: &Page) -> pb::ListOfferingsResponse {
    let next = found.next.as_ref().map(|after| {
        page::token(asked, &[&after.institution_code, &after.level, &after.major, &after.id.to_string()])
    });
    pb::ListOfferingsResponse {
        offerings: found.offerings.iter().map(Into::into).collect(),
        next_page_token: next.unwrap_or_default(),
    }
}

impl From<&Offering> for pb::Offering {
    fn from(offering: &Offering) -> Self {
        let terms = &offering.terms;
        Self {
            id: offering.id.to_string(),
            institution_code: terms.institution_code.clone(),
            institution_name: terms.institution_name.clone(),
            major: terms.major.clone(),
            level: pb::EducationLevel::from(terms.level).into(),
            study_form: pb::StudyForm::from(terms.study_form).into(),
            length_months: terms.length_months,
            tuition_fen: terms.tuition.into(),
        }
    }
}

impl From<Judged> for pb::RowResult {
    fn from(judged: Judged) -> Self {
        let (outcome, problems) = match judged.outcome {
            Outcome::New => (pb::RowOutcome::New, Vec::new()),
            Outcome::Changed(_) => (pb::RowOutcome::Changed, Vec::new()),
            Outcome::Same(_) => (pb::RowOutcome::Same, Vec::new()),
            Outcome::Bad(problems) => (pb::RowOutcome::Bad, problems),
        };
        let offering_id = judged.id.map(|id| id.to_string()).unwrap_or_default();
        Self { outcome: outcome.into(), offering_id, problems }
    }
}

impl From<&Enrollment> for pb::Enrollment {
    fn from(enrollment: &Enrollment) -> Self {
        let payments = enrollment.payments.iter().map(|payment| pb::TuitionPayment {
            receipt_number: payment.receipt_number.clone(),
            amount_fen: payment.amount.into(),
            paid_on: payment.paid_on.to_string(),
        });
        let season = match enrollment.season {
            Season::Spring => pb::Season::Spring,
            Season::Autumn => pb::Season::Autumn,
        };
        Self {
            id: enrollment.id.to_string(),
            worker_id: enrollment.worker_id.to_string(),
            offering: Some((&enrollment.offering).into()),
            season: season.into(),
            entered_on: enrollment.entered_on.to_string(),
            unit_union_id: enrollment.unit_union.map(|union| union.to_string()).unwrap_or_default(),
            chosen_union_id: enrollment.chosen_union.to_string(),
            work: enrollment.work.clone(),
            major_agreed: enrollment.major_agreed_at.is_some(),
            major_agreed_at: enrollment.major_agreed_at.map(timestamp),
            tuition_paid_fen: enrollment.paid.into(),
            payments: payments.collect(),
            created_at: Some(timestamp(enrollment.created_at)),
        }
    }
}

impl From<Level> for pb::EducationLevel {
    fn from(level: Level) -> Self {
        match level {
            Level::Secondary => Self::Secondary,
            Level::JuniorCollege => Self::JuniorCollege,
            Level::Bachelor => Self::Bachelor,
            Level::Master => Self::Master,
            Level::Doctor => Self::Doctor,
        }
    }
}

impl From<StudyForm> for pb::StudyForm {
    fn from(form: StudyForm) -> Self {
        match form {
            StudyForm::Correspondence => Self::Correspondence,
            StudyForm::PartTime => Self::PartTime,
            StudyForm::Open => Self::Open,
            StudyForm::FullTime => Self::FullTime,
            StudyForm::SelfTaught => Self::SelfTaught,
        }
    }
}
