//! Workers and sessions between the wire's words and ours. What is sensitive goes out masked unless in full.

use auth::{Caller, Channel};
use proto::identity as pb;
use proto::timestamp;
use refusal::{Fields, Reason, Refusal};
use runtime::Secret;
use vocabulary::{Phone, WorkerId};

use crate::app::{
    Consent, Person, RegisterWorker, RequestCode, SignIn, SignInOfficial, Tokens, VerifyRealName,
};
use crate::domain::{Kept, Purpose, RefreshToken};

/// The service that prints forms sees people in full.
const SEES_IN_FULL: &str = "subsidy";

pub fn request_code(message: &pb::RequestCodeRequest) -> Result<RequestCode, Refusal> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&message.request_id);
    let phone = fields.parse::<Phone>("phone", &message.phone);
    let purpose = fields.choice::<pb::CodePurpose>("purpose", message.purpose);
    let (Some(request_id), Some(phone), Some(purpose)) = (request_id, phone, purpose) else {
        return Err(fields.refusal());
    };
    let purpose = match purpose {
        pb::CodePurpose::SignIn => Purpose::SignIn,
        pb::CodePurpose::Register | pb::CodePurpose::Unspecified => Purpose::Register,
    };
    Ok(RequestCode { request_id, phone, purpose })
}

pub fn register_worker(message: &pb::RegisterWorkerRequest) -> Result<RegisterWorker, Refusal> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&message.request_id);
    let phone = fields.parse::<Phone>("phone", &message.phone);
    let code = fields.text("code", &message.code, 1..=6);
    let consents = fields.distinct("consents", &message.consents, Consent::ALL.len(), |fields, consent| {
        consent_of(fields, *consent)
    });
    let channel = channel(&mut fields, message.channel);
    let (Some(request_id), Some(phone), Some(code), Some(consents), Some(channel)) =
        (request_id, phone, code, consents, channel)
    else {
        return Err(fields.refusal());
    };
    Ok(RegisterWorker { request_id, phone, code, consents, channel })
}

pub fn sign_in(message: &pb::SignInRequest) -> Result<SignIn, Refusal> {
    let mut fields = Fields::new();
    let phone = fields.parse::<Phone>("phone", &message.phone);
    let code = fields.text("code", &message.code, 1..=6);
    let channel = channel(&mut fields, message.channel);
    let (Some(phone), Some(code), Some(channel)) = (phone, code, channel) else {
        return Err(fields.refusal());
    };
    Ok(SignIn { phone, code, channel })
}

pub fn sign_in_official(message: pb::SignInOfficialRequest) -> Result<SignInOfficial, Refusal> {
    let mut fields = Fields::new();
    let sign_in_name = fields.parse("sign_in_name", &message.sign_in_name);
    let password = fields.text("password", &message.password, 1..=128);
    let digits = fields.text("one_time_password", &message.one_time_password, 1..=6);
    let (Some(sign_in_name), Some(_), Some(digits)) = (sign_in_name, password, digits) else {
        return Err(fields.refusal());
    };
    // As it was typed: a password may begin or end with a blank.
    let password = Secret::new(message.password);
    Ok(SignInOfficial { sign_in_name, password, one_time_password: Secret::new(digits) })
}

/// What is written like no token is told nothing else than one that has ended.
pub fn refresh_token(message: &pb::RefreshSessionRequest) -> Result<RefreshToken, Refusal> {
    let mut fields = Fields::new();
    let token = fields.text("refresh_token", &message.refresh_token, 1..=1_000);
    let token = token.ok_or_else(|| fields.refusal())?;
    token.parse().map_err(|_| Reason::SessionEnded.into())
}

