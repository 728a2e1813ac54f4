//! How Yuanmeng says no: every refusal has a reason with its rule, its gRPC code and a sentence in Chinese, and
//! there is one way from a reason to the wire.
//!
//! On the wire a refusal is a gRPC status with `google.rpc` details:
//! - `ErrorInfo`: `reason` (the code, such as `PHONE_VIRTUAL`), `domain` `yuanmeng`, and in the metadata `rule`
//!   (`R-04`; several are divided by commas) beside the values of the sentence's placeholders;
//! - `LocalizedMessage`: the sentence in zh-CN, as it is shown to people; the status' own message says the
//!   same in English;
//! - `BadRequest` where fields are bad, all of them at once ([`Fields`]): path, reason, and as description the
//!   Chinese sentence with its rule, `虚拟号段…（R-04）`;
//! - `PreconditionFailure` where something is missing ([`Missing`]): the reason as type, what is missing as
//!   subject, and the same kind of description;
//! - `RetryInfo` where a retry helps, and `Help` with the programme's help lines where the refuser names them.
//!
//! A cause never reaches a client: [`internal`] and [`unavailable`] log it once and tell nothing of it.

mod failure;
mod fields;
mod missing;
mod parse_errors;
mod reasons;
mod refused;
mod status;
mod violation;

pub use failure::{internal, unavailable};
pub use fields::Fields;
pub use missing::Missing;
pub use reasons::Reason;
pub use refused::Refusal;
pub use status::{DESCRIPTORS, DOMAIN, MAX_HELP_LINES, Said, of, said, with_help_lines};
pub use violation::Violation;
