//! A city with identity and enrollment in it: a branch of the union tree, institutions, and workers who study.

use std::sync::atomic::{AtomicU32, Ordering};

use proto::enrollment::{
    CreateEnrollmentRequest, EducationLevel, Enrollment, GetEnrollmentRequest, ImportOfferingsRequest,
    RecordTuitionRequest, Season, StudyForm,
};
use proto::identity::{Channel, Union};
use proto::shared::Action;
use stack::Service;
use testkit::{ANOTHER_UNIT, Api, Branch, City, Official, Person, Worker, request_id};
use tokio::sync::OnceCell;

const MOMENT: &str = "2021-05-10T09:00:00+08:00";
/// What most offerings cost, in fen.
pub const TUITION_FEN: i64 = 720_000;

/// The city and its officials, each in every role.
pub struct House {
    pub city: City,
    pub federation: Official,
    pub district: Official,
    pub street: Official,
    /// What is the street's is out of its scope.
    pub other_street: Official,
    /// Below the street.
    pub unit: Official,
    /// Below the street, and waiting for its approval.
    pub pending: Union,
}

/// The house that most tests share, each with people and institutions of its own.
pub async fn shared() -> &'static House {
    static SHARED: OnceCell<House> = OnceCell::const_new();
    SHARED.get_or_init(House::own).await
}

impl House {
    /// A house that one test has for itself.
    pub async fn own() -> Self {
        let city = City::found(&[Service::Identity, Service::Enrollment], MOMENT).await;
        let Branch { federation, district, street, other_street, unit } = city.branch().await;
        let pending = street.invite_and_join(ANOTHER_UNIT).await;
        Self { city, federation, district, street, other_street, unit, pending }
    }

    /// Somebody new, registered and verified.
    pub async fn worker(&self) -> Worker {
        let person = Person::new();
        let worker = self.unverified(&person).await;
        worker.verify(&person.name, &person.id_number).await;
        worker
    }

    /// Somebody registered whose name is not verified yet.
    pub async fn unverified(&self, person: &Person) -> Worker {
        self.city.outside.register(person.citizen());
        Worker::register(&self.city.api(), &self.city.outside, &person.phone, Channel::App).await
    }

    /// An offering of an institution of its own.
    pub async fn offering(&self) -> String {
        let answer = self.import(vec![row(&institution(), "机电一体化技术")]).await;
        answer.into_iter().next().unwrap()
    }

    /// Imports these rows; gives the offerings' ids.
    pub async fn import(&self, rows: Vec<ImportOfferingsRequest>) -> Vec<String> {
        let rows = tokio_stream::iter(asked_at_once(rows));
        let answer = self.federation.api.catalogue().import_offerings(rows).await.unwrap().into_inner();
        assert!(answer.written, "{:?}", answer.rows);
        answer.rows.into_iter().map(|row| row.offering_id).collect()
    }

    /// A worker of the unit's wants to study this.
    pub fn wish(&self, offering_id: &str) -> CreateEnrollmentRequest {
        CreateEnrollmentRequest {
            request_id: request_id(),
            offering_id: offering_id.to_owned(),
            season: Season::Spring.into(),
            entered_on: "2021-03-01".to_owned(),
            unit_union_id: self.unit.union_id.clone(),
            chosen_union_id: self.street.union_id.clone(),
            work: "车床加工和日常保养".to_owned(),
        }
    }

    /// A new worker of the unit's who studies something new.
    pub async fn student(&self) -> (Worker, Enrollment) {
        let (worker, offering_id) = (self.worker().await, self.offering().await);
        let answer = worker.api.enrollments().create_enrollment(self.wish(&offering_id)).await.unwrap();
        (worker, answer.into_inner().enrollment.unwrap())
    }

    /// The services, called by the gateway.
    pub fn gateway(&self) -> Api {
        self.city.service("gateway")
    }

    /// What the trail holds of a subject, newest first.
    pub async fn trail(&self, subject: String) -> Vec<Action> {
        self.federation.api.trail(Service::Enrollment, &subject).await
    }

    /// How often something was done to a subject, as the trail has it.
    pub async fn times(&self, action: &str, subject: String) -> usize {
        self.trail(subject).await.iter().filter(|one| one.action == action).count()
    }
}

/// An enrollment as somebody sees it.
pub async fn seen(api: &Api, enrollment_id: &str) -> Enrollment {
    let request = GetEnrollmentRequest { enrollment_id: enrollment_id.to_owned() };
    api.enrollments().get_enrollment(request).await.unwrap().into_inner().enrollment.unwrap()
}

/// A major of an institution.
pub fn row(institution_code: &str, major: &str) -> ImportOfferingsRequest {
    ImportOfferingsRequest {
        dry_run: false,
        request_id: request_id(),
        institution_code: institution_code.to_owned(),
        institution_name: "测试工业大学".to_owned(),
        major: major.to_owned(),
        level: EducationLevel::JuniorCollege.into(),
        study_form: StudyForm::Correspondence.into(),
        length_months: 30,
        tuition_fen: TUITION_FEN,
    }
}

/// The same rows as one request.
pub fn asked_at_once(mut rows: Vec<ImportOfferingsRequest>) -> Vec<ImportOfferingsRequest> {
    let id = request_id();
    for row in &mut *rows {
        row.request_id.clone_from(&id);
    }
    rows
}

/// The code of an institution that no other test has.
pub fn institution() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(20_000);
    NEXT.fetch_add(1, Ordering::Relaxed).to_string()
}

/// A payment of tuition.
pub fn payment(enrollment: &Enrollment, receipt_number: &str, amount_fen: i64) -> RecordTuitionRequest {
    RecordTuitionRequest {
        request_id: request_id(),
        enrollment_id: enrollment.id.clone(),
        receipt_number: receipt_number.to_owned(),
        amount_fen,
        paid_on: "2021-03-05".to_owned(),
    }
}
