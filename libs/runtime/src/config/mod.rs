//! The whole configuration, read before anything else happens: a file, then the environment; all errors at once.
//!
//! A service declares what it needs with [`settings!`](crate::settings). A value comes from the TOML file (`--config`, or
//! `YUANMENG_CONFIG`), then from `YUANMENG_<SECTION>__<KEY>`, then from the file that `YUANMENG_<SECTION>__<KEY>_FILE` names, which
//! is how secrets come. A key that nobody asks for is an error, like a value that does not fit.

mod error;
mod macros;
mod secret;
mod section;
mod source;

pub use error::{ConfigErrors, Problem};
pub use secret::Secret;
pub use section::{Section, Settings};
pub use source::Source;

/// Reads the whole configuration, or says all that is wrong with it.
pub fn read<T: Settings>(source: Source) -> Result<T, ConfigErrors> {
    let mut problems = source.problems;
    let mut root = Section::root(source.values, &mut problems);
    let settings = T::read(&mut root);
    root.refuse_unknown();
    match settings {
        Some(settings) if problems.is_empty() => Ok(settings),
        _ => Err(ConfigErrors(problems)),
    }
}

#[cfg(test)]
mod tests;
