//! What goes wrong between services, and whether it will pass.

use std::error::Error;

/// Why the broker does not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum MessagingError {
    /// The broker cannot be reached, or ended the connection.
    #[error("the broker failed")]
    Broker(#[from] lapin::Error),
    /// The broker did not confirm in time: whether it has the events is not known.
    #[error("the broker did not confirm in time")]
    Unconfirmed,
    /// The broker did not answer in time.
    #[error("the broker did not answer in time")]
    Unanswered,
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// The queue's stream has ended: the broker took the consumer away.
    #[error("the broker ended the consumer")]
    Cancelled,
}

/// Why a handler has not handled an event.
#[derive(Debug, thiserror::Error)]
pub enum HandlerError {
    /// It will pass: the database or a neighbour is away. The event is tried again, without end.
    #[error("the event cannot be handled now")]
    Transient(#[source] Box<dyn Error + Send + Sync>),
    /// It will not pass: the event says what cannot be. It is parked.
    #[error("the event cannot be handled")]
    Permanent(#[source] Box<dyn Error + Send + Sync>),
}

impl HandlerError {
    /// An error that will pass.
    pub fn transient(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Transient(error.into())
    }

    /// An error that will not pass.
    pub fn permanent(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Permanent(error.into())
    }
}

/// A database that refuses a value, by a constraint or a type, will refuse it again; every other failure will pass.
impl From<sqlx::Error> for HandlerError {
    fn from(error: sqlx::Error) -> Self {
        // Classes 22 and 23: data exceptions and violated constraints. A deadlock or a shutdown is another class.
        let refused = error
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .is_some_and(|code| code.starts_with("22") || code.starts_with("23"));
        let unreadable = matches!(
            error,
            sqlx::Error::Decode(_) | sqlx::Error::Encode(_) | sqlx::Error::ColumnDecode { .. }
        );
        if refused || unreadable { Self::permanent(error) } else { Self::transient(error) }
    }
}

/// An error and all its causes in one line.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
