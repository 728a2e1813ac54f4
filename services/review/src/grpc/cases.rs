//! `CaseService`.

use auth::Caller;
use proto::review as pb;
use proto::review::case_service_server::CaseService;
use refusal::said;
use runtime::detached;
use tonic::{Request, Response, Status};

use super::convert;
use crate::app::App;

/// The door to cases.
#[derive(Clone)]
pub struct Cases {
    /// What it opens to.
    pub app: App,
}

#[tonic::async_trait]
impl CaseService for Cases {
    async fn list_cases(
        &self,
        request: Request<pb::ListCasesRequest>,
    ) -> Result<Response<pb::ListCasesResponse>, Status> {
        let caller = Caller::of(&request)?;
        let asked = request.into_inner();
        let query = convert::list_cases(&caller, &asked)?;
        let page = detached(self.app.clone().list_cases(query)).await?;
        Ok(Response::new(convert::cases(&asked, &page)))
    }

    async fn get_case(
        &self,
        request: Request<pb::GetCaseRequest>,
    ) -> Result<Response<pb::GetCaseResponse>, Status> {
        let caller = Caller::of(&request)?;
        let id = convert::case_id(&request.into_inner())?;
        let case = detached(self.app.clone().get_case(caller.scope()?, id)).await?;
        Ok(Response::new(pb::GetCaseResponse { case: Some((&case).into()) }))
    }

    async fn decide_step(
        &self,
        request: Request<pb::DecideStepRequest>,
    ) -> Result<Response<pb::DecideStepResponse>, Status> {
        let caller = Caller::of(&request)?;
        let command = convert::decide_step(caller, &request.into_inner())?;
        let answer = detached(self.app.clone().decide_step(command)).await?;
        Ok(Response::new(answer))
    }

    async fn decide_steps(
        &self,
        request: Request<pb::DecideStepsRequest>,
    ) -> Result<Response<pb::DecideStepsResponse>, Status> {
        let caller = Caller::of(&request)?;
        let decisions = convert::decisions(request.into_inner())?;
        let mut results = Vec::with_capacity(decisions.len());
        // One after the other, each in its own transaction: one that is refused undoes no other.
        for decision in decisions {
            let case_id = decision.case_id.clone();
            let outcome = self.decide_one(caller.clone(), &decision).await;
            results.push(result(case_id, outcome)?);
        }
        Ok(Response::new(pb::DecideStepsResponse { results }))
    }
}

impl Cases {
    async fn decide_one(
        &self,
        caller: Caller,
        decision: &pb::DecideStepRequest,
    ) -> Result<pb::DecideStepResponse, Status> {
        let command = convert::decide_step(caller, decision)?;
        detached(self.app.clone().decide_step(command)).await
    }
}

/// A refusal is that decision's result; a failure of the system is the whole call's.
fn result(
    case_id: String,
    outcome: Result<pb::DecideStepResponse, Status>,
) -> Result<pb::DecideStepResult, Status> {
    let taken = pb::DecideStepResult { case_id, ..Default::default() };
    match outcome {
        Ok(answer) => Ok(pb::DecideStepResult { case: answer.case, ..taken }),
        Err(status) => match said(&status) {
            Some(said) if !convert::is_failure(&said) => Ok(pb::DecideStepResult {
                refusal_reason: said.reason.code().to_owned(),
                refusal_text: said.text,
                ..taken
            }),
            _ => Err(status),
        },
    }
}
