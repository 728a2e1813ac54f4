//! Enrolling: a verified worker, once on an offering, under the unions where the worker stands.

use auth::{Channel, Person as Bearer};
use proto::enrollment::{
    CreateEnrollmentRequest, CreateEnrollmentResponse, EducationLevel, GetEnrollmentRequest,
    ImportOfferingsRequest, Season,
};
use refusal::Reason;
use testkit::{Person, Worker, assert_field, assert_refused, request_id};
use tonic::{Response, Status};
use uuid::Uuid;
use vocabulary::WorkerId;

use crate::house::{self, House, institution, row, seen};

/// a worker enrols, and whoever may see it sees the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_enrols() {
    let house = house::shared().await;
    let (worker, offering_id) = (house.worker().await, house.offering().await);
    let wish = house.wish(&offering_id);

    let enrollment = enrol(&worker, wish.clone()).await.unwrap().into_inner().enrollment.unwrap();

    assert_eq!(enrollment.worker_id, worker.id);
    assert_eq!(enrollment.offering.as_ref().unwrap().id, offering_id);
    assert_eq!((&enrollment.entered_on, enrollment.season()), (&wish.entered_on, Season::Spring));
    assert_eq!((&enrollment.unit_union_id, &enrollment.work), (&wish.unit_union_id, &wish.work));
    assert!(!enrollment.major_agreed && enrollment.payments.is_empty() && enrollment.tuition_paid_fen == 0);
    let subsidy = house.city.service("subsidy");
    let officials = [&house.unit, &house.street, &house.district, &house.federation].map(|one| &one.api);
    for api in officials.into_iter().chain([&worker.api, &subsidy]) {
        assert_eq!(seen(api, &enrollment.id).await, enrollment);
    }
    assert_eq!(house.times("WORKER_ENROLLED", format!("enrollment:{}", enrollment.id)).await, 1);
}

/// to everybody else an enrollment is as if there were none.
#[tokio::test(flavor = "multi_thread")]
async fn an_enrollment_of_others_is_not_found() {
    let house = house::shared().await;
    let (_, enrollment) = house.student().await;
    let stranger = house.worker().await;
    let request = |id: &str| GetEnrollmentRequest { enrollment_id: id.to_owned() };

    for api in [&house.other_street.api, &stranger.api] {
        assert_refused(api.enrollments().get_enrollment(request(&enrollment.id)).await, Reason::NotFound);
    }
    let mut enrollments = house.federation.api.enrollments();
    let nothing = enrollments.get_enrollment(request(&Uuid::now_v7().to_string())).await;
    assert_refused(nothing, Reason::NotFound);
    let status = assert_refused(enrollments.get_enrollment(request("1")).await, Reason::FieldsInvalid);
    assert_field(&status, "enrollment_id", Reason::IdMalformed);
    let gateway = house.gateway().enrollments().get_enrollment(request(&enrollment.id)).await;
    assert_refused(gateway, Reason::CallerNotAllowed);
}

/// the same request enrols once; its id enrols on nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_enrols_once() {
    let house = house::shared().await;
    let (worker, offering_id) = (house.worker().await, house.offering().await);
    let wish = house.wish(&offering_id);

    let first = enrol(&worker, wish.clone()).await.unwrap().into_inner();
    let again = enrol(&worker, wish.clone()).await.unwrap().into_inner();
    assert_eq!(first, again);

    let other = CreateEnrollmentRequest { work: "钳工".to_owned(), ..wish.clone() };
    assert_refused(enrol(&worker, other).await, Reason::RequestIdReused);
    let anew = CreateEnrollmentRequest { request_id: request_id(), ..wish };
    assert_refused(enrol(&worker, anew).await, Reason::EnrolledBefore);
}

/// two at once, from app and WeChat, make one enrollment.
#[tokio::test(flavor = "multi_thread")]
async fn two_channels_make_one_enrollment() {
    let house = house::shared().await;
    let (worker, offering_id) = (house.worker().await, house.offering().await);

    let (app, wechat) =
        tokio::join!(enrol(&worker, house.wish(&offering_id)), enrol(&worker, house.wish(&offering_id)));

    let refused = if app.is_err() { app } else { wechat };
    assert_refused(refused, Reason::EnrolledBefore);
}

/// who is not verified does not enrol, and whoever identity does not know is nobody.
#[tokio::test(flavor = "multi_thread")]
async fn only_verified_workers_enrol() {
    let house = house::shared().await;
    let offering_id = house.offering().await;
    let worker = house.unverified(&Person::new()).await;
    assert_refused(enrol(&worker, house.wish(&offering_id)).await, Reason::WorkerNotVerified);

    let unknown = auth::Worker { id: WorkerId::new(), channel: Channel::App };
    let unknown = house.city.person(Bearer::Worker(&unknown));
    let answer = unknown.enrollments().create_enrollment(house.wish(&offering_id)).await;
    assert_refused(answer, Reason::NotFound);
    let official = house.unit.api.enrollments().create_enrollment(house.wish(&offering_id)).await;
    assert_refused(official, Reason::CallerNotAllowed);
}

