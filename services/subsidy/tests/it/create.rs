//! `CreateApplication`.

use proto::subsidy::{ApplicationState, CreateApplicationRequest};
use refusal::Reason;
use testkit::{Person, Worker, assert_field, assert_refused, request_id};
use uuid::Uuid;

use crate::calls::{creation, draft, submitted, times};
use crate::city::{NEXT_YEAR, NO_SPRING, OPEN, shared};

/// an application starts as a draft in the round of the season of entry, and there is one of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_started_once_and_given_again() {
    let ground = shared().await;
    let applicant = draft(ground, OPEN).await;

    let again = applicant.worker.create_application(OPEN, &applicant.enrollment.id).await;

    assert_eq!(again, applicant.application);
    assert_eq!(applicant.now().await, applicant.application);
    assert_eq!(again.state(), ApplicationState::Draft);
    assert_eq!((again.round_id.as_str(), again.revision, again.printed_revision), ("spring", 1, 0));
    assert!(again.number.starts_with("QXYM-2021-"), "{}", again.number);
    assert_eq!(times(ground, &applicant, "APPLICATION_STARTED").await, 1);
}

/// two starts at once, from app and WeChat, make one draft.
#[tokio::test(flavor = "multi_thread")]
async fn two_starts_at_once_make_one_draft() {
    let ground = shared().await;
    let (_, worker, enrollment) = ground.student(&ground.offering_id, 0).await;

    let (app, wechat) = tokio::join!(
        worker.create_application(OPEN, &enrollment.id),
        worker.create_application(OPEN, &enrollment.id)
    );

    assert_eq!(app.id, wechat.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_gets_the_first_answer() {
    let ground = shared().await;
    let (_, worker, enrollment) = ground.student(&ground.offering_id, 0).await;
    let request = CreateApplicationRequest {
        request_id: request_id(),
        programme_id: OPEN.to_owned(),
        enrollment_id: enrollment.id,
    };
    let create = async |request| worker.api.applications().create_application(request).await;

    let first = create(request.clone()).await.unwrap().into_inner();

    assert_eq!(create(request.clone()).await.unwrap().into_inner(), first);
    let other = CreateApplicationRequest { programme_id: NEXT_YEAR.to_owned(), ..request };
    assert_refused(create(other).await, Reason::RequestIdReused);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_field_of_a_start_is_told_at_once() {
    let applicant = draft(shared().await, OPEN).await;
    let request = CreateApplicationRequest {
        request_id: String::new(),
        programme_id: "Jinan 2021".to_owned(),
        enrollment_id: "an enrollment".to_owned(),
    };

    let answer = applicant.worker.api.applications().create_application(request).await;

    let status = assert_refused(answer, Reason::FieldsInvalid);
    assert_field(&status, "request_id", Reason::RequestIdMissing);
    assert_field(&status, "programme_id", Reason::SlugMalformed);
    assert_field(&status, "enrollment_id", Reason::IdMalformed);
}

/// who is not verified does not apply.
#[tokio::test(flavor = "multi_thread")]
async fn only_a_verified_worker_applies() {
    let ground = shared().await;
    let phone = Person::new().phone;
    let outside = &ground.city.outside;
    let worker = Worker::register(&ground.city.api(), outside, &phone, proto::identity::Channel::App).await;
    let request = CreateApplicationRequest {
        request_id: request_id(),
        programme_id: OPEN.to_owned(),
        enrollment_id: Uuid::now_v7().to_string(),
    };

    let answer = worker.api.applications().create_application(request).await;

    assert_refused(answer, Reason::WorkerNotVerified);
}

/// junior college and above, entered in the programme's year and in a season that has a round.
#[tokio::test(flavor = "multi_thread")]
async fn only_studies_that_count_are_applied_for() {
    let ground = shared().await;
    let applicant = draft(ground, OPEN).await;
    let applications = || applicant.worker.api.applications();

    let next_year = applications().create_application(creation(&applicant, NEXT_YEAR)).await;
    assert_refused(next_year, Reason::EnteredInAnotherYear);
    let no_round = applications().create_application(creation(&applicant, NO_SPRING)).await;
    assert_refused(no_round, Reason::NoRoundForSeason);

    let (_, worker, enrollment) = ground.student(&ground.secondary_offering_id, 0).await;
    let request = CreateApplicationRequest { enrollment_id: enrollment.id, ..creation(&applicant, OPEN) };
    let secondary = worker.api.applications().create_application(request).await;
    assert_refused(secondary, Reason::LevelNotSubsidised);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_starts_with_what_is_not_there_or_not_theirs() {
    let ground = shared().await;
    let (applicant, other) = (draft(ground, OPEN).await, draft(ground, OPEN).await);
    let applications = || applicant.worker.api.applications();

    let no_programme = applications().create_application(creation(&applicant, "no-programme")).await;
    assert_refused(no_programme, Reason::NotFound);
    let not_theirs = applications().create_application(creation(&other, OPEN)).await;
    assert_refused(not_theirs, Reason::NotFound);
}

/// one application a year.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_applies_twice_in_a_year() {
    let applicant = submitted(shared().await, OPEN).await;

    let answer = applicant.worker.api.applications().create_application(creation(&applicant, OPEN)).await;

    assert_refused(answer, Reason::AppliedBefore);
}
