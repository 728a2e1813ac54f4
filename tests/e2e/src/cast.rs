//! Who is in the story: unions, officials and workers, each under the key that the data gives them.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use proto::identity::Union;
use testkit::{Official, Worker};

use crate::data::PersonRow;

/// Everybody who has entered the story so far.
#[derive(Default)]
pub(crate) struct Cast {
    unions: BTreeMap<String, Union>,
    officials: BTreeMap<String, Official>,
    pub(crate) workers: Vec<Applicant>,
}

/// A worker, with what the data says of them.
#[derive(Clone)]
pub(crate) struct Applicant {
    pub(crate) row: PersonRow,
    pub(crate) worker: Worker,
}

impl Cast {
    /// A union joins.
    pub(crate) fn join(&mut self, key: &str, union: Union) {
        self.unions.insert(key.to_owned(), union);
    }

    /// A union of the data.
    pub(crate) fn union(&self, key: &str) -> Result<&Union> {
        self.unions.get(key).with_context(|| format!("no union called {key} has joined"))
    }

    /// How many unions have joined.
    pub(crate) fn union_count(&self) -> usize {
        self.unions.len()
    }

    /// An official takes office.
    pub(crate) fn appoint(&mut self, key: &str, official: Official) {
        self.officials.insert(key.to_owned(), official);
    }

    /// An official, such as `jinan/finance`.
    pub(crate) fn official(&self, key: &str) -> Result<&Official> {
        self.officials.get(key).with_context(|| format!("no official called {key} is in office"))
    }

    /// How many officials are in office.
    pub(crate) fn official_count(&self) -> usize {
        self.officials.len()
    }
}
