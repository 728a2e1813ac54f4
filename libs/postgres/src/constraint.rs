//! Which constraint a statement ran into, by its name, so that `store/` can say what it means.

/// The name of the violated constraint, if that is what went wrong.
pub fn violated(error: &sqlx::Error) -> Option<&str> {
    match error {
        sqlx::Error::Database(error) => error.constraint(),
        _ => None,
    }
}
