//! `GetApplication` and `ListApplications`: the scope first.

use proto::subsidy::{
    ApplicationState, GetApplicationRequest, ListApplicationsRequest, ListApplicationsResponse, TimelineKind,
};
use refusal::Reason;
use testkit::{Api, assert_field, assert_refused};
use tonic::{Response, Status};

use crate::calls::{draft, submitted};
use crate::city::{CLOSED, NOT_YET, OPEN, shared};

/// a submitted application is seen by every union above it and the Culture Centre, and by no other.
#[tokio::test(flavor = "multi_thread")]
async fn an_application_is_seen_from_above_and_from_nowhere_else() {
    let ground = shared().await;
    let (applicant, other) = (submitted(ground, OPEN).await, draft(ground, OPEN).await);
    let now = applicant.now().await;
    let get = async |api: &Api| {
        let request = GetApplicationRequest { application_id: applicant.application.id.clone() };
        api.applications().get_application(request).await
    };

    for official in [&ground.unit, &ground.street, &ground.district, &ground.federation, &ground.centre] {
        assert_eq!(get(&official.api).await.unwrap().into_inner().application.as_ref(), Some(&now));
    }
    assert_refused(get(&ground.other_street.api).await, Reason::NotFound);
    assert_refused(get(&other.worker.api).await, Reason::NotFound);
}

/// a draft is the worker's own until it is submitted.
#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_seen_by_its_worker_only() {
    let ground = shared().await;
    let applicant = draft(ground, OPEN).await;
    let request = GetApplicationRequest { application_id: applicant.application.id.clone() };

    assert_eq!(applicant.now().await.state(), ApplicationState::Draft);
    for official in [&ground.unit, &ground.street, &ground.district, &ground.federation, &ground.centre] {
        let answer = official.api.applications().get_application(request.clone()).await;
        assert_refused(answer, Reason::NotFound);
    }
}

/// the worker sees each step of the review.
#[tokio::test(flavor = "multi_thread")]
async fn the_story_of_an_application_is_told_in_order() {
    let ground = shared().await;
    let applicant = submitted(ground, OPEN).await;

    let approved = ground.approve(&applicant).await;

    let kinds: Vec<_> = approved.timeline.iter().map(proto::subsidy::TimelineEntry::kind).collect();
    assert_eq!(kinds[0], TimelineKind::Submitted);
    assert_eq!(kinds[1..4], [TimelineKind::StepPassed; 3]);
    assert!(kinds[4..].contains(&TimelineKind::Approved), "{kinds:?}");
}

/// each list shows the caller's own scope.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_shows_the_callers_scope() {
    let ground = shared().await;
    let applicant = submitted(ground, OPEN).await;
    let everything = || ListApplicationsRequest {
        programme_id: OPEN.to_owned(),
        page_size: 200,
        ..ListApplicationsRequest::default()
    };
    let names = async |api: &Api, request| {
        let answer = list(api, request).await.unwrap().into_inner();
        answer.applications.iter().any(|one| one.id == applicant.application.id)
    };

    assert!(names(&applicant.worker.api, everything()).await);
    assert!(names(&ground.street.api, everything()).await);
    assert!(names(&ground.centre.api, everything()).await);
    assert!(!names(&ground.other_street.api, everything()).await);
    let drafts = ListApplicationsRequest { state: ApplicationState::Draft.into(), ..everything() };
    assert!(!names(&applicant.worker.api, drafts).await);
    let other_programme = ListApplicationsRequest { programme_id: CLOSED.to_owned(), ..everything() };
    assert!(!names(&applicant.worker.api, other_programme).await);
}

/// pages follow one another, newest first, and end.
#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_one_another() {
    let ground = shared().await;
    let applicant = draft(ground, OPEN).await;
    let mut own = vec![applicant.application.id.clone()];
    for programme in [CLOSED, NOT_YET] {
        own.insert(0, applicant.worker.create_application(programme, &applicant.enrollment.id).await.id);
    }
    let page = async |page_token: &str| {
        let request = ListApplicationsRequest {
            page_size: 2,
            page_token: page_token.to_owned(),
            ..ListApplicationsRequest::default()
        };
        let page = list(&applicant.worker.api, request).await.unwrap().into_inner();
        let ids: Vec<_> = page.applications.into_iter().map(|one| one.id).collect();
        (ids, page.next_page_token)
    };

    let (first, token) = page("").await;
    let (second, end) = page(&token).await;

    assert_eq!([first.as_slice(), second.as_slice()].concat(), own);
    assert_eq!((second.len(), end.as_str()), (1, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_field_of_a_list_is_told_at_once() {
    let applicant = draft(shared().await, OPEN).await;
    let request = ListApplicationsRequest {
        programme_id: "济南".to_owned(),
        state: 99,
        page_size: 201,
        page_token: "next".to_owned(),
    };

    let status = assert_refused(list(&applicant.worker.api, request).await, Reason::FieldsInvalid);

    assert_field(&status, "programme_id", Reason::SlugMalformed);
    assert_field(&status, "state", Reason::ChoiceUnknown);
    assert_field(&status, "page_size", Reason::OutOfRange);
    assert_field(&status, "page_token", Reason::InvalidPageToken);
}

async fn list(
    api: &Api,
    request: ListApplicationsRequest,
) -> Result<Response<ListApplicationsResponse>, Status> {
    api.applications().list_applications(request).await
}