pub fn verify_real_name(
    caller: &Caller,
    message: &pb::VerifyRealNameRequest,
) -> Result<VerifyRealName, Refusal> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&message.request_id);
    let name = fields.parse("name", &message.name);
    let id_number = fields.parse("id_number", &message.id_number);
    let (Some(request_id), Some(name), Some(id_number)) = (request_id, name, id_number) else {
        return Err(fields.refusal());
    };
    let request = postgres::Request::new(request_id, caller, "VerifyRealName", message);
    Ok(VerifyRealName { request, worker_id: caller.worker()?.id, name, id_number })
}

/// Which worker, and whether in full: that is for two services only.
pub fn get_worker(caller: &Caller, message: &pb::GetWorkerRequest) -> Result<(WorkerId, bool), Refusal> {
    let mut fields = Fields::new();
    let id = fields.parse::<WorkerId>("worker_id", &message.worker_id);
    // Not given, it is the masked one.
    let view = if message.view == 0 { None } else { fields.choice("view", message.view) };
    let in_full = view == Some(pb::WorkerView::Full);
    let (Some(id), true) = (id, fields.all_right()) else { return Err(fields.refusal()) };
    let may = matches!(caller, Caller::Service(name) if name.as_str() == SEES_IN_FULL);
    if in_full && !may {
        return Err(Reason::CallerNotAllowed.into());
    }
    Ok((id, in_full))
}

fn consent_of(fields: &mut Fields, consent: i32) -> Option<Consent> {
    match fields.choice::<pb::Consent>("consents", consent)? {
        pb::Consent::SensitiveData => Some(Consent::SensitiveData),
        pb::Consent::PrivacyNotice | pb::Consent::Unspecified => Some(Consent::PrivacyNotice),
    }
}

fn channel(fields: &mut Fields, channel: i32) -> Option<Channel> {
    match fields.choice::<pb::Channel>("channel", channel)? {
        pb::Channel::App => Some(Channel::App),
        pb::Channel::Wechat => Some(Channel::WeChat),
        pb::Channel::Web | pb::Channel::Unspecified => Some(Channel::Web),
    }
}

/// A worker as a service that prints or pays sees it.
pub fn in_full(person: &Person) -> pb::Worker {
    let verified = person.verified.as_ref();
    pb::Worker {
        phone: person.phone.expose().to_owned(),
        name: verified.map(|verified| verified.name.expose().to_owned()).unwrap_or_default(),
        id_number: verified.map(|verified| verified.id_number.expose().to_owned()).unwrap_or_default(),
        person_id: verified.map(|verified| verified.person.to_string()).unwrap_or_default(),
        ..person.into()
    }
}

/// A worker as a service sees it that neither prints nor pays.
pub fn for_a_service(person: &Person) -> pb::Worker {
    let person_id = person.verified.as_ref().map(|verified| verified.person.to_string());
    pb::Worker { person_id: person_id.unwrap_or_default(), ..person.into() }
}

/// Masked.
impl From<&Person> for pb::Worker {
    fn from(person: &Person) -> Self {
        let verified = person.verified.as_ref();
        Self {
            id: person.id.to_string(),
            phone: person.phone.to_string(),
            name: verified.map(|verified| verified.name.to_string()).unwrap_or_default(),
            id_number: verified.map(|verified| verified.id_number.to_string()).unwrap_or_default(),
            verified: verified.is_some(),
            verified_at: verified.map(|verified| timestamp(verified.at)),
            registered_at: Some(timestamp(person.registered_at)),
            person_id: String::new(),
        }
    }
}

impl From<Tokens> for pb::Session {
    fn from(tokens: Tokens) -> Self {
        Self {
            access_token: tokens.access,
            access_expires_at: Some(timestamp(tokens.access_expires_at)),
            refresh_token: tokens.refresh,
            refresh_expires_at: Some(timestamp(tokens.refresh_expires_at)),
        }
    }
}

impl From<Kept> for pb::RequestCodeResponse {
    fn from(kept: Kept) -> Self {
        Self { expires_at: Some(timestamp(kept.expires_at)), next_request_at: Some(timestamp(kept.next_at)) }
    }
}
