//! An import, row by row: all rows are judged before any is written.

use std::collections::{HashMap, HashSet};

use refusal::{Reason, Refusal};
use vocabulary::OfferingId;

use super::offering::{Offering, OfferingKey, Terms};

/// A row as the door has read it: an offering, or what is wrong with it.
pub type Row = Result<Terms, Vec<String>>;

/// What a row does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It adds an offering.
    New,
    /// It changes this one.
    Changed(Offering),
    /// It is this one, just so.
    Same(Offering),
    /// It cannot be taken.
    Bad(Vec<String>),
}

/// A verdict, and the offering that the row is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// What the row does.
    pub outcome: Outcome,
    /// The offering; none where the row is bad, or would be new in a dry run.
    pub id: Option<OfferingId>,
}

/// The verdict on every row, given what is there.
pub fn verdicts(rows: &[Row], there: &[Offering]) -> Vec<Outcome> {
    let there: HashMap<OfferingKey<'_>, &Offering> =
        there.iter().map(|offering| (offering.terms.key(), offering)).collect();
    let mut before = HashSet::new();
    rows.iter().map(|row| verdict(row, &mut before, &there)).collect()
}

fn verdict<'a>(
    row: &'a Row,
    before: &mut HashSet<OfferingKey<'a>>,
    there: &HashMap<OfferingKey<'_>, &Offering>,
) -> Outcome {
    let terms = match row {
        Ok(terms) => terms,
        Err(problems) => return Outcome::Bad(problems.clone()),
    };
    if !before.insert(terms.key()) {
        return Outcome::Bad(vec![Refusal::new(Reason::RowTwice).text()]);
    }
    match there.get(&terms.key()).copied() {
        None => Outcome::New,
        Some(offering) if offering.terms == *terms => Outcome::Same(offering.clone()),
        Some(offering) => Outcome::Changed(Offering { id: offering.id, terms: terms.clone() }),
    }
}

#[cfg(test)]
mod tests {
    use vocabulary::Fen;

    use super::super::offering::{Level, StudyForm};
    use super::*;

    fn terms(major: &str, tuition: i64) -> Terms {
        Terms {
            institution_code: "10427".to_owned(),
            institution_name: "济南大学".to_owned(),
            major: major.to_owned(),
            level: Level::Bachelor,
            study_form: StudyForm::Correspondence,
            length_months: 30,
            tuition: Fen::try_from(tuition).unwrap(),
        }
    }

    /// each row gets its own verdict; a second row of the same offering is bad.
    #[test]
    fn every_row_gets_its_verdict() {
        let there = Offering { id: OfferingId::new(), terms: terms("会计学", 600_000) };
        let dearer = Offering { id: there.id, terms: terms("会计学", 700_000) };
        let rows = [
            Ok(terms("土木工程", 500_000)),
            Ok(terms("会计学", 700_000)),
            Ok(terms("土木工程", 500_000)),
            Err(vec!["此项必填".to_owned()]),
        ];

        let outcomes = verdicts(&rows, std::slice::from_ref(&there));

        assert_eq!(outcomes[..2], [Outcome::New, Outcome::Changed(dearer)]);
        assert!(matches!(&outcomes[2], Outcome::Bad(problems) if problems.len() == 1));
        assert!(matches!(&outcomes[3], Outcome::Bad(problems) if problems == &["此项必填"]));
        assert_eq!(
            verdicts(&[Ok(there.terms.clone())], std::slice::from_ref(&there)),
            [Outcome::Same(there)]
        );
    }
}
