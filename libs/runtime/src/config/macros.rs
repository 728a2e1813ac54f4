//! How a service declares its settings.

/// Declares a struct whose fields are read from the configuration.
///
/// ```
/// runtime::settings! {
///     /// Where codes are kept.
///     pub struct CodesConfig {
///         /// The Redis that holds them: `redis://…`. A secret, since it holds a password.
///         url: runtime::Secret [required],
///         /// How long a code lives, in seconds.
///         code_lifetime_s: u64 = 300,
///         /// Where it is announced, if anywhere.
///         webhook: String [optional],
///     }
/// }
///
/// runtime::settings! {
///     /// What identity needs to run.
///     pub struct Config {
///         /// One-time codes.
///         codes: CodesConfig [section],
///     }
/// }
/// ```
#[macro_export]
macro_rules! settings {
    (
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident {
            $( $(#[$field_meta:meta])* $field:ident : $type:ty $([$kind:ident])? $(= $default:expr)? ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone)]
        $visibility struct $name {
            $( $(#[$field_meta])* pub $field: $crate::setting_type!($type $([$kind])?), )*
        }

        impl $crate::config::Settings for $name {
            fn read(section: &mut $crate::config::Section<'_>) -> Option<Self> {
                // Every key is read before the first missing one can end it: all problems show at once.
                $( let $field = $crate::setting_read!(section, $field $([$kind])? $(= $default)?); )*
                Some(Self { $( $field: $field?, )* })
            }
        }
    };
}

/// The type of a field: an optional one may be absent.
#[doc(hidden)]
#[macro_export]
macro_rules! setting_type {
    ($type:ty [optional]) => { Option<$type> };
    ($type:ty $([$kind:ident])?) => { $type };
}

/// How a field is read.
#[doc(hidden)]
#[macro_export]
macro_rules! setting_read {
    ($section:ident, $field:ident [required]) => {
        $section.required(stringify!($field))
    };
    ($section:ident, $field:ident [optional]) => {
        $section.optional(stringify!($field))
    };
    ($section:ident, $field:ident [section]) => {
        $section.section(stringify!($field))
    };
    ($section:ident, $field:ident = $default:expr) => {
        $section.or(stringify!($field), $default)
    };
}
