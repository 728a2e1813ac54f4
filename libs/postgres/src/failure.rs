//! Why a statement failed, so that `store/` can say what it means, and a caller whether the same may succeed later.

/// SQLSTATE codes, or their beginnings, of a server that does not take or finish a statement just now: the connection was lost,
/// the server is going down or coming up, or has too many connections, another transaction is in the way, or time ran out.
const PASSING: [&str; 7] = ["08", "40", "53", "57", "25P03", "25P04", "55P03"];

/// The name of the violated constraint, if that is what went wrong.
pub fn violated(error: &sqlx::Error) -> Option<&str> {
    match error {
        sqlx::Error::Database(error) => error.constraint(),
        _ => None,
    }
}

/// Whether what failed is the way to PostgreSQL, or its state of the moment, and not what was asked of it.
pub fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        // A server that goes away while a connection is made breaks off in the middle of a word.
        sqlx::Error::Protocol(_)
        | sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed => true,
        sqlx::Error::Database(error) => {
            error.code().is_some_and(|code| PASSING.iter().any(|passing| code.starts_with(passing)))
        }
        _ => false,
    }
}
