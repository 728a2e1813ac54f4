//! Who may take part, and in which round.

use refusal::{Missing, Reason, Refusal};
use vocabulary::{IdNumber, PersonId, PersonName, Phone};

use super::fields::Fields;
use super::programme::{Programme, Round};
use super::study::Study;

/// The worker as identity has verified them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applicant {
    /// The person.
    pub person_id: PersonId,
    /// Full name.
    pub name: PersonName,
    /// ID number, with sex and date of birth.
    pub id_number: IdNumber,
    /// Mobile phone.
    pub phone: Phone,
}

/// Whether these studies can be applied for at all, and in which round.
pub fn opening<'a>(programme: &'a Programme, study: &Study) -> Result<&'a Round, Refusal> {
    if !study.level.is_subsidised() {
        return Err(Reason::LevelNotSubsidised.into());
    }
    if study.entered_on.year() != programme.year {
        return Err(Refusal::new(Reason::EnteredInAnotherYear).with("year", programme.year));
    }
    programme.round_of(study.season).ok_or_else(|| Reason::NoRoundForSeason.into())
}

/// Notes why this worker does not qualify, all of it; looked at on submission, on correction, and again at final approval
///
pub fn eligible(programme: &Programme, fields: &Fields, study: &Study, missing: &mut Missing) {
    if let Err(refusal) = opening(programme, study) {
        missing.note("study", refusal);
    }
    if !study.major_agreed {
        missing.note("study.major", Reason::MajorNotAgreed);
    }
    let unit = fields.unit.as_ref().filter(|_| !fields.needs_no_unit());
    if unit.is_some_and(|unit| !unit.is_front_line()) {
        missing.note("fields.unit.rank", Reason::NotFrontLine);
    }
}
