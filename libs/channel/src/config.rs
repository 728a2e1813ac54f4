//! Where a neighbour is, and how patient we are with it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use tonic::transport::{Certificate, ClientTlsConfig, Endpoint};

use crate::address::{Address, Addresses};

/// What a peer may send as headers: a refusal with all its details fits.
const MAX_HEADER_BYTES: u32 = 32 * 1024;

runtime::settings! {
    /// Another service.
    pub struct NeighbourConfig {
        /// `https://host:port`, or `http://` on loopback or inside a mesh; a host name stands for all addresses that it
        /// resolves to, as a headless Kubernetes Service does. Several are divided by commas.
        address: Addresses [required],
        /// True inside a mesh that encrypts by itself: a plain call may leave this machine.
        plain: bool = false,
        /// The authority that its certificate is checked with; needed for `https`.
        authority_file: PathBuf [optional],
        /// How long a call may take, where it does not say itself. It never takes longer than the call it is made for.
        deadline_ms: u64 = 5_000,
        /// How often a call is sent at most.
        attempts: u32 = 4,
        /// Calls under way at once; a further one waits for its turn, within its deadline.
        max_calls: usize = 512,
        /// How often host names are resolved again.
        resolve_interval_ms: u64 = 5_000,
        /// How long a connection may take to be made.
        connect_timeout_ms: u64 = 1_000,
        /// A connection is pinged this often.
        keepalive_interval_s: u64 = 10,
        /// And given up when the ping is not answered within this time.
        keepalive_timeout_s: u64 = 5,
    }
}

/// Why a neighbour's configuration does not serve.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Plain calls would leave this machine.
    #[error("{0} needs https, or `plain` inside a mesh")]
    Plain(Address),
    /// `https` needs the authority to check with.
    #[error("{0} needs authority_file")]
    NoAuthority(Address),
    /// The authority's file cannot be read.
    #[error("authority_file {0} cannot be read")]
    Authority(PathBuf, #[source] std::io::Error),
    /// The host is no name.
    #[error("{0} is not a valid name")]
    Name(Address),
    /// The transport does not take it.
    #[error("{0} cannot be used")]
    Transport(Address, #[source] tonic::transport::Error),
}

impl NeighbourConfig {
    pub(crate) fn connect_timeout(&self) -> Duration {
        Duration::from_millis(self.connect_timeout_ms)
    }

    /// How connections to one replica are made. The name stays what it is called by, and what its certificate is checked
    /// for, whatever it resolved to.
    pub(crate) fn transport(&self, address: &Address, replica: SocketAddr) -> Result<Endpoint, ConnectError> {
        let unusable = |error| ConnectError::Transport(address.clone(), error);
        let scheme = if address.is_encrypted() { "https" } else { "http" };
        let origin = address.to_string().parse().map_err(|_| ConnectError::Name(address.clone()))?;
        let endpoint = Endpoint::from_shared(format!("{scheme}://{replica}"))
            .map_err(unusable)?
            .origin(origin)
            .connect_timeout(self.connect_timeout())
            .http2_keep_alive_interval(Duration::from_secs(self.keepalive_interval_s.max(1)))
            .keep_alive_timeout(Duration::from_secs(self.keepalive_timeout_s.max(1)))
            // A replica that is gone is found out before the next call is made.
            .keep_alive_while_idle(true)
            .http2_max_header_list_size(MAX_HEADER_BYTES)
            .tcp_nodelay(true);
        if address.is_encrypted() {
            return endpoint.tls_config(self.tls(address)?).map_err(unusable);
        }
        if self.plain || address.is_loopback() {
            Ok(endpoint)
        } else {
            Err(ConnectError::Plain(address.clone()))
        }
    }

    fn tls(&self, address: &Address) -> Result<ClientTlsConfig, ConnectError> {
        let file = self.authority_file.as_ref().ok_or_else(|| ConnectError::NoAuthority(address.clone()))?;
        let pem = std::fs::read(file).map_err(|error| ConnectError::Authority(file.clone(), error))?;
        Ok(ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem)).domain_name(address.host()))
    }
}
