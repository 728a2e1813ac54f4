//! Invitations: what a union may invite, and who may.

use auth::{Person as Bearer, Roles};
use chrono::TimeDelta;
use proto::identity::OfficialRole::Reviewer;
use proto::identity::{CreateInvitationRequest, Invitation, UnionKind};
use refusal::Reason;
use testkit::{Api, assert_field, assert_refused, request_id};
use tonic::{Response, Status};
use uuid::Uuid;
use vocabulary::{OfficialId, UnionPath};

use crate::house::{self, new_union, sign_in_name, union_name};

/// an invitation is a link with a secret, a picture of it, and an end by business time; the trail holds no secret.
#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_a_link_a_picture_and_an_end() {
    let house = house::shared().await;
    let before = house.city.clock.until("2021-06-01T00:00:00+08:00").unwrap();

    let invitation = invite(&house.federation.api, UnionKind::District, 90).await.unwrap();

    assert_eq!(invitation.parent_id, house.federation.union_id);
    assert_eq!(invitation.kind(), UnionKind::District);
    assert_eq!(invitation.link, format!("https://zgjy.example.cn/join/{}", invitation.secret));
    assert!(invitation.qr_svg.starts_with("<svg"), "{}", invitation.qr_svg);
    let ends = proto::instant(invitation.expires_at.as_ref()).unwrap();
    let june: chrono::DateTime<chrono::Utc> = "2021-05-31T16:00:00Z".parse().unwrap();
    let lasts = ends - (june - TimeDelta::from_std(before).unwrap());
    assert_eq!(lasts.num_days(), 90);
    let trail = house.trail(format!("invitation:{}", invitation.id)).await;
    assert_eq!(trail.len(), 1);
    assert_eq!(trail[0].action, "UNION_INVITED");
    assert!(!format!("{trail:?}").contains(&invitation.secret));
}

/// a secret is shown once: the same request is refused.
#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_shown_once() {
    let house = house::shared().await;
    let request = invitation(UnionKind::District, 7);
    house.federation.api.unions().create_invitation(request.clone()).await.unwrap();

    let again = house.federation.api.unions().create_invitation(request).await;
    assert_refused(again, Reason::RequestIdReused);
}

/// nobody invites their own level or one above it.
#[tokio::test(flavor = "multi_thread")]
async fn a_union_invites_what_stands_below_it() {
    let house = house::shared().await;
    let district = house.district().await;
    invite(&district.api, UnionKind::Street, 7).await.unwrap();
    invite(&district.api, UnionKind::Unit, 7).await.unwrap();

    let city = (&house.federation.api, UnionKind::City);
    let not_below = [UnionKind::City, UnionKind::District, UnionKind::Industrial];
    for (api, kind) in not_below.map(|kind| (&district.api, kind)).into_iter().chain([city]) {
        let status = assert_refused(answer(api, kind).await, Reason::FieldsInvalid);
        assert_field(&status, "kind", Reason::KindNotBelow);
    }
}

/// a union that waits for its approval invites nobody.
#[tokio::test(flavor = "multi_thread")]
async fn a_pending_union_invites_nobody() {
    let house = house::shared().await;
    let name = union_name();
    let pending = house.federation.invite_and_join(new_union(UnionKind::District, &name)).await;
    let path: UnionPath = pending.path.parse().unwrap();
    let early = auth::Official {
        id: OfficialId::new(),
        union: pending.id.parse().unwrap(),
        path,
        roles: Roles::ALL,
        centre: false,
        person: Uuid::now_v7(),
    };

    let answer = answer(&house.city.person(Bearer::Official(&early)), UnionKind::Street).await;
    assert_refused(answer, Reason::UnionPending);
}

/// inviting is for administrators.
#[tokio::test(flavor = "multi_thread")]
async fn only_administrators_invite() {
    let house = house::shared().await;
    let reviewer =
        house.federation.takes(&house.federation.union_id, false, &sign_in_name(), &[Reviewer]).await;
    assert_refused(answer(&reviewer.api, UnionKind::District).await, Reason::RoleRequired);
    let (_, worker) = house.worker().await;
    assert_refused(answer(&worker.api, UnionKind::District).await, Reason::CallerNotAllowed);
    assert_refused(answer(&house.api(), UnionKind::District).await, Reason::TokenMissing);
    let forged = house.api().with_token("forged");
    assert_refused(answer(&forged, UnionKind::District).await, Reason::TokenInvalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_fields_are_named() {
    let house = house::shared().await;
    let mut unions = house.federation.api.unions();

    let status = assert_refused(
        unions.create_invitation(CreateInvitationRequest::default()).await,
        Reason::FieldsInvalid,
    );
    assert_field(&status, "request_id", Reason::RequestIdMissing);
    assert_field(&status, "kind", Reason::FieldRequired);
    assert_field(&status, "valid_days", Reason::OutOfRange);
    let wrong = CreateInvitationRequest { request_id: "1".to_owned(), kind: 9, valid_days: 91 };
    let status = assert_refused(unions.create_invitation(wrong).await, Reason::FieldsInvalid);
    assert_field(&status, "request_id", Reason::IdMalformed);
    assert_field(&status, "kind", Reason::ChoiceUnknown);
    assert_field(&status, "valid_days", Reason::OutOfRange);
}

/// Invites; gives the invitation.
pub async fn invite(api: &Api, kind: UnionKind, valid_days: i32) -> Result<Invitation, Status> {
    let answer = api.unions().create_invitation(invitation(kind, valid_days)).await?;
    Ok(answer.into_inner().invitation.unwrap())
}

async fn answer(
    api: &Api,
    kind: UnionKind,
) -> Result<Response<proto::identity::CreateInvitationResponse>, Status> {
    api.unions().create_invitation(invitation(kind, 7)).await
}

fn invitation(kind: UnionKind, valid_days: i32) -> CreateInvitationRequest {
    CreateInvitationRequest { request_id: request_id(), kind: kind.into(), valid_days }
}
