//! Calls are encrypted, and plain ones do not leave the machine unless that is said.

use std::fs;
use std::net::Ipv4Addr;
use std::path::PathBuf;

use channel::{ConnectError, Failure, NeighbourConfig};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::{Identity, Server, ServerTlsConfig};

use crate::neighbour::{client, config, question};

/// An authority of our own, its file, and what it vouches for.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: tempfile::TempDir,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("authority.pem"), issuer.pem()).unwrap();
        Self { issuer, folder }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    fn identity(&self, name: &str) -> Identity {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Identity::from_pem(certificate.pem(), key.serialize_pem())
    }
}

/// A server that is who the certificate says; the port it listens on.
async fn encrypted(identity: Identity) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (health, service) = tonic_health::server::health_reporter();
    health.set_service_status("anything", tonic_health::ServingStatus::Serving).await;
    let mut server = Server::builder().tls_config(ServerTlsConfig::new().identity(identity)).unwrap();
    tokio::spawn(server.add_service(service).serve_with_incoming(TcpListenerStream::new(listener)));
    port
}

fn at(address: &str, authority: Option<PathBuf>) -> NeighbourConfig {
    let address = address.parse().unwrap();
    NeighbourConfig { address, authority_file: authority, ..config([([127, 0, 0, 1], 1).into()]) }
}

#[tokio::test]
async fn a_neighbour_is_known_by_its_certificate() {
    let authority = Authority::new();
    let port = encrypted(authority.identity("localhost")).await;
    let config = at(&format!("https://localhost:{port}"), Some(authority.file()));
    client(&config).check(question()).await.unwrap();
}

#[tokio::test]
async fn nobody_else_is_believed() {
    let (ours, foreign) = (Authority::new(), Authority::new());
    let stranger = encrypted(foreign.identity("localhost")).await;
    let other_name = encrypted(ours.identity("review.yuanmeng.svc")).await;
    for port in [stranger, other_name] {
        let config = at(&format!("https://localhost:{port}"), Some(ours.file()));
        let status = client(&config).check(question()).await.unwrap_err();
        assert!(matches!(Failure::from(status), Failure::Unavailable(_)));
    }
}

#[tokio::test]
async fn a_plain_call_stays_on_this_machine() {
    let connect = |config: &NeighbourConfig| channel::connect(config, None).map(drop);
    let remote = at("http://quota.yuanmeng.svc:7001", None);
    assert!(matches!(connect(&remote), Err(ConnectError::Plain(_))));
    assert!(connect(&NeighbourConfig { plain: true, ..remote }).is_ok());
    assert!(matches!(connect(&at("https://quota:443", None)), Err(ConnectError::NoAuthority(_))));
    let missing = at("https://quota:443", Some("no-such-file.pem".into()));
    assert!(matches!(connect(&missing), Err(ConnectError::Authority(..))));
}
