//! Cases as reviewers see and decide them.

use anyhow::{Result, ensure};
use proto::review::{Case, DecideStepRequest, DecideStepsRequest, Decision, ListCasesRequest};
use testkit::{Official, decision_on};

use crate::data::PROGRAMME;

/// No call takes or gives more.
const MOST: i32 = 200;

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

/// The call by which the step of a case, as it was seen, is passed.
pub(crate) fn passing(case: &Case) -> DecideStepRequest {
    decision_on(case, Decision::Pass, "", "")
}

/// Passes many at once.
pub(crate) async fn pass(official: &Official, cases: &[Case]) -> Result<()> {
    if cases.is_empty() {
        return Ok(());
    }
    let decisions = cases.iter().map(passing).collect();
    let answer = official.api.cases().decide_steps(DecideStepsRequest { decisions }).await?.into_inner();
    let refused = answer.results.iter().find(|result| !result.refusal_reason.is_empty());
    ensure!(refused.is_none(), "{} could not pass: {refused:?}", official.display_name);
    Ok(())
}
