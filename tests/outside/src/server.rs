//! The servers by name.

use std::fmt;
use std::str::FromStr;

/// A server of the outside world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Server {
    /// The SMS gateway.
    Sms,
    /// The real-name check.
    RealName,
    /// The bank.
    Bank,
    /// The app's wallet.
    Wallet,
}

/// No such server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownServer;

impl Server {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Sms, Self::RealName, Self::Bank, Self::Wallet];
}

impl fmt::Display for Server {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Sms => "sms",
            Self::RealName => "realname",
            Self::Bank => "bank",
            Self::Wallet => "wallet",
        })
    }
}

impl FromStr for Server {
    type Err = UnknownServer;

    fn from_str(name: &str) -> Result<Self, UnknownServer> {
        Self::ALL.into_iter().find(|server| server.to_string() == name).ok_or(UnknownServer)
    }
}
