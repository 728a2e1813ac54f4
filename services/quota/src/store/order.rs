//! Redis' log of a line: the order (docs/QUOTA.md). One function of `order.lua` for each thing that is done to it.

mod append;
mod install;
mod keys;
mod read;

use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, Cmd, Pipeline, RedisError, Value};
use tokio::sync::Mutex;

pub use install::Staging;
use keys::Keys;

/// The functions. Their names carry a version; a restarted or wiped Redis has none of them.
const FUNCTIONS: &str = include_str!("order.lua");

/// An operation that was under way when Redis fell silent for so long may be ordered or not.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(2);
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(2);

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
    connection: Mutex<Option<MultiplexedConnection>>,
}

impl OrderStore {
    /// The Redis at an address, where every key begins with a prefix. It is connected to when it is first asked.
    pub fn new(url: &str, prefix: &str) -> Result<Self, RedisError> {
        Ok(Self { client: Client::open(url)?, prefix: prefix.to_owned(), connection: Mutex::new(None) })
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
        let answer = command.query_async(&mut connection).await;
        if answer.as_ref().is_err_and(|error| !is_function_missing(error)) {
            *self.connection.lock().await = None;
        }
        Ok(answer?)
    }

    /// Sends commands together.
    async fn send_all(&self, commands: &Pipeline) -> Result<(), OrderError> {
        let mut connection = self.connection().await?;
        let answer = commands.query_async::<Vec<Value>>(&mut connection).await;
        if answer.is_err() {
            *self.connection.lock().await = None;
        }
        Ok(answer.map(drop)?)
    }

    async fn connection(&self) -> Result<MultiplexedConnection, RedisError> {
        let mut kept = self.connection.lock().await;
        if let Some(connection) = &*kept {
            return Ok(connection.clone());
        }
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECTION_TIMEOUT))
            .set_response_timeout(Some(RESPONSE_TIMEOUT));
        let connection = self.client.get_multiplexed_async_connection_with_config(&config).await?;
        *kept = Some(connection.clone());
        Ok(connection)
    }
}

fn is_function_missing(error: &RedisError) -> bool {
    error.to_string().contains("Function not found")
}

fn function(name: &str, keys: &[&str]) -> Cmd {
    let mut command = redis::cmd("FCALL");
    command.arg(format!("yuanmeng_quota_2_{name}")).arg(keys.len()).arg(keys);
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
