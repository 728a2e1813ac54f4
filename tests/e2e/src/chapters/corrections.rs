//! Part of chapter 8: an application is returned, and comes back to the step that asked.

use anyhow::{Result, ensure};
use proto::review::{Case, CaseState, Decision};
use proto::subsidy::{ApplicationState, CorrectApplicationRequest, UpdateApplicationRequest};
use testkit::{WHOLE_WORD, request_id};

use crate::data::Data;
use crate::paper::{self, Form};
use crate::story::Story;
use crate::wait;

/// What is to be corrected.
const CORRECTION: &str = "户籍所在地请填写到门牌号";
/// The last day for the corrections.
const CORRECT_BY: &str = "2021-05-20";

/// The reviewer returns the case, and the worker corrects it.
pub(crate) async fn play(story: &mut Story, case: &Case) -> Result<()> {
    let reviewer = story.first_reviewer(case)?;
    let returned = reviewer.decide(case, Decision::Return, CORRECTION, CORRECT_BY).await;
    ensure!(returned.state() == CaseState::Returned, "the case was not returned");
    let index = story.cast.index_of(&case.application_id)?;
    correct(story, index).await?;
    wait::until("the corrected case is back", async || {
        let case = reviewer.look_at(&case.id).await;
        Ok(case.state() == CaseState::InReview && case.revision > returned.revision)
    })
    .await
}

/// The worker hears of it, edits, prints, has the form stamped again and sends it.
async fn correct(story: &Story, index: usize) -> Result<()> {
    let (worker, id) = story.cast.application(index)?;
    let applicant = &story.cast.workers[index];
    wait::until("the worker hears of the return", async || {
        let state = story.application(index).await?.state();
        Ok(state == ApplicationState::Returned)
    })
    .await?;
    let mut fields = paper::fields(&applicant.row, &Data::units()?);
    fields.household.push_str("测试路1号");
    let request = UpdateApplicationRequest {
        request_id: request_id(),
        application_id: id.clone(),
        fields: Some(fields),
        update_mask: vec!["household".to_owned()],
    };
    worker.api.applications().update_application(request).await?;
    let form = Form::of(applicant, &id, story.stage.city.folder()).await?;
    worker.upload(form.upload(&id)).await?;
    let request = CorrectApplicationRequest {
        request_id: request_id(),
        application_id: id,
        four_things: Some(WHOLE_WORD),
    };
    worker.api.applications().correct_application(request).await?;
    Ok(())
}
