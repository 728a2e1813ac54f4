//! The real case, tests/data/gangcheng-2021, as its README describes it: unions, employers, offerings and people.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The programme's id.
pub(crate) const PROGRAMME: &str = "jinan-2021";
/// The programme's file.
pub(crate) const PROGRAMME_FILE: &str = "programme.toml";

/// Everything that the story is played with.
#[derive(Debug)]
pub(crate) struct Data {
    pub(crate) unions: Vec<UnionRow>,
}

/// A union that there is to be.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct UnionRow {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) parent: String,
    pub(crate) administrative_code: String,
    pub(crate) credit_code: String,
}

/// Somebody of the story.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct PersonRow {
    pub(crate) name: String,
    pub(crate) id_number: String,
    pub(crate) phone: String,
    pub(crate) season: String,
    pub(crate) channel: String,
}

impl Data {
    /// Reads it.
    pub(crate) fn read() -> Result<Self> {
        Ok(Self { unions: table("unions.csv")? })
    }

    /// The workers who entered in spring, in the order of their keys.
    pub(crate) fn spring_entrants() -> Result<Vec<PersonRow>> {
        let people: Vec<PersonRow> = table("people.csv")?;
        Ok(people.into_iter().filter(|person| person.season == "spring").collect())
    }

    /// The unions directly below one, in their order.
    pub(crate) fn below<'a>(&'a self, parent: &'a str) -> impl Iterator<Item = &'a UnionRow> {
        self.unions.iter().filter(move |union| union.parent == parent)
    }
}

/// Where the data lies.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/gangcheng-2021")
}

fn table<Row: DeserializeOwned>(file: &str) -> Result<Vec<Row>> {
    let path = folder().join(file);
    let rows = csv::Reader::from_path(&path).and_then(|mut reader| reader.deserialize().collect());
    rows.with_context(|| format!("cannot read {}", path.display()))
}
