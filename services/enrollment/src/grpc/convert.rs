//! Requests, from the wire's words to ours: every bad field of a message is told at once.

use auth::Caller;
use postgres::Request;
use proto::enrollment as pb;
use refusal::{Fields, Reason, Refusal};
use vocabulary::{Day, EnrollmentId, Fen};

use crate::app::{AgreeMajor, CreateEnrollment, ListOfferings, RecordTuition};
use crate::domain::{After, Filter, Level, Payment, Season, StudyForm, entry_days};

pub fn enrollment_id(message: &pb::GetEnrollmentRequest) -> Result<EnrollmentId, Refusal> {
    let mut fields = Fields::new();
    let id = fields.parse("enrollment_id", &message.enrollment_id);
    id.ok_or_else(|| fields.refusal())
}

pub fn create_enrollment(
    caller: Caller,
    message: &pb::CreateEnrollmentRequest,
    today: Day,
) -> Result<CreateEnrollment, Refusal> {
    let worker = caller.worker()?.id;
    let mut fields = Fields::new();
    let request_id = fields.request_id(&message.request_id);
    let offering = fields.parse("offering_id", &message.offering_id);
    let entered_on = fields.day("entered_on", &message.entered_on, entry_days(today));
    let season = fields.choice("season", message.season).and_then(season);
    if let (Some(season), Some(day)) = (season, entered_on)
        && season != Season::of(day)
    {
        fields.refuse("entered_on", Reason::SeasonMismatch);
    }
    let unit_union = fields.parse_optional("unit_union_id", &message.unit_union_id);
    let chosen_union = fields.parse("chosen_union_id", &message.chosen_union_id);
    let work = fields.text("work", &message.work, 2..=200);
    let (
        Some(request_id),
        Some(offering),
        Some(entered_on),
        Some(season),
        Some(chosen_union),
        Some(work),
        true,
    ) = (request_id, offering, entered_on, season, chosen_union, work, fields.all_right())
    else {
        return Err(fields.refusal());
    };
    let request = Request::new(request_id, &caller, "CreateEnrollment", message);
    Ok(CreateEnrollment {
        request,
        caller,
        worker,
        offering,
        season,
        entered_on,
        unit_union,
        chosen_union,
        work,
    })
}

pub fn agree_major(caller: Caller, message: &pb::AgreeMajorRequest) -> Result<AgreeMajor, Refusal> {
    let union = caller.official()?.union;
    let mut fields = Fields::new();
    let request_id = fields.request_id(&message.request_id);
    let enrollment = fields.parse("enrollment_id", &message.enrollment_id);
    let (Some(request_id), Some(enrollment)) = (request_id, enrollment) else {
        return Err(fields.refusal());
    };
    let request = Request::new(request_id, &caller, "AgreeMajor", message);
    Ok(AgreeMajor { request, scope: caller.scope()?, caller, union, enrollment })
}

pub fn record_tuition(caller: Caller, message: &pb::RecordTuitionRequest) -> Result<RecordTuition, Refusal> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&message.request_id);
    let enrollment = fields.parse("enrollment_id", &message.enrollment_id);
    let receipt_number = fields.text("receipt_number", &message.receipt_number, 1..=64);
    let amount = fields.amount("amount_fen", message.amount_fen, Fen::MOST_TUITION);
    let paid_on = fields.day("paid_on", &message.paid_on, Day::EARLIEST..=Day::LATEST);
    let (Some(request_id), Some(enrollment), Some(receipt_number), Some(amount), Some(paid_on)) =
        (request_id, enrollment, receipt_number, amount, paid_on)
    else {
        return Err(fields.refusal());
    };
    let request = Request::new(request_id, &caller, "RecordTuition", message);
    let payment = Payment { receipt_number, amount, paid_on };
    Ok(RecordTuition { request, scope: caller.scope()?, caller, enrollment, payment })
}

pub fn list_offerings(message: &pb::ListOfferingsRequest) -> Result<ListOfferings, Refusal> {
    let mut fields = Fields::new();
    let institution = if message.institution_code.is_empty() {
        None
    } else {
        institution_code(&mut fields, &message.institution_code)
    };
    let level = if message.level == 0 { None } else { fields.choice("level", message.level).and_then(level) };
    let (limit, after) = fields.page(message, |[institution_code, level, major, id]| {
        Some(After { institution_code, level, major, id: id.parse().ok()? })
    });
    fields.check()?;
    let filter = Filter { institution_code: institution, level };
    Ok(ListOfferings { filter, after, limit })
}

/// Five digits.
pub fn institution_code(fields: &mut Fields, text: &str) -> Option<String> {
    if text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.to_owned());
    }
    fields.refuse("institution_code", Reason::InstitutionCodeMalformed);
    None
}

pub fn level(level: pb::EducationLevel) -> Option<Level> {
    match level {
        pb::EducationLevel::Unspecified => None,
        pb::EducationLevel::Secondary => Some(Level::Secondary),
        pb::EducationLevel::JuniorCollege => Some(Level::JuniorCollege),
        pb::EducationLevel::Bachelor => Some(Level::Bachelor),
        pb::EducationLevel::Master => Some(Level::Master),
        pb::EducationLevel::Doctor => Some(Level::Doctor),
    }
}

pub fn study_form(form: pb::StudyForm) -> Option<StudyForm> {
    match form {
        pb::StudyForm::Unspecified => None,
        pb::StudyForm::Correspondence => Some(StudyForm::Correspondence),
        pb::StudyForm::PartTime => Some(StudyForm::PartTime),
        pb::StudyForm::Open => Some(StudyForm::Open),
        pb::StudyForm::FullTime => Some(StudyForm::FullTime),
        pb::StudyForm::SelfTaught => Some(StudyForm::SelfTaught),
    }
}

fn season(season: pb::Season) -> Option<Season> {
    match season {
        pb::Season::Unspecified => None,
        pb::Season::Spring => Some(Season::Spring),
        pb::Season::Autumn => Some(Season::Autumn),
    }
}
