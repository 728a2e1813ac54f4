//! The account: figures of our services beside what others hold, and the proof of every audit trail.

use anyhow::Result;
use proto::shared::VerifyTrailRequest;
use stack::Service;

use crate::story::Story;

/// Services whose every act of the story is in a trail.
const WITH_TRAIL: [Service; 1] = [Service::Identity];

/// Plays it.
pub(crate) async fn play(story: &mut Story) -> Result<()> {
    trails(story).await
}

/// The city's supervisor has each trail recomputed.
async fn trails(story: &mut Story) -> Result<()> {
    let api = story.cast.official("jinan/supervisor")?.api.clone();
    for service in WITH_TRAIL {
        let found = api.audit(service).verify_trail(VerifyTrailRequest::default()).await?.into_inner();
        let what = format!("the trail of {service}, {} entries: breaks", found.entries);
        story.account.compare("audit trail", what, ("its hash chain, recomputed", 0), found.findings.len());
    }
    Ok(())
}
