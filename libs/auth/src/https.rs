//! Keys behind an `https` address: the cluster's API server, which publishes its service-account keys.

use std::path::PathBuf;
use std::time::Duration;

use reqwest::{Certificate, Client, redirect};

use crate::keys::Fetched;

/// A key set is a few kilobytes; an answer beyond this is none.
const MAX_BYTES: usize = 256 * 1024;

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// An address, whom to trust there, and how to introduce oneself.
#[derive(Debug, Clone)]
pub struct HttpsKeys {
    /// The `https` address of the key set.
    pub url: String,
    /// The PEM file of the only certificate authorities that are trusted.
    pub ca_file: PathBuf,
    /// The file of a token to send along, where the address wants one; read anew each time.
    pub bearer_file: Option<PathBuf>,
}

impl HttpsKeys {
    /// Asks once. The client is made anew each time, minutes apart, so that a renewed certificate authority counts.
    pub(crate) async fn fetch(&self) -> Fetched {
        let client = self.client().await?;
        let mut request = client.get(&self.url);
        if let Some(file) = &self.bearer_file {
            request = request.bearer_auth(tokio::fs::read_to_string(file).await?.trim());
        }
        let mut response = request.send().await?.error_for_status()?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > MAX_BYTES {
                return Err("the key set is too long".into());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(String::from_utf8(body)?)
    }

    async fn client(&self) -> Result<Client, Box<dyn std::error::Error + Send + Sync>> {
        // Refused where another part of the process was first, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let authorities = Certificate::from_pem_bundle(&tokio::fs::read(&self.ca_file).await?)?;
        let client = Client::builder()
            .tls_certs_only(authorities)
            .https_only(true)
            .no_proxy()
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT);
        Ok(client.build()?)
    }
}
