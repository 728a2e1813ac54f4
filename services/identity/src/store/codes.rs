//! One-time codes and limits, in a Redis of their own: what is lost there is asked for again.

use chrono::{DateTime, TimeDelta, Utc};
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, Cmd, ErrorKind, FromRedisValue, RedisError, ServerErrorKind, Value, cmd};
use sealing::Digest;
use uuid::Uuid;

use crate::domain::{KeepOutcome as Outcome, Kept, Purpose};

/// The functions that Redis runs for us.
const FUNCTIONS: &str = include_str!("codes.lua");

/// How long a code is good, how long the next must wait, and how many a day there are.
const CODE_LIFETIME: TimeDelta = TimeDelta::minutes(5);
const CODE_PAUSE: TimeDelta = TimeDelta::minutes(1);
pub const CODES_A_DAY: u32 = 10;

/// How often a code may be guessed at.
const TRIES: u32 = 5;

const DAY: TimeDelta = TimeDelta::days(1);

/// The codes and limits.
#[derive(Clone)]
pub struct Codes {
    redis: ConnectionManager,
}

impl Codes {
    /// Connects when it is first needed.
    pub fn connect(url: &str) -> Result<Self, RedisError> {
        let redis = Client::open(url)?.get_connection_manager_lazy(ConnectionManagerConfig::new())?;
        Ok(Self { redis })
    }

    /// Keeps a code for a phone, which waits between two codes, of whatever purpose, until the pause is over or the code
    /// before is used.
    pub async fn keep(
        &self,
        (phone, purpose): (&Digest, Purpose),
        request: Uuid,
        code: &str,
        now: DateTime<Utc>,
    ) -> Result<Outcome, RedisError> {
        let (expires, next) = (now + CODE_LIFETIME, now + CODE_PAUSE);
        let mut call = function(
            "keep_phone_code",
            &[&code_key(phone, purpose), &pause_key(phone), &day_key("codes", phone)],
        );
        call.arg(request.to_string()).arg(code).arg(now.timestamp_millis());
        call.arg(expires.timestamp_millis()).arg(next.timestamp_millis());
        call.arg(CODES_A_DAY).arg(DAY.num_milliseconds());
        let answer: Vec<String> = self.call(&call).await?;
        match answer.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["kept", code, expires, next] => Ok(Outcome::Kept(Kept {
                code: code.to_owned(),
                expires_at: instant(expires)?,
                next_at: instant(next)?,
            })),
            ["soon", next] => Ok(Outcome::TooSoon(instant(next)?)),
            _ => Ok(Outcome::Exhausted),
        }
    }

    /// Uses a code up; says whether it was right. A request may use the same code again while it would have lasted.
    pub async fn use_up(
        &self,
        (phone, purpose): (&Digest, Purpose),
        code: &str,
        request: Option<Uuid>,
        now: DateTime<Utc>,
    ) -> Result<bool, RedisError> {
        let mut call = function("use_phone_code", &[&code_key(phone, purpose), &pause_key(phone)]);
        call.arg(code).arg(now.timestamp_millis()).arg(TRIES);
        call.arg(request.map(|id| id.to_string()).unwrap_or_default());
        self.call(&call).await
    }

    /// Counts something of somebody within a span of time, and answers how often it was.
    pub async fn count(&self, what: &'static str, whose: &str, span: TimeDelta) -> Result<u32, RedisError> {
        let mut call = function("count", &[&format!("identity:{what}:{whose}")]);
        call.arg(span.num_milliseconds());
        self.call(&call).await
    }

    /// Takes back what was counted once too often.
    pub async fn take_back(&self, what: &'static str, whose: &str) -> Result<(), RedisError> {
        self.call(&function("take_back", &[&format!("identity:{what}:{whose}")])).await
    }

    /// Forgets what was counted.
    pub async fn forget(&self, what: &'static str, whose: &str) -> Result<(), RedisError> {
        cmd("DEL").arg(format!("identity:{what}:{whose}")).query_async(&mut self.redis.clone()).await
    }

    /// A Redis that was restarted or wiped has no functions: they are loaded, and the call is made again.
    async fn call<T: FromRedisValue>(&self, call: &Cmd) -> Result<T, RedisError> {
        let mut redis = self.redis.clone();
        match call.query_async(&mut redis).await {
            Err(error) if is_missing_function(&error) => {
                let load = cmd("FUNCTION").arg("LOAD").arg("REPLACE").arg(FUNCTIONS).to_owned();
                load.query_async::<Value>(&mut redis).await?;
                call.query_async(&mut redis).await
            }
            answer => answer,
        }
    }
}

fn is_missing_function(error: &RedisError) -> bool {
    error.kind() == ErrorKind::Server(ServerErrorKind::ResponseError)
        && error.detail().is_some_and(|detail| detail.contains("Function not found"))
}

fn function(name: &str, keys: &[&str]) -> Cmd {
    let mut call = cmd("FCALL");
    call.arg(name).arg(keys.len()).arg(keys);
    call
}

/// Phones are no keys: their blind index is.
fn code_key(phone: &Digest, purpose: Purpose) -> String {
    format!("identity:code:{}:{}", purpose.as_str(), in_hex(phone))
}

fn pause_key(phone: &Digest) -> String {
    format!("identity:code:pause:{}", in_hex(phone))
}

fn day_key(what: &str, phone: &Digest) -> String {
    format!("identity:day:{what}:{}", in_hex(phone))
}

/// A digest in hexadecimal digits.
fn in_hex(digest: &Digest) -> String {
    hex::encode(digest.as_bytes())
}

fn instant(milliseconds: &str) -> Result<DateTime<Utc>, RedisError> {
    let instant = milliseconds.parse().ok().and_then(DateTime::from_timestamp_millis);
    instant.ok_or_else(|| (ErrorKind::UnexpectedReturnType, "not an instant").into())
}
