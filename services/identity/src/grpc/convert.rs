//! Unions and officials between the wire's words and ours.

use auth::{Caller, Scope};
use chrono::TimeDelta;
use postgres::Request;
use proto::identity as pb;
use proto::{page, timestamp};
use refusal::{Fields, Reason, Refusal};
use runtime::Secret;
use vocabulary::{Role, UnionId};

use crate::app::{
    ActivateOfficial, AppointOfficial, ApproveUnion, CreateInvitation, Invited, JoinUnion, ListUnions, Page,
};
use crate::domain::Official;
use crate::domain::UnionKind;
use crate::domain::{After, Union};

pub fn create_invitation(
    caller: Caller,
    message: &pb::CreateInvitationRequest,
) -> Result<CreateInvitation, Refusal> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&message.request_id);
    let kind = fields.choice::<pb::UnionKind>("kind", message.kind).and_then(kind);
    let days = fields.number("valid_days", message.valid_days, 1..=90);
    let (Some(request_id), Some(kind), Some(days)) = (request_id, kind, days) else {
        return Err(fields.refusal());
    };
    let request = Request::new(request_id, &caller, "CreateInvitation", message);
    Ok(CreateInvitation { request, caller, kind, valid: TimeDelta::days(days.into()) })
}

pub fn join_union(message: &pb::JoinUnionRequest) -> Result<JoinUnion, Refusal> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&message.request_id);
    let secret = fields.text("invitation_secret", &message.invitation_secret, 1..=100);
    let name = fields.text("name", &message.name, 2..=80);
    let administrative_code = fields.parse_optional("administrative_code", &message.administrative_code);
    let credit_code = fields.parse_optional("credit_code", &message.credit_code);
    let (Some(request_id), Some(secret), Some(name), true) = (request_id, secret, name, fields.all_right())
    else {
        return Err(fields.refusal());
    };
    let request = Request::new(request_id, &Caller::Anyone, "JoinUnion", message);
    Ok(JoinUnion { request, secret, name, administrative_code, credit_code })
}

pub fn approve_union(caller: Caller, message: &pb::ApproveUnionRequest) -> Result<ApproveUnion, Refusal> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&message.request_id);
    let union_id = fields.parse("union_id", &message.union_id);
    let (Some(request_id), Some(union_id)) = (request_id, union_id) else { return Err(fields.refusal()) };
    Ok(ApproveUnion { request: Request::new(request_id, &caller, "ApproveUnion", message), caller, union_id })
}

pub fn union_id(message: &pb::GetUnionRequest) -> Result<UnionId, Refusal> {
    let mut fields = Fields::new();
    let id = fields.parse("union_id", &message.union_id);
    id.ok_or_else(|| fields.refusal())
}

pub fn list_unions(scope: Scope, message: &pb::ListUnionsRequest) -> Result<ListUnions, Refusal> {
    let mut fields = Fields::new();
    let parent = fields.parse_optional("parent_id", &message.parent_id);
    let (limit, after) = fields.page(message, |[administrative_code, name, id]| {
        Some(After { administrative_code, name, id: id.parse().ok()? })
    });
    fields.check()?;
    Ok(ListUnions { scope, parent, after, limit })
}

pub fn appoint_official(
    caller: Caller,
    message: &pb::AppointOfficialRequest,
) -> Result<AppointOfficial, Refusal> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&message.request_id);
    let union_id = fields.parse("union_id", &message.union_id);
    let display_name = fields.parse("display_name", &message.display_name);
    let sign_in_name = fields.parse("sign_in_name", &message.sign_in_name);
    let id_number = fields.parse("id_number", &message.id_number);
    let roles = roles(&mut fields, &message.roles);
    let (
        Some(request_id),
        Some(union_id),
        Some(display_name),
        Some(sign_in_name),
        Some(id_number),
        Some(roles),
    ) = (request_id, union_id, display_name, sign_in_name, id_number, roles)
    else {
        return Err(fields.refusal());
    };
    let request = Request::new(request_id, &caller, "AppointOfficial", message);
    let centre = message.centre;
    Ok(AppointOfficial { request, caller, union_id, centre, display_name, sign_in_name, id_number, roles })
}

