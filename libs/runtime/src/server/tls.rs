//! Whether calls are encrypted: always, but on loopback or where the configuration says that a mesh does it.

use tonic::transport::{Certificate, Identity, ServerTlsConfig};

use super::{ServeError, ServerConfig};

/// The TLS to serve with; none where plain calls are in order.
pub(super) fn of(config: &ServerConfig) -> Result<Option<ServerTlsConfig>, ServeError> {
    let (Some(certificate), Some(key)) = (&config.tls.certificate_file, &config.tls.key_file) else {
        let in_order = config.plain || config.address.ip().is_loopback();
        return if in_order { Ok(None) } else { Err(ServeError::PlainInPublic) };
    };
    let read = |path| std::fs::read(path).map_err(ServeError::Certificate);
    let tls = ServerTlsConfig::new().identity(Identity::from_pem(read(certificate)?, read(key)?));
    Ok(Some(match &config.tls.client_authority_file {
        Some(authority) => tls.client_ca_root(Certificate::from_pem(read(authority)?)),
        None => tls,
    }))
}
