//! How servers outside are called: JSON over HTTP with a secret, within a bounded time.

use std::time::Duration;

use reqwest::{Client, RequestBuilder};
use runtime::Secret;

runtime::settings! {
    /// A server of the outside world.
    pub struct OutsideConfig {
        /// Its address, such as `https://bank.example.cn`.
        url: String [required],
        /// The secret that it knows us by.
        secret: Secret [required],
        /// How long it may take.
        timeout_ms: u64 = 3_000,
    }
}

/// A way to such a server.
#[derive(Clone)]
pub struct Outside {
    client: Client,
    config: OutsideConfig,
}

impl Outside {
    pub fn new(config: OutsideConfig) -> Result<Self, reqwest::Error> {
        let client = Client::builder().timeout(Duration::from_millis(config.timeout_ms)).build()?;
        Ok(Self { client, config })
    }

    pub fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.config.url)).bearer_auth(self.config.secret.expose())
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.config.url)).bearer_auth(self.config.secret.expose())
    }
}
