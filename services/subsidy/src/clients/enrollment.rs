//! enrollment: what the worker studies.

use channel::{Channel, ConnectError, Failure, NeighbourConfig, TokenFile};
use proto::enrollment as pb;
use proto::enrollment::enrollment_service_client::EnrollmentServiceClient;
use vocabulary::{EnrollmentId, Fen, WorkerId};

use crate::domain::{Level, Season, Study};
use crate::error::Error;

/// A way to enrollment.
#[derive(Clone)]
pub struct Enrollment {
    enrollments: EnrollmentServiceClient<Channel>,
}

impl Enrollment {
    /// Connects when it is first asked.
    pub fn connect(config: &NeighbourConfig, token: TokenFile) -> Result<Self, ConnectError> {
        Ok(Self { enrollments: EnrollmentServiceClient::new(channel::connect(config, Some(token))?) })
    }

    /// A worker's enrollment. Another worker's is as if it did not exist.
    pub async fn study(&self, worker: WorkerId, id: EnrollmentId) -> Result<Study, Error> {
        let request = pb::GetEnrollmentRequest { enrollment_id: id.to_string() };
        let answer = self.enrollments.clone().get_enrollment(request).await.map_err(Failure::from)?;
        let enrollment = answer.into_inner().enrollment.unwrap_or_default();
        if enrollment.worker_id != worker.to_string() {
            return Err(Error::not_found());
        }
        study(&enrollment).ok_or(Error::BadAnswer("enrollment sent an enrollment that is none"))
    }
}

fn study(enrollment: &pb::Enrollment) -> Option<Study> {
    let offering = enrollment.offering.as_ref()?;
    let unit_union = match enrollment.unit_union_id.as_str() {
        "" => None,
        id => Some(id.parse().ok()?),
    };
    Some(Study {
        enrollment_id: enrollment.id.parse().ok()?,
        institution: offering.institution_name.clone(),
        major: offering.major.clone(),
        level: level(offering.level())?,
        form: study_form(offering.study_form())?.to_owned(),
        length_months: offering.length_months,
        tuition: Fen::try_from(offering.tuition_fen).ok()?,
        season: match enrollment.season() {
            pb::Season::Unspecified => return None,
            pb::Season::Spring => Season::Spring,
            pb::Season::Autumn => Season::Autumn,
        },
        entered_on: enrollment.entered_on.parse().ok()?,
        unit_union,
        chosen_union: enrollment.chosen_union_id.parse().ok()?,
        major_agreed: enrollment.major_agreed,
    })
}

fn level(level: pb::EducationLevel) -> Option<Level> {
    match level {
        pb::EducationLevel::Unspecified => None,
        pb::EducationLevel::Secondary => Some(Level::Secondary),
        pb::EducationLevel::JuniorCollege => Some(Level::JuniorCollege),
        pb::EducationLevel::Bachelor => Some(Level::Bachelor),
        pb::EducationLevel::Master => Some(Level::Master),
        pb::EducationLevel::Doctor => Some(Level::Doctor),
    }
}

fn study_form(form: pb::StudyForm) -> Option<&'static str> {
    match form {
        pb::StudyForm::Unspecified => None,
        pb::StudyForm::Correspondence => Some("函授"),
        pb::StudyForm::PartTime => Some("业余"),
        pb::StudyForm::Open => Some("开放教育"),
        pb::StudyForm::FullTime => Some("全日制"),
        pb::StudyForm::SelfTaught => Some("自学考试"),
    }
}
