//! Calls to real servers on loopback: what is balanced, repeated, limited, passed on, and what is told of a failure.

#![allow(clippy::unwrap_used, reason = "test code, of which clippy knows only the functions marked as tests")]

mod balancing;
mod carrying;
mod deadlines;
mod encryption;
mod neighbour;
mod repeating;
mod resolving;
mod streams;
