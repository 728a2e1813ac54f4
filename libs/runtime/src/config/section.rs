//! One section of the configuration, read key by key.

use figment::value::{Dict, Value};
use serde::de::DeserializeOwned;

use super::Problem;

/// What can be read from a section; [`settings!`](crate::settings) writes it.
pub trait Settings: Sized {
    /// Reads every key, and notes every problem. None where there was one that leaves no value.
    fn read(section: &mut Section<'_>) -> Option<Self>;
}

/// A section that is being read. What has been read is taken out, so what is left is unknown.
#[derive(Debug)]
pub struct Section<'a> {
    path: String,
    values: Dict,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Section<'a> {
    pub(super) fn root(values: Dict, problems: &'a mut Vec<Problem>) -> Self {
        Self { path: String::new(), values, problems }
    }

    /// Reads a key that must be there.
    pub fn required<T: DeserializeOwned>(&mut self, key: &str) -> Option<T> {
        let Some(value) = self.values.remove(key) else {
            self.note(key, "missing".to_owned());
            return None;
        };
        self.fit(key, &value)
    }

    /// Reads a key that has a default.
    pub fn or<T: DeserializeOwned>(&mut self, key: &str, default: T) -> Option<T> {
        match self.values.remove(key) {
            Some(value) => self.fit(key, &value),
            None => Some(default),
        }
    }

    /// Reads a key that may be absent.
    pub fn optional<T: DeserializeOwned>(&mut self, key: &str) -> Option<Option<T>> {
        match self.values.remove(key) {
            Some(value) => self.fit(key, &value).map(Some),
            None => Some(None),
        }
    }

    /// Reads a section inside this one. An absent one is read as empty, so that its own defaults count.
    pub fn section<T: Settings>(&mut self, key: &str) -> Option<T> {
        let values = match self.values.remove(key) {
            Some(Value::Dict(_, values)) => values,
            None => Dict::new(),
            Some(_) => {
                self.note(key, "a section is needed here".to_owned());
                return None;
            }
        };
        let mut inner = Section { path: self.key(key), values, problems: self.problems };
        let settings = T::read(&mut inner);
        inner.refuse_unknown();
        settings
    }

    /// Notes every key that nobody has asked for.
    pub(super) fn refuse_unknown(&mut self) {
        for key in std::mem::take(&mut self.values).into_keys() {
            self.note(&key, "unknown key".to_owned());
        }
    }

    /// Reads a value as it is, or, where it came as text from the environment, as what the text says.
    fn fit<T: DeserializeOwned>(&mut self, key: &str, value: &Value) -> Option<T> {
        let as_given = value.deserialize::<T>();
        let fitting = match (as_given, value.as_str()) {
            (Err(_), Some(text)) => {
                text.parse::<Value>().unwrap_or_else(|never| match never {}).deserialize::<T>()
            }
            (as_given, _) => as_given,
        };
        match fitting {
            Ok(fitting) => Some(fitting),
            Err(errors) => {
                for error in errors {
                    self.note(key, without_value(&error.kind));
                }
                None
            }
        }
    }

    fn note(&mut self, key: &str, what: String) {
        self.problems.push(Problem { key: self.key(key), what });
    }

    fn key(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}

/// What was expected, without what was found: it may be a secret.
fn without_value(kind: &figment::error::Kind) -> String {
    use figment::error::Kind;
    match kind {
        Kind::InvalidType(_, expected) | Kind::InvalidValue(_, expected) => format!("expected {expected}"),
        Kind::UnknownVariant(_, expected) => format!("expected one of {}", expected.join(", ")),
        Kind::Message(message) => message.clone(),
        other => format!("does not fit: {}", name_of(other)),
    }
}

fn name_of(kind: &figment::error::Kind) -> &'static str {
    use figment::error::Kind;
    match kind {
        Kind::InvalidLength(..) => "wrong length",
        Kind::MissingField(_) => "a part is missing",
        Kind::UnknownField(..) => "a part is unknown",
        Kind::DuplicateField(_) => "a part is there twice",
        Kind::ISizeOutOfRange(_) | Kind::USizeOutOfRange(_) => "number out of range",
        _ => "unsupported",
    }
}
