//! What every service runs on, so that a service says only what is its own: configuration, telemetry, the server and
//! its limits, jobs, and an end that loses nothing.

mod clock;
pub mod config;
mod crash;
pub mod deadline;
mod detached;
mod jobs;
mod probes;
mod process;
mod server;
mod service;
mod signals;
pub mod telemetry;

/// Services allocate a great deal for each call; the system's allocator takes a fifth of their time. Without transparent huge pages:
/// in the first second of a rush the kernel would clear two MiB for each small thing that is new, four tenths of quota's time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub use clock::{Clock, ClockConfig};
pub use config::Secret;
pub use crash::crash_if_named;
pub use detached::detached;
pub use jobs::Jobs;
pub use process::Process;
pub use server::{Doors, Health, MAX_MESSAGE_BYTES, ServeError, ServerConfig, TlsConfig, Without};
pub use service::{RunConfig, Service, service};
pub use telemetry::TelemetryConfig;
