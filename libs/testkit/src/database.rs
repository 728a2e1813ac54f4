//! A database of a test's own, for libraries that stand on one without a city around it.

use std::num::NonZeroU32;

use postgres::DatabaseConfig;
use runtime::Secret;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use stack::Addresses;
use stack::addresses::STORES_VARIABLE;
use uuid::Uuid;

/// The stores that are running for tests.
///
/// # Panics
/// Where there are none.
pub fn stores() -> Addresses {
    let stores = Addresses::from_environment().unwrap();
    stores.unwrap_or_else(|| panic!("{STORES_VARIABLE} names no running stores"))
}

/// A database that its maker owns.
#[derive(Clone, Debug)]
pub struct Database {
    /// Its name.
    pub name: String,
    url: String,
    server_url: String,
}

impl Database {
    /// An empty one; its name says what it is for.
    ///
    /// # Panics
    /// Where it cannot be made.
    pub async fn on(stores: &Addresses, purpose: &str) -> Self {
        let name = format!("{purpose}_{}", Uuid::now_v7().simple());
        let url = stores.postgres_database_url(&name);
        let database = Self { name, url, server_url: stores.postgres_url.clone() };
        database.on_the_server(format!("CREATE DATABASE {}", database.name)).await;
        database
    }

    /// How it is connected to.
    pub fn config(&self) -> DatabaseConfig {
        DatabaseConfig {
            url: Secret::new(self.url.clone()),
            max_connections: const { NonZeroU32::new(8).unwrap() },
            acquire_timeout_ms: 10_000,
            statement_timeout_ms: 10_000,
            lock_timeout_ms: 5_000,
            idle_in_transaction_timeout_ms: 15_000,
        }
    }

    /// Does it as the server's owner, from another database.
    ///
    /// # Panics
    /// Where it fails.
    pub async fn on_the_server(&self, statement: String) {
        let mut server = PgConnection::connect(&self.server_url).await.unwrap();
        server.execute(AssertSqlSafe(statement)).await.unwrap();
    }

    /// Removes it, whoever is connected.
    ///
    /// # Panics
    /// Where it cannot be removed.
    pub async fn remove(&self) {
        self.on_the_server(format!("DROP DATABASE {} WITH (FORCE)", self.name)).await;
    }
}
