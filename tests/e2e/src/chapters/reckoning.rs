//! The account: figures of our services beside what others hold, and the proof of every audit trail.

use anyhow::Result;
use proto::shared::{ListActionsRequest, VerifyTrailRequest};
use stack::Service;

use super::figures;
use crate::story::Story;
use crate::wait;

/// Plays it.
pub(crate) async fn play(story: &mut Story) -> Result<()> {
    story.teller.chapter(10, "the account (对账)");
    figures::play(story).await?;
    trails(story).await
}

/// The city's supervisor has each trail recomputed, once its last action is chained.
async fn trails(story: &mut Story) -> Result<()> {
    let api = story.cast.official("jinan/supervisor")?.api.clone();
    for service in Service::ALL {
        let mut audit = api.audit(service);
        let newest = ListActionsRequest { page_size: 1, ..ListActionsRequest::default() };
        let last = wait::until("the last action is chained", async || {
            let page = audit.clone().list_actions(newest.clone()).await?.into_inner();
            Ok(page.actions.first().map(|action| action.sequence).filter(|sequence| *sequence > 0))
        })
        .await?;
        let found = audit.verify_trail(VerifyTrailRequest::default()).await?.into_inner();
        let told =
            format!("济南市总工会's supervisor verifies the trail of {service}: {} entries", found.entries);
        story.teller.tell(told);
        let what = format!("entries in the trail of {service}");
        story.account.compare("audit trail", what, ("its last action's number", last), found.entries);
        let what = format!("breaks in the trail of {service}");
        story.account.compare("audit trail", what, ("its hash chain, recomputed", 0), found.findings.len());
    }
    Ok(())
}
