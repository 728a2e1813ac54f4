//! The contracts of `proto/`, compiled: what services answer and what they announce.
//!
//! Nothing here is written by hand but this list of packages, and what instants and pages have in common.
#![allow(
    missing_docs,
    clippy::pedantic,
    reason = "generated code; proto/ itself documents every message and field"
)]

pub mod page;

/// Every package's descriptors, for reflection and for tests that walk all calls.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/yuanmeng.binpb"));

macro_rules! packages {
    ($($name:ident)*) => {
        $(
            #[doc = concat!("`yuanmeng.", stringify!($name), ".v1`.")]
            pub mod $name {
                include!(concat!(env!("OUT_DIR"), "/yuanmeng.", stringify!($name), ".v1.rs"));
            }
        )*
    };
}

packages! { enrollment identity payment quota review shared subsidy }

/// An instant as the wire carries it.
pub fn timestamp(instant: chrono::DateTime<chrono::Utc>) -> prost_types::Timestamp {
    let nanos = i32::try_from(instant.timestamp_subsec_nanos()).unwrap_or(0);
    prost_types::Timestamp { seconds: instant.timestamp(), nanos }
}

/// An instant that came over the wire; none where it is absent or no instant.
pub fn instant(timestamp: Option<&prost_types::Timestamp>) -> Option<chrono::DateTime<chrono::Utc>> {
    let timestamp = timestamp?;
    chrono::DateTime::from_timestamp(timestamp.seconds, u32::try_from(timestamp.nanos).ok()?)
}
