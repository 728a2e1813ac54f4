//! A bounded pool whose connections never carry a transaction over from one borrower to the next.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Executor, PgConnection, PgPool, Postgres, Row};

use crate::DatabaseConfig;

/// A transaction: what it did is gone unless it is committed.
pub type Tx = sqlx::Transaction<'static, Postgres>;

/// A pool for this database. Connections are made when they are needed.
pub fn connect(config: &DatabaseConfig, service: &str) -> Result<PgPool, sqlx::Error> {
    let options = PgConnectOptions::from_str(config.url.expose())?.application_name(service).options([
        ("statement_timeout", millis(config.statement_timeout_ms)),
        ("lock_timeout", millis(config.lock_timeout_ms)),
        ("idle_in_transaction_session_timeout", millis(config.idle_in_transaction_timeout_ms)),
    ]);
    let pool = PgPoolOptions::new()
        .max_connections(config.max_connections.get())
        .acquire_timeout(Duration::from_millis(config.acquire_timeout_ms))
        .after_release(|connection, _| Box::pin(leaves_no_transaction(connection)))
        .connect_lazy_with(options);
    Ok(pool)
}

fn millis(count: u64) -> String {
    format!("{count}ms")
}

/// A future dropped in the middle of BEGIN or COMMIT can hand a connection back inside a transaction (sqlx 0.9.0): such a
/// connection is closed. A failed transaction answers the question with an error, which closes it too.
async fn leaves_no_transaction(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    // Outside a transaction a statement begins its own, at the same instant; inside one it comes after its beginning. It is
    // a plain text, without arguments: prepared, it would be parsed at one instant and run at another.
    connection.fetch_one("SELECT now() = statement_timestamp()").await?.try_get(0)
}
