//! What is still missing, all of it at once.

use chrono::{DateTime, Utc};
use refusal::{Missing, Reason, Refusal};
use vocabulary::Day;

use super::application::Application;
use super::eligibility::eligible;
use super::fields::Fields;
use super::material::{MaterialData, MaterialKind};
use super::programme::Programme;

/// The worker's word on the four things (确定4项工作是否完成), in the order of [`FourThings::NAMES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FourThings(pub [bool; 4]);

impl FourThings {
    /// The form is printed and its data checked, the photo is pasted, the form is signed, and stamped.
    const NAMES: [&str; 4] = ["printed_and_checked", "photo_pasted", "signed", "stamped"];

    /// Notes what the worker has not given their word on.
    pub fn note(self, missing: &mut Missing) {
        for (given, name) in self.0.into_iter().zip(Self::NAMES) {
            if !given {
                missing.note(format!("four_things.{name}"), Reason::FourThingsMissing);
            }
        }
    }
}

/// Whether every field that the form shows is there.
pub fn ready_to_print(fields: &Fields) -> Result<(), Refusal> {
    let mut missing = Missing::new();
    note_fields(fields, &mut missing);
    missing.check(Reason::FormIncomplete)
}

/// Notes all that is missing for a submission or a correction, but for the worker's word.
pub fn ready_to_send(application: &Application, programme: &Programme, now: DateTime<Utc>) -> Missing {
    let mut missing = Missing::new();
    eligible(programme, &application.fields, &application.study, &mut missing);
    note_fields(&application.fields, &mut missing);
    if application.printed_revision != application.revision {
        missing.note("form", Reason::FormNotPrinted);
    }
    for kind in needed(&application.fields) {
        match application.material(kind) {
            None => missing.note(subject(kind), Reason::MaterialMissing),
            Some(material) if !material.is_current(application.revision) => {
                let old = Refusal::new(Reason::FormRevisionOld).with("revision", application.revision);
                missing.note(subject(kind), old);
            }
            Some(material) => note_chsi(&material.data, programme, Day::of(now), &mut missing),
        }
    }
    missing
}

fn note_fields(fields: &Fields, missing: &mut Missing) {
    if fields.household.is_none() {
        missing.note("fields.household", Reason::FieldMissing);
    }
    if fields.unit.is_none() && !fields.needs_no_unit() {
        missing.note("fields.unit", Reason::FieldMissing);
    }
    if fields.payee.is_none() {
        missing.note("fields.payee", Reason::FieldMissing);
    }
}

/// Which materials this worker needs.
fn needed(fields: &Fields) -> impl Iterator<Item = MaterialKind> {
    [
        MaterialKind::StampedForm,
        MaterialKind::TuitionReceipt,
        MaterialKind::ChsiReport,
        MaterialKind::IdCardFront,
        MaterialKind::IdCardBack,
        MaterialKind::PayeeAccount,
    ]
    .into_iter()
    .chain(fields.household_outside_city.then_some(MaterialKind::ResidencePermit))
}

/// a report runs for long enough, and is valid today.
fn note_chsi(data: &MaterialData, programme: &Programme, today: Day, missing: &mut Missing) {
    let MaterialData::Chsi { issued_on, valid_until, .. } = *data else { return };
    let months = programme.settings.chsi_months;
    let runs_until = issued_on.plus_months(months);
    if runs_until.is_none_or(|day| valid_until < day) {
        let short = Refusal::new(Reason::ChsiReportTooShort).with("months", months);
        missing.note(subject(MaterialKind::ChsiReport), short);
    }
    if valid_until < today || issued_on > today {
        missing.note(subject(MaterialKind::ChsiReport), Reason::ChsiReportExpired);
    }
}

fn subject(kind: MaterialKind) -> String {
    format!("materials.{}", kind.as_str())
}

#[cfg(test)]
mod tests;
