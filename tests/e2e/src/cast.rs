//! Who is in the story: unions, officials and workers, each under the key that the data gives them.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use proto::enrollment::Enrollment;
use proto::identity::Union;
use proto::subsidy::Application;
use testkit::{Official, Worker};

use crate::data::PersonRow;
use crate::rush::Kept;

/// What a seat in either pool is worth.
const SEAT_FEN: i64 = 100_000;

/// Everybody who has entered the story so far.
#[derive(Default)]
pub(crate) struct Cast {
    unions: BTreeMap<String, Union>,
    officials: BTreeMap<String, Official>,
    pub(crate) workers: Vec<Applicant>,
    /// What each of them studies.
    pub(crate) enrollments: Vec<Enrollment>,
    /// What each of them applied with.
    pub(crate) applications: Vec<Application>,
    /// What each of them was told at the submission, and keeps.
    pub(crate) receipts: Vec<Kept>,
    /// Who was rejected, and who got that one's district seat.
    pub(crate) rejected: Option<usize>,
    pub(crate) promoted: Option<usize>,
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

    /// Who reviews for a union.
    pub(crate) fn reviewer(&self, union: &str) -> Result<&Official> {
        let duty = if matches!(union, "jinan" | "gangcheng") { "reviewer" } else { "office" };
        self.official(&format!("{union}/{duty}"))
    }

    /// A worker, and the id of what they applied with.
    pub(crate) fn application(&self, index: usize) -> Result<(Worker, String)> {
        let pair = self.workers.get(index).zip(self.applications.get(index));
        let (applicant, application) = pair.with_context(|| format!("no application {index}"))?;
        Ok((applicant.worker.clone(), application.id.clone()))
    }

    /// Which worker applied with it.
    pub(crate) fn index_of(&self, application_id: &str) -> Result<usize> {
        let found = self.applications.iter().position(|application| application.id == application_id);
        found.with_context(|| format!("nobody applied with {application_id}"))
    }

    /// The seats of approved applications, by the clients' receipts and by what happened since: worker and pool.
    pub(crate) fn promises(&self) -> Vec<(usize, &str)> {
        let told = self.receipts.iter().flat_map(|kept| {
            let seated = kept.receipt.standings.iter().filter(|standing| standing.seated);
            seated.map(|standing| (kept.index, standing.pool_id.as_str()))
        });
        let staying = told.filter(|(index, _)| Some(*index) != self.rejected);
        staying.chain(self.promoted.map(|index| (index, "gangcheng"))).collect()
    }

    /// What each worker is to get at their account once all tuition is paid.
    pub(crate) fn promised_fen(&self) -> BTreeMap<String, i64> {
        let mut promised: BTreeMap<String, i64> = BTreeMap::new();
        for (index, _) in self.promises() {
            let row = &self.workers[index].row;
            let account = if row.wallet.is_empty() { &row.bank_card } else { &row.wallet };
            let offering = self.enrollments[index].offering.as_ref();
            let tuition = offering.map_or(0, |offering| offering.tuition_fen);
            let sum = promised.entry(account.clone()).or_default();
            *sum = tuition.min(*sum + SEAT_FEN);
        }
        promised
    }

    /// How many officials are in office.
    pub(crate) fn official_count(&self) -> usize {
        self.officials.len()
    }
}