/// the chosen union is the unit union's parent, and both take part.
#[tokio::test(flavor = "multi_thread")]
async fn the_unions_are_where_the_worker_stands() {
    let house = house::shared().await;
    let (worker, offering_id) = (house.worker().await, house.offering().await);
    let wish = || house.wish(&offering_id);
    let chosen = |id: &str| CreateEnrollmentRequest { chosen_union_id: id.to_owned(), ..wish() };
    let alone = |id: &str| CreateEnrollmentRequest { unit_union_id: String::new(), ..chosen(id) };

    for elsewhere in [&house.other_street, &house.district, &house.unit] {
        let answer = enrol(&worker, chosen(&elsewhere.union_id)).await;
        assert_refused(answer, Reason::ChosenUnionNotParent);
    }
    assert_refused(enrol(&worker, alone(&house.pending.id)).await, Reason::UnionNotApproved);
    let in_pending = CreateEnrollmentRequest { unit_union_id: house.pending.id.clone(), ..wish() };
    assert_refused(enrol(&worker, in_pending).await, Reason::UnionNotApproved);
    assert_refused(enrol(&worker, alone(&Uuid::now_v7().to_string())).await, Reason::NotFound);

    let enrollment = enrol(&worker, alone(&house.district.union_id)).await.unwrap().into_inner();
    assert_eq!(enrollment.enrollment.unwrap().unit_union_id, "");
}

/// what is below junior college can be studied too, and says what it is.
#[tokio::test(flavor = "multi_thread")]
async fn secondary_education_can_be_enrolled_for() {
    let house = house::shared().await;
    let level = EducationLevel::Secondary.into();
    let row = ImportOfferingsRequest { level, ..row(&institution(), "机电技术应用") };
    let offering_id = house.import(vec![row]).await.swap_remove(0);

    let answer = enrol(&house.worker().await, house.wish(&offering_id)).await.unwrap().into_inner();

    let offering = answer.enrollment.unwrap().offering.unwrap();
    assert_eq!(offering.level(), EducationLevel::Secondary);
}

/// a later import changes no enrollment.
#[tokio::test(flavor = "multi_thread")]
async fn an_enrollment_keeps_its_terms() {
    let house = house::shared().await;
    let code = institution();
    let offering_id = house.import(vec![row(&code, "会计学")]).await.swap_remove(0);
    let worker = house.worker().await;
    let before = enrol(&worker, house.wish(&offering_id)).await.unwrap().into_inner().enrollment.unwrap();

    let dearer = ImportOfferingsRequest { tuition_fen: 1, length_months: 6, ..row(&code, "会计学") };
    assert_eq!(house.import(vec![dearer]).await, [offering_id]);

    assert_eq!(seen(&worker.api, &before.id).await, before);
}

/// every bad field at once; the day of entry is a day of its season.
#[tokio::test(flavor = "multi_thread")]
async fn bad_fields_are_named() {
    let house = house::shared().await;
    let (worker, offering_id) = (house.worker().await, house.offering().await);
    let nothing = enrol(&worker, CreateEnrollmentRequest::default()).await;
    let status = assert_refused(nothing, Reason::FieldsInvalid);
    assert_field(&status, "request_id", Reason::RequestIdMissing);
    for field in ["offering_id", "season", "entered_on", "chosen_union_id", "work"] {
        assert_field(&status, field, Reason::FieldRequired);
    }

    let wrong = CreateEnrollmentRequest {
        request_id: "1".to_owned(),
        offering_id: "1".to_owned(),
        season: 9,
        entered_on: "2021/03/01".to_owned(),
        unit_union_id: "1".to_owned(),
        chosen_union_id: "1".to_owned(),
        work: "工".to_owned(),
    };
    let status = assert_refused(enrol(&worker, wrong).await, Reason::FieldsInvalid);
    for field in ["request_id", "offering_id", "unit_union_id", "chosen_union_id"] {
        assert_field(&status, field, Reason::IdMalformed);
    }
    assert_field(&status, "season", Reason::ChoiceUnknown);
    assert_field(&status, "entered_on", Reason::DayMalformed);
    assert_field(&status, "work", Reason::TooShort);

    let never = CreateEnrollmentRequest {
        entered_on: "2021-02-29".to_owned(),
        work: "工".repeat(201),
        ..house.wish(&offering_id)
    };
    let status = assert_refused(enrol(&worker, never).await, Reason::FieldsInvalid);
    assert_field(&status, "entered_on", Reason::DayNotInCalendar);
    assert_field(&status, "work", Reason::TooLong);
    let autumn = CreateEnrollmentRequest { entered_on: "2021-09-01".to_owned(), ..house.wish(&offering_id) };
    let status = assert_refused(enrol(&worker, autumn).await, Reason::FieldsInvalid);
    assert_field(&status, "entered_on", Reason::SeasonMismatch);
    for day in ["0000-03-01", "2010-12-31", "2022-05-11", "9999-03-01"] {
        let out_of_time = CreateEnrollmentRequest { entered_on: day.to_owned(), ..house.wish(&offering_id) };
        let status = assert_refused(enrol(&worker, out_of_time).await, Reason::FieldsInvalid);
        assert_field(&status, "entered_on", Reason::OutOfRange);
    }
}

/// what is not offered cannot be studied.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_offered_is_not_found() {
    let house = house::shared().await;
    let wish = house.wish(&Uuid::now_v7().to_string());
    assert_refused(enrol(&house.worker().await, wish).await, Reason::NotFound);
}

async fn enrol(
    worker: &Worker,
    wish: CreateEnrollmentRequest,
) -> Result<Response<CreateEnrollmentResponse>, Status> {
    worker.api.enrollments().create_enrollment(wish).await
}

impl House {
    /// A new worker whose unit has no union studies something new under the street.
    pub async fn student_without_unit(&self) -> (Worker, proto::enrollment::Enrollment) {
        let (worker, offering_id) = (self.worker().await, self.offering().await);
        let wish = CreateEnrollmentRequest { unit_union_id: String::new(), ..self.wish(&offering_id) };
        let answer = enrol(&worker, wish).await.unwrap().into_inner();
        (worker, answer.enrollment.unwrap())
    }
}
