//! Calls that many of these tests make, and people who are no further than they need to be.

use proto::quota::{GetPlaceRequest, Line, Place};
use proto::shared::Action;
use proto::subsidy::{
    CorrectApplicationRequest, CorrectApplicationResponse, CreateApplicationRequest, ListPoolsRequest,
    ProgrammePool, UpdateApplicationRequest, WithdrawApplicationRequest, WithdrawApplicationResponse,
};
use stack::Service;
use testkit::{Applicant, Gangcheng, WHOLE_WORD, fields, request_id};
use tonic::{Response, Status};

/// Somebody new with nothing but an empty draft.
pub async fn draft(ground: &Gangcheng, programme: &str) -> Applicant {
    let (person, worker, enrollment) = ground.student(&ground.offering_id, 0).await;
    let application = worker.create_application(programme, &enrollment.id).await;
    Applicant { person, worker, enrollment, application }
}

/// Somebody new with a draft that is filled in.
pub async fn filled_in(ground: &Gangcheng, programme: &str) -> Applicant {
    let mut applicant = draft(ground, programme).await;
    let id = applicant.application.id.clone();
    applicant.application = applicant.worker.fill_in(&id, fields(&applicant.person)).await.unwrap();
    applicant
}

/// Somebody new in line.
pub async fn submitted(ground: &Gangcheng, programme: &str) -> Applicant {
    let applicant = ground.applicant(programme).await;
    applicant.submit().await;
    applicant
}

pub fn creation(applicant: &Applicant, programme: &str) -> CreateApplicationRequest {
    CreateApplicationRequest {
        request_id: request_id(),
        programme_id: programme.to_owned(),
        enrollment_id: applicant.enrollment.id.clone(),
    }
}

/// The change of a household, which is as good as any other.
pub fn moves_to(applicant: &Applicant, household: &str) -> UpdateApplicationRequest {
    let mut fields = fields(&applicant.person);
    household.clone_into(&mut fields.household);
    UpdateApplicationRequest {
        request_id: request_id(),
        application_id: applicant.application.id.clone(),
        fields: Some(fields),
        update_mask: vec!["household".to_owned()],
    }
}

pub async fn correct(applicant: &Applicant) -> Result<Response<CorrectApplicationResponse>, Status> {
    let request = CorrectApplicationRequest {
        request_id: request_id(),
        application_id: applicant.application.id.clone(),
        four_things: Some(WHOLE_WORD),
    };
    applicant.worker.api.applications().correct_application(request).await
}

pub async fn withdraw(applicant: &Applicant) -> Result<Response<WithdrawApplicationResponse>, Status> {
    applicant.worker.api.applications().withdraw_application(withdrawal(applicant)).await
}

pub fn withdrawal(applicant: &Applicant) -> WithdrawApplicationRequest {
    WithdrawApplicationRequest { request_id: request_id(), application_id: applicant.application.id.clone() }
}

/// The place that quota holds for an application.
pub async fn place(ground: &Gangcheng, applicant: &Applicant) -> Result<Place, Status> {
    let request = GetPlaceRequest {
        programme_id: applicant.application.programme_id.clone(),
        application_id: applicant.application.id.clone(),
    };
    let answer = ground.city.service("subsidy").lines().get_place(request).await?;
    Ok(answer.into_inner().place.unwrap())
}

/// The line of a programme.
pub async fn line(ground: &Gangcheng, programme: &str) -> Line {
    ground.city.service("subsidy").programme_line(programme).await
}

/// A pool, as anybody sees it.
pub async fn pool(ground: &Gangcheng, programme: &str, pool: &str) -> ProgrammePool {
    let request = ListPoolsRequest { programme_id: programme.to_owned() };
    let answer = ground.federation.api.programmes().list_pools(request).await;
    let pools = answer.unwrap().into_inner().pools;
    pools.into_iter().find(|one| one.id == pool).unwrap()
}

/// What subsidy's trail says of a subject, newest first: who, and what.
pub async fn trail(ground: &Gangcheng, subject: String) -> Vec<(String, String)> {
    let actions = ground.federation.api.trail(Service::Subsidy, &subject).await.into_iter();
    actions.map(|Action { actor, action, .. }| (actor, action)).collect()
}

/// How often the trail says that this was done to an application.
pub async fn times(ground: &Gangcheng, applicant: &Applicant, action: &str) -> usize {
    let trail = trail(ground, format!("application:{}", applicant.application.id)).await;
    trail.iter().filter(|(_, done)| done == action).count()
}
