//! The combiner's own connection to PostgreSQL. It is kept from one batch to the next, while there are some: borrowing one and
//! giving it back would cost a round trip each time.

use sqlx::pool::PoolConnection;
use sqlx::{Executor, PgConnection, PgPool, Postgres};

use crate::error::Error;
use crate::store::journal;

/// Its statements are always the same, and long: planned once they need not be planned for each batch. A batch that cannot lock
/// the row for so long gives up.
const SETTINGS: &str = "SET plan_cache_mode = force_generic_plan; SET lock_timeout = '3s'";

/// A connection, in a transaction or not.
#[derive(Debug)]
pub(super) struct Session {
    database: PgPool,
    connection: Option<PoolConnection<Postgres>>,
    in_transaction: bool,
}

impl Session {
    pub(super) fn new(database: PgPool) -> Self {
        Self { database, connection: None, in_transaction: false }
    }

    /// The connection, outside a transaction: one that is open is given up.
    pub(super) async fn outside(&mut self) -> Result<&mut PgConnection, Error> {
        self.give_up().await?;
        let connection = if let Some(connection) = self.connection.take() {
            connection
        } else {
            let mut connection = self.database.acquire().await?;
            // What is set here would follow it to the next borrower.
            connection.close_on_drop();
            connection.execute(SETTINGS).await?;
            connection
        };
        Ok(self.connection.insert(connection))
    }

    /// Begins a transaction.
    pub(super) async fn begin(&mut self) -> Result<&mut PgConnection, Error> {
        self.outside().await?.execute(journal::BEGIN).await?;
        self.in_transaction = true;
        self.inside()
    }

    /// The connection, in the transaction that was begun.
    pub(super) fn inside(&mut self) -> Result<&mut PgConnection, Error> {
        let connection = self.connection.as_deref_mut().filter(|_| self.in_transaction);
        connection.ok_or(Error::Disagreement)
    }

    pub(super) async fn commit(&mut self) -> Result<(), Error> {
        self.inside()?.execute("COMMIT").await?;
        self.in_transaction = false;
        Ok(())
    }

    /// Gives up the transaction, if there is one.
    pub(super) async fn give_up(&mut self) -> Result<(), Error> {
        if self.in_transaction {
            self.inside()?.execute("ROLLBACK").await?;
            self.in_transaction = false;
        }
        Ok(())
    }

    /// Closes the connection: it is not needed just now, or something failed and it may be anywhere in a transaction.
    pub(super) fn drop_connection(&mut self) {
        (self.connection, self.in_transaction) = (None, false);
    }
}
