//! The outside world in identity's words: the SMS gateway and the real-name check.

mod outside;
mod realname;
mod sms;

pub use outside::OutsideConfig;
pub use realname::RealName;
pub use sms::Sms;
