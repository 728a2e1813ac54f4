//! Cases as reviewers see and decide them.

use anyhow::{Context, Result, ensure};
use proto::review::{Case, DecideStepRequest, DecideStepsRequest, Decision, ListCasesRequest};
use testkit::{Official, request_id};

use crate::data::PROGRAMME;

/// No call takes or gives more.
const MOST: i32 = 200;

/// What a reviewer decides.
#[derive(Clone, Debug)]
pub(crate) enum Ruling {
    /// The next step decides.
    Pass,
    /// The worker corrects.
    Return {
        /// What.
        correction: String,
        /// Until when.
        correct_by: String,
    },
    /// The application ends.
    Reject {
        /// Why.
        reason: String,
    },
}

/// All cases that an official sees, or all whose step is the official's.
pub(crate) async fn all(official: &Official, my_turn: bool) -> Result<Vec<Case>> {
    let mut request = ListCasesRequest {
        my_turn,
        page_size: MOST,
        programme_id: PROGRAMME.to_owned(),
        ..ListCasesRequest::default()
    };
    let mut cases = Vec::new();
    loop {
        let page = official.api.cases().list_cases(request.clone()).await?.into_inner();
        cases.extend(page.cases);
        if page.next_page_token.is_empty() {
            return Ok(cases);
        }
        request.page_token = page.next_page_token;
    }
}

/// The call by which the step of a case, as it was seen, is decided.
pub(crate) fn decide(case: &Case, ruling: &Ruling) -> DecideStepRequest {
    let (decision, note, correct_by) = match ruling {
        Ruling::Pass => (Decision::Pass, "", ""),
        Ruling::Return { correction, correct_by } => {
            (Decision::Return, correction.as_str(), correct_by.as_str())
        }
        Ruling::Reject { reason } => (Decision::Reject, reason.as_str(), ""),
    };
    DecideStepRequest {
        request_id: request_id(),
        case_id: case.id.clone(),
        step: case.current_step,
        revision: case.revision,
        decision: decision.into(),
        note: note.to_owned(),
        correct_by: correct_by.to_owned(),
    }
}

/// Decides one case; answers it as it is afterwards.
pub(crate) async fn rule(official: &Official, case: &Case, ruling: &Ruling) -> Result<Case> {
    let answer = official.api.cases().decide_step(decide(case, ruling)).await?;
    answer.into_inner().case.context("no case in the answer")
}

/// Passes many at once.
pub(crate) async fn pass(official: &Official, cases: &[Case]) -> Result<()> {
    if cases.is_empty() {
        return Ok(());
    }
    let decisions = cases.iter().map(|case| decide(case, &Ruling::Pass)).collect();
    let answer = official.api.cases().decide_steps(DecideStepsRequest { decisions }).await?.into_inner();
    let refused = answer.results.iter().find(|result| !result.refusal_reason.is_empty());
    ensure!(refused.is_none(), "{} could not pass: {refused:?}", official.display_name);
    Ok(())
}
