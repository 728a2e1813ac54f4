//! What `--keep` prints: where everything listens, as whom one can call, and commands to try.

use std::time::Duration;

use anyhow::{Context, Result};
use stack::Service;

use crate::story::Story;

/// How often it is looked whether services' tokens must be renewed.
const GLANCE: Duration = Duration::from_secs(1);

const GET_APPLICATION: &str = "yuanmeng.subsidy.v1.ApplicationService/GetApplication";

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

    /// Invites whoever keeps the stage up to try it: as an official, as a worker, and where a worker is refused.
    pub fn invite(&self) -> Result<()> {
        let print = |text: &str| self.teller.print(text);
        let instances = self.stage.city.stack.instances()?;
        print("\nEverything is left running until Ctrl-C.");
        for (_, name, url) in &instances {
            print(&format!("  {name:10} {url}"));
        }
        let supervisor = self.cast.official("jinan/supervisor")?;
        let (worker, own) = self.cast.application(0)?;
        let (_, another) = self.cast.application(1)?;
        print("\nTokens, good for 15 minutes after sign-in:");
        print(&format!("export SUPERVISOR={}\nexport WORKER={}", supervisor.token, worker.token));
        print(
            "\nCommands to try, at the top of the checkout (npx --yes @bufbuild/buf where there is no buf):",
        );
        let tries = [
            (
                "SUPERVISOR",
                "{}".to_owned(),
                Service::Identity,
                "yuanmeng.identity.v1.UnionService/ListUnions",
            ),
            ("SUPERVISOR", "{}".to_owned(), Service::Identity, "yuanmeng.shared.v1.AuditService/VerifyTrail"),
            ("WORKER", application(&own), Service::Subsidy, GET_APPLICATION),
            ("WORKER", application(&another), Service::Subsidy, GET_APPLICATION),
        ];
        for (who, body, service, method) in tries {
            let url =
                instances.iter().find(|(one, ..)| *one == service).map_or("", |(_, _, url)| url.as_str());
            print(&format!(
                "buf curl --protocol grpc --http2-prior-knowledge -H \"authorization: Bearer ${who}\" -d '{body}' \\\n    \
                 {url}/{method}"
            ));
        }
        print("The last is refused: what belongs to another worker is NOT_FOUND.");
        Ok(())
    }
}

fn application(id: &str) -> String {
    format!(r#"{{"applicationId": "{id}"}}"#)
}
