//! Requests, from the wire's words to ours: every bad field of a message is told at once.

use auth::Caller;
use postgres::Request;
use prost::Message;
use proto::subsidy as pb;
use refusal::{Fields, Refusal};
use vocabulary::{ApplicationId, MaterialId, ProgrammeId};

use crate::app::{CreateApplication, GetPayee, ListApplications, SubmitApplication};
use crate::domain::{After, Filter, FourThings};

/// A call that changes an application and says no more than which.
pub trait Change: Message {
    fn request_id(&self) -> &str;
    fn application_id(&self) -> &str;
}

macro_rules! changes {
    ($($message:ident),+) => {$(
        impl Change for pb::$message {
            fn request_id(&self) -> &str {
                &self.request_id
            }

            fn application_id(&self) -> &str {
                &self.application_id
            }
        }
    )+};
}

changes!(PrintFormRequest, WithdrawApplicationRequest, SubmitApplicationRequest, CorrectApplicationRequest);

pub fn programme_id(text: &str) -> Result<ProgrammeId, Refusal> {
    let mut fields = Fields::new();
    let id = fields.parse("programme_id", text);
    id.ok_or_else(|| fields.refusal())
}

pub fn application_id(text: &str) -> Result<ApplicationId, Refusal> {
    let mut fields = Fields::new();
    let id = fields.parse("application_id", text);
    id.ok_or_else(|| fields.refusal())
}

pub fn change(
    caller: &Caller,
    method: &'static str,
    message: &impl Change,
) -> Result<(Request, ApplicationId), Refusal> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(message.request_id());
    let application = fields.parse("application_id", message.application_id());
    let (Some(request_id), Some(application)) = (request_id, application) else {
        return Err(fields.refusal());
    };
    Ok((Request::new(request_id, caller, method, message), application))
}

pub fn submit(
    caller: Caller,
    method: &'static str,
    message: &impl Change,
    word: Option<pb::FourThings>,
) -> Result<SubmitApplication, Refusal> {
    let worker = caller.worker()?.id;
    let (request, application) = change(&caller, method, message)?;
    let word = word.unwrap_or_default();
    let four_things = FourThings([word.printed_and_checked, word.photo_pasted, word.signed, word.stamped]);
    Ok(SubmitApplication { request, caller, worker, application, four_things })
}

pub fn create_application(
    caller: Caller,
    message: &pb::CreateApplicationRequest,
) -> Result<CreateApplication, Refusal> {
    let worker = caller.worker()?.id;
    let mut fields = Fields::new();
    let request_id = fields.request_id(&message.request_id);
    let programme = fields.parse("programme_id", &message.programme_id);
    let enrollment = fields.parse("enrollment_id", &message.enrollment_id);
    let (Some(request_id), Some(programme), Some(enrollment)) = (request_id, programme, enrollment) else {
        return Err(fields.refusal());
    };
    let request = Request::new(request_id, &caller, "CreateApplication", message);
    Ok(CreateApplication { request, caller, worker, programme, enrollment })
}

pub fn get_material(message: &pb::GetMaterialRequest) -> Result<(ApplicationId, MaterialId), Refusal> {
    let mut fields = Fields::new();
    let application = fields.parse("application_id", &message.application_id);
    let material = fields.parse("material_id", &message.material_id);
    application.zip(material).ok_or_else(|| fields.refusal())
}

pub fn get_payee(caller: Caller, message: &pb::GetPayeeRequest) -> Result<GetPayee, Refusal> {
    let mut fields = Fields::new();
    let application = fields.parse("application_id", &message.application_id);
    let instruction = fields.parse("instruction_id", &message.instruction_id);
    let (Some(application), Some(instruction)) = (application, instruction) else {
        return Err(fields.refusal());
    };
    Ok(GetPayee { scope: caller.scope()?, caller, application, instruction })
}

pub fn list_applications(
    caller: &Caller,
    message: &pb::ListApplicationsRequest,
) -> Result<ListApplications, Refusal> {
    let mut fields = Fields::new();
    let programme = fields.parse_optional("programme_id", &message.programme_id);
    let state =
        if message.state == 0 { None } else { fields.choice::<pb::ApplicationState>("state", message.state) };
    let (limit, after) = fields.page(message, |[created_us, id]| {
        let created_at = chrono::DateTime::from_timestamp_micros(created_us.parse().ok()?)?;
        Some(After { created_at, id: id.parse().ok()? })
    });
    fields.check()?;
    Ok(ListApplications {
        scope: caller.scope()?,
        filter: Filter { programme, state: state.and_then(state_name) },
        after,
        limit,
    })
}

/// A state as the table names it.
fn state_name(state: pb::ApplicationState) -> Option<&'static str> {
    match state {
        pb::ApplicationState::Unspecified => None,
        pb::ApplicationState::Draft => Some("draft"),
        pb::ApplicationState::Submitting => Some("submitting"),
        pb::ApplicationState::InReview => Some("in_review"),
        pb::ApplicationState::Returned => Some("returned"),
        pb::ApplicationState::Approved => Some("approved"),
        pb::ApplicationState::Rejected => Some("rejected"),
        pb::ApplicationState::Withdrawn => Some("withdrawn"),
        pb::ApplicationState::Expired => Some("expired"),
        pb::ApplicationState::Paid => Some("paid"),
    }
}
