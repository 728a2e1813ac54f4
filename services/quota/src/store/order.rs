//! Redis' log of a line: the order (docs/QUOTA.md). One function of `order.lua` for each thing that is done to it.

mod append;
mod install;
mod keys;
mod read;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, Cmd, Pipeline, RedisError, Value};

pub use install::Staging;
use keys::Keys;

/// The functions. Their names carry a version; a restarted or wiped Redis has none of them.
const FUNCTIONS: &str = include_str!("order.lua");

/// An operation that was under way when Redis fell silent for so long may be ordered or not.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(2);
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(2);
/// How long what is written to see whether Redis takes it stays there.
const PULSE_MS: u64 = 60_000;

/// Why Redis gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// It cannot be reached, or refused; what was asked may have been done or not.
    #[error("Redis did not answer")]
    Silent(#[from] RedisError),
    /// It holds something that this version of quota did not put there.
    #[error("Redis holds {0}, which cannot be read")]
    Unreadable(&'static str),
}

/// The lines' own Redis.
#[derive(Debug)]
pub struct OrderStore {
    client: Client,
    prefix: String,
    kept: Mutex<Option<Connection>>,
    /// One connects for all who ask meanwhile: behind dropped packets each would else wait for those before it, one after the
    /// other. Holds why the last attempt failed.
    connecting: tokio::sync::Mutex<Option<RedisError>>,
    /// How often was connected to it, or tried.
    attempts: AtomicU64,
}

/// A connection, and the attempt that made it.
#[derive(Debug, Clone)]
struct Connection {
    number: u64,
    to: MultiplexedConnection,
}

impl OrderStore {
    /// The Redis at an address, where every key begins with a prefix. It is connected to when it is first asked.
    pub fn new(url: &str, prefix: &str) -> Result<Self, RedisError> {
        let client = Client::open(url)?;
        let (kept, connecting) = (Mutex::default(), tokio::sync::Mutex::default());
        Ok(Self { client, prefix: prefix.to_owned(), kept, connecting, attempts: AtomicU64::new(0) })
    }

    /// Whether Redis answers and takes writes, for whoever looks at this replica's health.
    pub async fn is_well(&self) -> bool {
        let pulse = format!("{}pulse", self.prefix);
        self.send(redis::cmd("SET").arg(pulse).arg("").arg("PX").arg(PULSE_MS)).await.is_ok()
    }

    /// Calls a function, and loads the functions first where Redis has lost them.
    async fn call(&self, command: &Cmd) -> Result<Value, OrderError> {
        match self.send(command).await {
            Err(OrderError::Silent(error)) if is_function_missing(&error) => {
                self.send(redis::cmd("FUNCTION").arg("LOAD").arg("REPLACE").arg(FUNCTIONS)).await?;
                self.send(command).await
            }
            answer => answer,
        }
    }

    /// Sends a command. After a failure the connection is made anew, and with it the address is looked up again: one that a
    /// failover left on a replica would answer READONLY for ever.
    async fn send(&self, command: &Cmd) -> Result<Value, OrderError> {
        let mut connection = self.connection().await?;
        let answer = command.query_async(&mut connection.to).await;
        if answer.as_ref().is_err_and(|error| !is_function_missing(error)) {
            self.drop_connection(&connection);
        }
        Ok(answer?)
    }

    /// Sends commands together.
    async fn send_all(&self, commands: &Pipeline) -> Result<(), OrderError> {
        let mut connection = self.connection().await?;
        let answer = commands.query_async::<Vec<Value>>(&mut connection.to).await;
        if answer.is_err() {
            self.drop_connection(&connection);
        }
        Ok(answer.map(drop)?)
    }

    async fn connection(&self) -> Result<Connection, RedisError> {
        if let Some(connection) = &*self.kept() {
            return Ok(connection.clone());
        }
        let before = self.attempts.load(Ordering::Acquire);
        let mut failed = self.connecting.lock().await;
        if let Some(connection) = &*self.kept() {
            return Ok(connection.clone());
        }
        if let Some(error) = failed.as_ref()
            && self.attempts.load(Ordering::Acquire) != before
        {
            // Somebody has tried since this was asked.
            return Err(error.clone());
        }
        let connected = self.connect().await;
        let number = self.attempts.fetch_add(1, Ordering::AcqRel);
        *failed = connected.as_ref().err().cloned();
        let connection = Connection { number, to: connected? };
        *self.kept() = Some(connection.clone());
        Ok(connection)
    }

    async fn connect(&self) -> Result<MultiplexedConnection, RedisError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECTION_TIMEOUT))
            .set_response_timeout(Some(RESPONSE_TIMEOUT));
        self.client.get_multiplexed_async_connection_with_config(&config).await
    }

    /// Others may have connected anew since: theirs stays.
    fn drop_connection(&self, failed: &Connection) {
        self.kept().take_if(|kept| kept.number == failed.number);
    }

    fn kept(&self) -> MutexGuard<'_, Option<Connection>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_function_missing(error: &RedisError) -> bool {
    error.to_string().contains("Function not found")
}

fn function(name: &str, keys: &[&str]) -> Cmd {
    let mut command = redis::cmd("FCALL");
    command.arg(format!("yuanmeng_quota_4_{name}")).arg(keys.len()).arg(keys);
    command
}

/// A text in an answer of Redis.
fn text(value: &Value) -> Option<&str> {
    match value {
        Value::BulkString(bytes) => std::str::from_utf8(bytes).ok(),
        Value::SimpleString(text) => Some(text),
        _ => None,
    }
}

/// A number in an answer of Redis, which may be written as text.
fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(*number),
        other => text(other)?.parse().ok(),
    }
}
