//! How people's data is shown: the ends that let a person recognise their own, and stars between.

use std::fmt;

/// Writes the first `head` and the last `tail` characters of a text, and a star for each one between.
pub(crate) fn write(out: &mut fmt::Formatter<'_>, text: &str, head: usize, tail: usize) -> fmt::Result {
    let length = text.chars().count();
    for (index, character) in text.chars().enumerate() {
        let shown = index < head || index + tail >= length;
        write!(out, "{}", if shown { character } else { '*' })?;
    }
    Ok(())
}

/// Shows a type masked, in `Display` as in `Debug`, so that no log line can leak it.
macro_rules! masked {
    ($name:ident, head = $head:expr, tail = $tail:expr) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::masked::write(out, self.expose(), $head, $tail)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(out, concat!(stringify!($name), "({})"), self)
            }
        }
    };
}

pub(crate) use masked;
