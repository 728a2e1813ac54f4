//! What officials ask of review.

use proto::review::{
    Case, DecideStepRequest, DecideStepResponse, Decision, GetCaseRequest, GetCaseResponse, ListCasesRequest,
    ListCasesResponse,
};
use testkit::{Official, decision_on};
use tonic::{Response, Status};

/// What a call comes to.
pub type Answer<T> = Result<Response<T>, Status>;

/// Passes the current step of a case as it was seen.
pub async fn pass(official: &Official, case: &Case) -> Answer<DecideStepResponse> {
    decide(official, decision_on(case, Decision::Pass, "", "")).await
}

/// Returns a case to the worker.
pub async fn send_back(official: &Official, case: &Case, correct_by: &str) -> Answer<DecideStepResponse> {
    decide(official, decision_on(case, Decision::Return, "公章不清", correct_by)).await
}

/// Rejects a case.
pub async fn reject(official: &Official, case: &Case) -> Answer<DecideStepResponse> {
    decide(official, decision_on(case, Decision::Reject, "材料不实", "")).await
}

/// Decides.
pub async fn decide(official: &Official, request: DecideStepRequest) -> Answer<DecideStepResponse> {
    official.api.cases().decide_step(request).await
}

/// Reads a case.
pub async fn read(official: &Official, case: &Case) -> Answer<GetCaseResponse> {
    official.api.cases().get_case(GetCaseRequest { case_id: case.id.clone() }).await
}

/// Lists cases.
pub async fn list(official: &Official, request: ListCasesRequest) -> Answer<ListCasesResponse> {
    official.api.cases().list_cases(request).await
}

/// The applications of the cases that a list shows.
pub async fn listed(official: &Official, request: ListCasesRequest) -> Vec<String> {
    let cases = list(official, request).await.unwrap().into_inner().cases;
    cases.into_iter().map(|case| case.application_id).collect()
}

/// The case after a decision.
#[track_caller]
pub fn decided(answer: Answer<DecideStepResponse>) -> Case {
    answer.unwrap().into_inner().case.unwrap()
}