pub fn activate_official(message: pb::ActivateOfficialRequest) -> Result<ActivateOfficial, Refusal> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&message.request_id);
    let secret = fields.text("appointment_secret", &message.appointment_secret, 1..=100);
    let password = fields.text("password", &message.password, 12..=128);
    let (Some(request_id), Some(secret), Some(_)) = (request_id, secret, password) else {
        return Err(fields.refusal());
    };
    let request = Request::new(request_id, &Caller::Anyone, "ActivateOfficial", &message);
    // As it was typed: a password may begin or end with a blank.
    Ok(ActivateOfficial { request, secret, password: Secret::new(message.password) })
}

fn roles(fields: &mut Fields, roles: &[i32]) -> Option<Vec<Role>> {
    if roles.is_empty() {
        fields.refuse("roles", Reason::FieldRequired);
        return None;
    }
    let mut read = fields.distinct("roles", roles, Role::ALL.len(), |fields, value| role(fields, *value))?;
    read.sort_unstable();
    Some(read)
}

fn role(fields: &mut Fields, value: i32) -> Option<Role> {
    match fields.choice::<pb::OfficialRole>("roles", value)? {
        pb::OfficialRole::Unspecified => None,
        pb::OfficialRole::Reviewer => Some(Role::Reviewer),
        pb::OfficialRole::Finance => Some(Role::Finance),
        pb::OfficialRole::Supervisor => Some(Role::Supervisor),
        pb::OfficialRole::Administrator => Some(Role::Administrator),
    }
}

fn kind(kind: pb::UnionKind) -> Option<UnionKind> {
    match kind {
        pb::UnionKind::Unspecified => None,
        pb::UnionKind::City => Some(UnionKind::City),
        pb::UnionKind::District => Some(UnionKind::District),
        pb::UnionKind::Industrial => Some(UnionKind::Industrial),
        pb::UnionKind::Street => Some(UnionKind::Street),
        pb::UnionKind::Unit => Some(UnionKind::Unit),
    }
}

impl From<UnionKind> for pb::UnionKind {
    fn from(kind: UnionKind) -> Self {
        match kind {
            UnionKind::City => Self::City,
            UnionKind::District => Self::District,
            UnionKind::Industrial => Self::Industrial,
            UnionKind::Street => Self::Street,
            UnionKind::Unit => Self::Unit,
        }
    }
}

impl From<&Union> for pb::Union {
    fn from(union: &Union) -> Self {
        let state = if union.approved { pb::UnionState::Approved } else { pb::UnionState::Pending };
        Self {
            id: union.id.to_string(),
            name: union.name.clone(),
            kind: pb::UnionKind::from(union.kind).into(),
            state: state.into(),
            parent_id: union.parent.map(|parent| parent.to_string()).unwrap_or_default(),
            path: union.path.to_string(),
            administrative_code: union.administrative_code.clone(),
            credit_code: union.credit_code.clone(),
        }
    }
}

pub fn unions(asked: &pb::ListUnionsRequest, page: &Page) -> pb::ListUnionsResponse {
    let next = page
        .next
        .as_ref()
        .map(|after| page::token(asked, &[&after.administrative_code, &after.name, &after.id.to_string()]));
    pb::ListUnionsResponse {
        unions: page.unions.iter().map(Into::into).collect(),
        next_page_token: next.unwrap_or_default(),
    }
}

impl From<Invited> for pb::Invitation {
    fn from(invited: Invited) -> Self {
        Self {
            id: invited.invitation.id.to_string(),
            parent_id: invited.invitation.parent.to_string(),
            kind: pb::UnionKind::from(invited.invitation.kind).into(),
            secret: invited.secret,
            link: invited.link,
            qr_svg: invited.qr_svg,
            expires_at: Some(timestamp(invited.expires_at)),
        }
    }
}

impl From<&Official> for pb::Official {
    fn from(official: &Official) -> Self {
        Self {
            id: official.id.to_string(),
            union_id: official.union.to_string(),
            union_path: official.path.to_string(),
            centre: official.centre,
            display_name: official.display_name.clone(),
            sign_in_name: official.sign_in_name.clone(),
            roles: official.roles.iter().map(|role| role_on_the_wire(*role).into()).collect(),
            active: official.credentials.is_some(),
        }
    }
}

/// A role as the wire names it.
fn role_on_the_wire(role: Role) -> pb::OfficialRole {
    match role {
        Role::Reviewer => pb::OfficialRole::Reviewer,
        Role::Finance => pb::OfficialRole::Finance,
        Role::Supervisor => pb::OfficialRole::Supervisor,
        Role::Administrator => pb::OfficialRole::Administrator,
    }
}
