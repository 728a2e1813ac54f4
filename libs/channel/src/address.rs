//! Where a neighbour is: scheme, host and port, perhaps several.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Deserializer};

/// `http://host:port` or `https://host:port`. A name stands for every address that it resolves to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    encrypted: bool,
    host: String,
    port: u16,
}

/// One address or more, divided by commas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses(Vec<Address>);

/// A text is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected http://host:port or https://host:port, perhaps several, divided by commas")]
pub struct InvalidAddress;

impl Address {
    /// Whether calls to it are encrypted.
    pub const fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// A name, or an IP address.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The IP address, where it is one and no name.
    pub(crate) fn ip(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    /// Whether a plain call to it stays on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.ip().is_some_and(|ip| ip.is_loopback())
    }
}

impl Addresses {
    /// Each of them.
    pub fn iter(&self) -> std::slice::Iter<'_, Address> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a Addresses {
    type Item = &'a Address;
    type IntoIter = std::slice::Iter<'a, Address>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl FromStr for Address {
    type Err = InvalidAddress;

    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        let (scheme, authority) = text.split_once("://").ok_or(InvalidAddress)?;
        let encrypted = match scheme {
            "http" => false,
            "https" => true,
            _ => return Err(InvalidAddress),
        };
        let (host, port) = authority.rsplit_once(':').ok_or(InvalidAddress)?;
        // An IPv6 address stands in brackets.
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let is_host = !host.is_empty() && !host.contains(['/', '@', '[', ']', ' ']);
        let port = port.parse().ok().filter(|port| *port > 0).ok_or(InvalidAddress)?;
        if is_host { Ok(Self { encrypted, host: host.to_owned(), port }) } else { Err(InvalidAddress) }
    }
}

impl FromStr for Addresses {
    type Err = InvalidAddress;

    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        text.split(',').map(|part| part.trim().parse()).collect::<Result<_, _>>().map(Self)
    }
}

impl<'de> Deserialize<'de> for Addresses {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.encrypted { "https" } else { "http" };
        if self.host.contains(':') {
            write!(out, "{scheme}://[{}]:{}", self.host, self.port)
        } else {
            write!(out, "{scheme}://{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_written() {
        for text in ["http://127.0.0.1:7001", "https://quota.yuanmeng.svc:443", "http://[::1]:7001"] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
        let several: Addresses = "http://127.0.0.1:1, http://127.0.0.1:2".parse().unwrap();
        assert_eq!(several.iter().map(Address::port).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "quota:7001", "ftp://quota:7001", "http://quota", "http://quota:0", "http://:1"] {
            assert_eq!(text.parse::<Addresses>(), Err(InvalidAddress), "{text}");
        }
        assert_eq!("http://quota:7001/path".parse::<Address>(), Err(InvalidAddress));
        assert_eq!("http://a:1,".parse::<Addresses>(), Err(InvalidAddress));
    }

    #[test]
    fn only_this_machine_is_loopback() {
        let is_loopback = |text: &str| text.parse::<Address>().unwrap().is_loopback();
        assert!(is_loopback("http://localhost:1") && is_loopback("http://[::1]:1"));
        assert!(!is_loopback("http://10.0.0.1:1") && !is_loopback("http://localhost.example:1"));
    }
}
