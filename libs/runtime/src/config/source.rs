//! Where values come from: a TOML file, then the environment, then files that the environment names.

use std::ffi::OsString;
use std::path::Path;

use figment::Figment;
use figment::providers::{Format, Toml};
use figment::value::{Dict, Value};

use super::Problem;

/// What every variable of ours begins with.
const PREFIX: &str = "YUANMENG_";

/// Divides section from key in a variable's name.
const DIVIDER: &str = "__";

/// Ends the name of a variable that names a file with the value.
const FILE: &str = "_FILE";

/// All values given, with what was wrong in giving them.
#[derive(Debug, Default)]
pub struct Source {
    pub(super) values: Dict,
    pub(super) problems: Vec<Problem>,
}

impl Source {
    /// Reads the file, if there is one, and the environment over it.
    pub fn new(file: Option<&Path>, environment: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let mut source = Self::default();
        if let Some(file) = file {
            source.read_file(file);
        }
        let mut variables: Vec<_> = environment.into_iter().filter_map(readable).collect();
        // Sorted, so that `…_FILE` comes after the plain variable, whatever the order of the environment.
        variables.sort();
        for (name, value) in variables {
            source.read_variable(&name, value);
        }
        source
    }

    fn read_file(&mut self, file: &Path) {
        match Figment::from(Toml::file_exact(file)).extract::<Dict>() {
            Ok(values) => self.values = values,
            Err(errors) => {
                let key = file.display().to_string();
                self.problems.extend(
                    errors
                        .into_iter()
                        .map(|error| Problem { key: key.clone(), what: error.kind.to_string() }),
                );
            }
        }
    }

    fn read_variable(&mut self, name: &str, value: String) {
        // Without a divider it is no setting: `YUANMENG_CONFIG` names the file itself.
        let Some(name) = name.strip_prefix(PREFIX).filter(|name| name.contains(DIVIDER)) else { return };
        let (name, value) = match name.strip_suffix(FILE) {
            Some(name) => match std::fs::read_to_string(&value) {
                Ok(text) => (name, text.trim_end().to_owned()),
                Err(error) => {
                    let what = format!("the file it is to come from cannot be read: {}", error.kind());
                    self.problems.push(Problem { key: key_of(name), what });
                    return;
                }
            },
            None => (name, value),
        };
        if put(&mut self.values, &key_of(name), value).is_none() {
            let what = "a value stands where a section is needed".to_owned();
            self.problems.push(Problem { key: key_of(name), what });
        }
    }
}

fn readable((name, value): (OsString, OsString)) -> Option<(String, String)> {
    Some((name.into_string().ok()?, value.into_string().ok()?))
}

fn key_of(name: &str) -> String {
    name.to_lowercase().replace(DIVIDER, ".")
}

/// Puts a value where its key belongs. None where a value already stands in the way.
fn put(values: &mut Dict, key: &str, value: String) -> Option<()> {
    match key.split_once('.') {
        None => values.insert(key.to_owned(), Value::from(value)).map_or(Some(()), |_| Some(())),
        Some((section, rest)) => {
            let section = values.entry(section.to_owned()).or_insert_with(|| Value::from(Dict::new()));
            match section {
                Value::Dict(_, inner) => put(inner, rest, value),
                _ => None,
            }
        }
    }
}
