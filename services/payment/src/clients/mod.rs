//! Neighbours, and the outside world's bank and wallet, in payment's words.

mod bank;
mod identity;
mod order;
mod outside;
mod sealed_payee;
mod subsidy;
mod wallet;

pub use bank::Bank;
pub use identity::Identity;
pub use order::Order;
pub use outside::OutsideConfig;
pub use sealed_payee::SealedPayee;
pub use subsidy::Subsidy;
pub use wallet::Wallet;
