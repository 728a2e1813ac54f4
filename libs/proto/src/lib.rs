//! The contracts of `proto/`, compiled: what services answer and what they announce.
//!
//! Nothing here is written by hand but this list of packages.
#![allow(
    missing_docs,
    clippy::pedantic,
    reason = "generated code; proto/ itself documents every message and field"
)]

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
