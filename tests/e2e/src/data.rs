//! The real case, tests/data/gangcheng-2021, as its README describes it: unions, employers, offerings and people.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The programme's id.
pub(crate) const PROGRAMME: &str = "jinan-2021";

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
    pub(crate) bank_card: String,
    pub(crate) wallet: String,
    pub(crate) unit: String,
    pub(crate) post: String,
    pub(crate) rank: String,
    pub(crate) work: String,
    pub(crate) chosen_union: String,
    pub(crate) household: String,
    pub(crate) household_outside_city: bool,
    pub(crate) migrant_worker: bool,
    pub(crate) without_work: bool,
    pub(crate) offering: String,
    pub(crate) season: String,
    pub(crate) entered_on: String,
    pub(crate) channel: String,
}

/// An employer.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct UnitRow {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) credit_code: String,
}

/// A school.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct InstitutionRow {
    pub(crate) code: String,
    pub(crate) name: String,
}

/// Something to study.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct OfferingRow {
    pub(crate) key: String,
    pub(crate) institution_code: String,
    pub(crate) major: String,
    pub(crate) level: String,
    pub(crate) study_form: String,
    pub(crate) length_months: i32,
    pub(crate) tuition_fen: i64,
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

    /// The employers.
    pub(crate) fn units() -> Result<Vec<UnitRow>> {
        table("units.csv")
    }

    /// The schools.
    pub(crate) fn institutions() -> Result<Vec<InstitutionRow>> {
        table("institutions.csv")
    }

    /// What can be studied.
    pub(crate) fn offerings() -> Result<Vec<OfferingRow>> {
        table("offerings.csv")
    }

    /// The unions directly below one, in their order.
    pub(crate) fn below<'a>(&'a self, parent: &'a str) -> impl Iterator<Item = &'a UnionRow> {
        self.unions.iter().filter(move |union| union.parent == parent)
    }
}

/// Where the data lies.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/gangcheng-2021")
}

fn table<Row: DeserializeOwned>(file: &str) -> Result<Vec<Row>> {
    let path = folder().join(file);
    let rows = csv::Reader::from_path(&path).and_then(|mut reader| reader.deserialize().collect());
    rows.with_context(|| format!("cannot read {}", path.display()))
}
