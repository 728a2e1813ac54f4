//! Workers as they act in tests: registered, verified, enrolled, over the wire.

use outside::Outside;
use proto::enrollment::{
    AgreeMajorRequest, CreateEnrollmentRequest, Enrollment, RecordTuitionRequest, Season,
};
use proto::identity::{
    Channel, CodePurpose, Consent, RegisterWorkerRequest, RequestCodeRequest, VerifyRealNameRequest,
};

use crate::{Api, Official, request_id};

/// A worker who has registered and is signed in.
#[derive(Clone)]
pub struct Worker {
    /// The worker's id.
    pub id: String,
    /// The phone registered with.
    pub phone: String,
    /// The services, called with this worker's token.
    pub api: Api,
    /// The access token.
    pub token: String,
}

/// What a worker wants to study, and for whom the worker works.
#[derive(Clone, Debug)]
pub struct Study<'a> {
    /// The offering.
    pub offering_id: &'a str,
    /// When it begins.
    pub season: Season,
    /// The day of entry.
    pub entered_on: &'a str,
    /// The unit's union; empty where it has none.
    pub unit_union_id: &'a str,
    /// The chosen union.
    pub chosen_union_id: &'a str,
    /// The worker's work.
    pub work: &'a str,
}

impl Worker {
    /// Registers the owner of a phone: the code is read from the SMS gateway's own list.
    ///
    /// # Panics
    /// Where any of it is refused.
    pub async fn register(api: &Api, outside: &Outside, phone: &str, channel: Channel) -> Self {
        let request = RequestCodeRequest {
            request_id: request_id(),
            phone: phone.to_owned(),
            purpose: CodePurpose::Register.into(),
        };
        api.workers().request_code(request).await.unwrap();
        let request = RegisterWorkerRequest {
            request_id: request_id(),
            phone: phone.to_owned(),
            code: latest_code(outside, phone),
            consents: vec![Consent::PrivacyNotice.into(), Consent::SensitiveData.into()],
            channel: channel.into(),
        };
        let answer = api.workers().register_worker(request).await.unwrap().into_inner();
        let session = answer.session.unwrap();
        Self {
            id: answer.worker.unwrap().id,
            phone: phone.to_owned(),
            api: api.with_token(&session.access_token),
            token: session.access_token,
        }
    }

    /// Has the real name checked.
    ///
    /// # Panics
    /// Where it is refused.
    pub async fn verify(&self, name: &str, id_number: &str) {
        let request = VerifyRealNameRequest {
            request_id: request_id(),
            name: name.to_owned(),
            id_number: id_number.to_owned(),
        };
        self.api.workers().verify_real_name(request).await.unwrap();
    }

    /// Enrols.
    ///
    /// # Panics
    /// Where it is refused.
    pub async fn enrol(&self, study: Study<'_>) -> Enrollment {
        let request = CreateEnrollmentRequest {
            request_id: request_id(),
            offering_id: study.offering_id.to_owned(),
            season: study.season.into(),
            entered_on: study.entered_on.to_owned(),
            unit_union_id: study.unit_union_id.to_owned(),
            chosen_union_id: study.chosen_union_id.to_owned(),
            work: study.work.to_owned(),
        };
        self.api.enrollments().create_enrollment(request).await.unwrap().into_inner().enrollment.unwrap()
    }
}

impl Official {
    /// Agrees that a worker's major fits the work.
    ///
    /// # Panics
    /// Where it is refused.
    pub async fn agree_major(&self, enrollment_id: &str) -> Enrollment {
        let request = AgreeMajorRequest { request_id: request_id(), enrollment_id: enrollment_id.to_owned() };
        self.api.enrollments().agree_major(request).await.unwrap().into_inner().enrollment.unwrap()
    }
}

/// Records a payment of tuition, as the gateway does for an institution.
///
/// # Panics
/// Where it is refused.
pub async fn record_tuition(
    gateway: &Api,
    enrollment_id: &str,
    receipt_number: &str,
    amount_fen: i64,
    paid_on: &str,
) -> Enrollment {
    let request = RecordTuitionRequest {
        request_id: request_id(),
        enrollment_id: enrollment_id.to_owned(),
        receipt_number: receipt_number.to_owned(),
        amount_fen,
        paid_on: paid_on.to_owned(),
    };
    gateway.enrollments().record_tuition(request).await.unwrap().into_inner().enrollment.unwrap()
}

/// The six digits in the last message that the SMS gateway sent to a phone.
///
/// # Panics
/// Where none was sent.
pub fn latest_code(outside: &Outside, phone: &str) -> String {
    let text = outside.latest_sms(phone).expect("a message was sent");
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits[..6].to_owned()
}
