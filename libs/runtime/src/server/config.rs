//! Where a service listens, and the limit on everything that a peer can make grow.

use std::net::SocketAddr;
use std::path::PathBuf;

crate::settings! {
    /// The gRPC server.
    pub struct ServerConfig {
        /// Where calls are taken.
        address: SocketAddr [required],
        /// TLS; absent only on loopback or where `plain` is set.
        tls: TlsConfig [section],
        /// True inside a mesh that encrypts by itself: calls are taken without TLS on any address.
        plain: bool = false,
        /// Connections at once. A further one waits in the kernel's queue.
        max_connections: usize = 1_024,
        /// How long a new connection may take to begin to speak before it is closed.
        preface_timeout_ms: u64 = 5_000,
        /// Streams at once on one connection; a peer that opens more is told to wait by HTTP/2 itself.
        max_streams_per_connection: u32 = 256,
        /// Calls at once in the whole process; a further one is refused with OVERLOADED.
        max_calls: usize = 2_048,
        /// After this time a connection is asked to reconnect, so that new replicas get their share; a tenth is added or
        /// taken away by chance.
        max_connection_age_s: u64 = 600,
        /// How long its calls may go on after that.
        max_connection_age_grace_s: u64 = 60,
        /// A quiet connection is pinged this often.
        keepalive_interval_s: u64 = 30,
        /// And closed when the ping is not answered within this time.
        keepalive_timeout_s: u64 = 10,
        /// A call without a deadline gets this one.
        default_deadline_ms: u64 = 10_000,
        /// A call with a longer deadline gets this one.
        max_deadline_ms: u64 = 60_000,
        /// After SIGTERM: how long load balancers have to notice before the server stops listening.
        drain_notice_ms: u64 = 0,
        /// And how long calls and jobs have to end after that, before the process goes anyway.
        drain_deadline_ms: u64 = 20_000,
    }
}

crate::settings! {
    /// Certificates, in PEM files.
    pub struct TlsConfig {
        /// The server's certificate with its chain.
        certificate_file: PathBuf [optional],
        /// Its private key.
        key_file: PathBuf [optional],
        /// The authorities whose clients are let in; absent, clients need no certificate.
        client_authority_file: PathBuf [optional],
    }
}
