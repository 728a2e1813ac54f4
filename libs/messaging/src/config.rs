//! Where the broker is.

use runtime::Secret;

runtime::settings! {
    /// RabbitMQ.
    pub struct BrokerConfig {
        /// `amqp://user:password@host:port/vhost`. A secret, since it holds a password.
        url: Secret [required],
        /// How long the broker has to confirm what was published.
        confirm_timeout_ms: u64 = 5_000,
        /// Events handed to a consumer before it has done with the first.
        prefetch: u16 = 64,
    }
}
