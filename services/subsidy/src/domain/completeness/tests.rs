//! Everything that is missing is told, all of it together.

use rstest::rstest;

use super::super::fields::Rank;
use super::super::specimen::{complete, day, first_morning, programme};
use super::super::study::Level;
use super::*;

fn told(application: &Application) -> Vec<(String, Reason)> {
    let missing = ready_to_send(application, &programme(), first_morning());
    missing.things().iter().map(|thing| (thing.path().to_owned(), thing.reason())).collect()
}

/// with everything there, nothing is missing.
#[test]
fn a_complete_application_lacks_nothing() {
    assert_eq!(told(&complete()), []);
}

/// what is missing is listed at once, all of it together; R-24: six materials.
#[test]
fn an_empty_draft_is_told_everything() {
    let application =
        Application { fields: Fields::default(), printed_revision: 0, materials: Vec::new(), ..complete() };

    let told = told(&application);

    let subjects: Vec<&str> = told.iter().map(|(subject, _)| subject.as_str()).collect();
    let expected = [
        "fields.household",
        "fields.unit",
        "fields.payee",
        "form",
        "materials.stamped_form",
        "materials.tuition_receipt",
        "materials.chsi_report",
        "materials.id_card_front",
        "materials.id_card_back",
        "materials.payee_account",
    ];
    assert_eq!(subjects, expected);
    assert_eq!(told[0].1, Reason::FieldMissing);
    assert_eq!(told[3].1, Reason::FormNotPrinted);
    assert_eq!(told[4].1, Reason::MaterialMissing);
}

/// a household outside Jinan needs the residence permit too.
#[test]
fn a_household_outside_the_city_needs_a_residence_permit() {
    let mut application = complete();
    application.fields.household_outside_city = true;

    let missing = ("materials.residence_permit".to_owned(), Reason::MaterialMissing);
    assert_eq!(told(&application), [missing]);
}

/// a migrant worker without work needs no unit; another worker does.
#[rstest]
#[case(true, true, &[])]
#[case(false, true, &["fields.unit"])]
#[case(true, false, &["fields.unit"])]
fn only_a_migrant_worker_without_work_needs_no_unit(
    #[case] migrant_worker: bool,
    #[case] without_work: bool,
    #[case] missing: &[&str],
) {
    let mut application = complete();
    application.fields = Fields { migrant_worker, without_work, unit: None, ..application.fields };

    let subjects: Vec<String> = told(&application).into_iter().map(|(subject, _)| subject).collect();
    assert_eq!(subjects, missing);
}

/// a form that was stamped for an earlier revision does not count.
#[test]
fn a_form_of_an_old_revision_does_not_count() {
    let application = Application { revision: 2, printed_revision: 2, ..complete() };

    assert_eq!(told(&application), [("materials.stamped_form".to_owned(), Reason::FormRevisionOld)]);
}

/// a CHSI report runs for at least six months, from its issue, and is valid on the day of submission.
#[rstest]
#[case("2021-04-20", "2021-10-20", &[])]
#[case("2021-04-20", "2021-10-19", &[Reason::ChsiReportTooShort])]
#[case("2020-11-05", "2021-05-05", &[])]
#[case("2020-11-04", "2021-05-04", &[Reason::ChsiReportExpired])]
#[case("2021-05-06", "2021-11-06", &[Reason::ChsiReportExpired])]
#[case("2021-02-01", "2021-05-04", &[Reason::ChsiReportTooShort, Reason::ChsiReportExpired])]
fn a_chsi_report_runs_for_six_months_and_is_valid(
    #[case] issued_on: &str,
    #[case] valid_until: &str,
    #[case] reasons: &[Reason],
) {
    let mut application = complete();
    application.materials[2].data = MaterialData::Chsi {
        code: "ABCD12345678".to_owned(),
        issued_on: day(issued_on),
        valid_until: day(valid_until),
    };

    let told: Vec<Reason> = told(&application).into_iter().map(|(_, reason)| reason).collect();
    assert_eq!(told, reasons);
}

/// who does not qualify is told why, with all else.
#[test]
fn who_does_not_qualify_is_told_why() {
    let mut application = complete();
    application.study.major_agreed = false;
    if let Some(unit) = &mut application.fields.unit {
        unit.rank = Rank::Senior;
    }
    let told_of = |application: &Application| -> Vec<Reason> {
        told(application).into_iter().map(|(_, reason)| reason).collect()
    };
    assert_eq!(told_of(&application), [Reason::MajorNotAgreed, Reason::NotFrontLine]);

    let mut application = complete();
    application.study.level = Level::Secondary;
    assert_eq!(told_of(&application), [Reason::LevelNotSubsidised]);
    application.study.level = Level::JuniorCollege;
    application.study.entered_on = day("2020-03-01");
    assert_eq!(told_of(&application), [Reason::EnteredInAnotherYear]);
}

/// a spring entrant applies in the spring round.
#[test]
fn the_season_of_entry_decides_the_round() {
    let (mut programme, study) = (programme(), complete().study);
    assert_eq!(super::super::opening(&programme, &study).unwrap().id.as_str(), "spring");

    programme.rounds.retain(|round| round.id.as_str() == "autumn");
    let refused = super::super::opening(&programme, &study).unwrap_err();
    assert_eq!(refused.reason(), Reason::NoRoundForSeason);
}

/// each of the four things is asked for by name.
#[test]
fn the_worker_gives_their_word_on_four_things() {
    let mut missing = Missing::new();
    FourThings([true, false, true, false]).note(&mut missing);

    let subjects: Vec<&str> = missing.things().iter().map(refusal::Violation::path).collect();
    assert_eq!(subjects, ["four_things.photo_pasted", "four_things.stamped"]);
    let refused = missing.check(Reason::ApplicationIncomplete).unwrap_err();
    assert_eq!(refused.reason(), Reason::ApplicationIncomplete);
    assert_eq!(refused.text(), "还有2项没有完成，请逐项补齐后再提交");
}

/// a form is printed when every field that it shows is there.
#[test]
fn a_form_is_printed_when_its_fields_are_there() {
    assert!(ready_to_print(&complete().fields).is_ok());
    let refused = ready_to_print(&Fields::default()).unwrap_err();
    assert_eq!(refused.reason(), Reason::FormIncomplete);
}
