//! What `--keep` prints: where everything listens, who can be called as, and commands to try.

use std::time::Duration;

use anyhow::{Context, Result};
use stack::Service;

use crate::story::Story;

/// How often it is looked whether services' tokens must be renewed.
const GLANCE: Duration = Duration::from_secs(1);

impl Story {
    /// Keeps the stage up: services' tokens are good for an hour, and somebody may look around for longer.
    pub async fn keep(&self) -> Result<()> {
        loop {
            self.stage
                .city
                .stack
                .issuer()
                .renew_when_due()
                .context("the services' tokens cannot be renewed")?;
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Invites whoever keeps the stage up to try it.
    pub fn invite(&self) -> Result<()> {
        let print = |text: &str| self.teller.print(text);
        print("\nEverything is left running until Ctrl-C.");
        for (service, url) in self.stage.city.stack.grpc_urls()? {
            print(&format!("  {service:10} {url}"));
        }
        let supervisor = self.cast.official("jinan/supervisor")?;
        print(&format!("\nTokens, good for 15 minutes:\nexport SUPERVISOR={}", supervisor.token));
        if let Some(applicant) = self.cast.workers.first() {
            print(&format!("export WORKER={}", applicant.worker.token));
        }
        let identity =
            self.stage.city.stack.grpc_urls()?.into_iter().find(|(one, _)| *one == Service::Identity);
        let (_, url) = identity.unwrap_or((Service::Identity, String::new()));
        print(
            "\nCommands to try, at the top of the checkout (npx --yes @bufbuild/buf where there is no buf):",
        );
        print(&format!(
            "buf curl --protocol grpc --http2-prior-knowledge -H \"authorization: Bearer $SUPERVISOR\" -d '{{}}' \\\n    \
             {url}/yuanmeng.identity.v1.UnionService/ListUnions"
        ));
        print(&format!(
            "buf curl --protocol grpc --http2-prior-knowledge -H \"authorization: Bearer $SUPERVISOR\" -d '{{}}' \\\n    \
             {url}/yuanmeng.shared.v1.AuditService/VerifyTrail"
        ));
        Ok(())
    }
}
