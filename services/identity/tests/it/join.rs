//! Joining: an invitation serves one union, which can do nothing until its parent approves.

use proto::identity::{ApproveUnionRequest, GetUnionRequest, JoinUnionRequest, Union, UnionKind, UnionState};
use refusal::Reason;
use testkit::{Official, assert_field, assert_refused, request_id};
use uuid::Uuid;

use crate::house::{self, House, credit_code, new_union, sign_in_name, union_name};
use crate::officials::appointment;
use crate::unions::invite;

/// a union joins once, waits, and acts when its parent has approved it; the trail tells of both.
#[tokio::test(flavor = "multi_thread")]
async fn a_union_joins_and_acts_when_it_is_approved() {
    let house = house::shared().await;
    let request = joining(house, UnionKind::District, "370199").await;

    let first = house.api().unions().join_union(request.clone()).await.unwrap().into_inner().union.unwrap();
    let again = house.api().unions().join_union(request.clone()).await.unwrap().into_inner().union.unwrap();

    assert_eq!(first, again);
    assert_eq!((first.state(), first.kind()), (UnionState::Pending, UnionKind::District));
    assert_eq!((&first.name, &first.administrative_code), (&request.name, &request.administrative_code));
    assert_eq!(first.path, format!("/{}/{}/", first.parent_id, first.id));
    let early =
        house.federation.api.officials().appoint_official(appointment(&first.id, &sign_in_name())).await;
    assert_refused(early, Reason::UnionPending);

    let approved = house.federation.api.unions().approve_union(approval(&first)).await.unwrap();
    let approved = approved.into_inner().union.unwrap();
    assert_eq!(approved, Union { state: UnionState::Approved.into(), ..first.clone() });
    let late =
        house.federation.api.officials().appoint_official(appointment(&first.id, &sign_in_name())).await;
    late.unwrap();
    let trail = house.trail(format!("union:{}", first.id)).await;
    let told: Vec<_> = trail.iter().map(|one| (one.action.as_str(), one.actor.as_str())).collect();
    let by = format!("official:{}", house.federation.id);
    assert_eq!(told, [("UNION_APPROVED", by.as_str()), ("UNION_JOINED", "anyone")]);
}

/// an invitation serves once; what is none, or was used, is refused alike.
#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_serves_once() {
    let house = house::shared().await;
    let request = joining(house, UnionKind::District, "").await;
    house.api().unions().join_union(request.clone()).await.unwrap();

    let other = JoinUnionRequest { request_id: request_id(), name: union_name(), ..request.clone() };
    assert_refused(house.api().unions().join_union(other.clone()).await, Reason::InvitationInvalid);
    let guessed = JoinUnionRequest { invitation_secret: "guessed".to_owned(), ..other };
    assert_refused(house.api().unions().join_union(guessed).await, Reason::InvitationInvalid);
    let changed = JoinUnionRequest { name: union_name(), ..request };
    assert_refused(house.api().unions().join_union(changed).await, Reason::RequestIdReused);
}

/// siblings have different names; who is refused may try again with the same invitation.
#[tokio::test(flavor = "multi_thread")]
async fn siblings_have_different_names() {
    let house = house::shared().await;
    let first = joining(house, UnionKind::District, "").await;
    house.api().unions().join_union(first.clone()).await.unwrap();
    let second = JoinUnionRequest { name: first.name, ..joining(house, UnionKind::District, "").await };

    assert_refused(house.api().unions().join_union(second.clone()).await, Reason::UnionNameTaken);

    let renamed = JoinUnionRequest { name: union_name(), ..second };
    house.api().unions().join_union(renamed).await.unwrap();
}

/// a unit has a credit code, and joins once in the whole tree.
#[tokio::test(flavor = "multi_thread")]
async fn a_unit_joins_once_under_its_credit_code() {
    let house = house::shared().await;
    let unit = joining(house, UnionKind::Unit, "").await;
    let answer = house.api().unions().join_union(unit.clone()).await;
    assert_field(&assert_refused(answer, Reason::FieldsInvalid), "credit_code", Reason::FieldRequired);

    let unit = JoinUnionRequest { credit_code: credit_code(), ..unit };
    let joined = house.api().unions().join_union(unit.clone()).await.unwrap().into_inner().union.unwrap();
    assert_eq!(joined.credit_code, unit.credit_code);

    let second = joining(house, UnionKind::Unit, "").await;
    let second = JoinUnionRequest { credit_code: unit.credit_code, ..second };
    assert_refused(house.api().unions().join_union(second).await, Reason::CreditCodeTaken);
}

/// a unit and an industrial union stand for no place; who is refused may try again without a code.
#[tokio::test(flavor = "multi_thread")]
async fn a_union_that_stands_for_no_place_has_no_code() {
    let house = house::shared().await;
    for kind in [UnionKind::Unit, UnionKind::Industrial] {
        let with_code =
            JoinUnionRequest { credit_code: credit_code(), ..joining(house, kind, "370181").await };
        let answer = house.api().unions().join_union(with_code.clone()).await;
        let status = assert_refused(answer, Reason::FieldsInvalid);
        assert_field(&status, "administrative_code", Reason::AdministrativeCodeUnexpected);

        let without = JoinUnionRequest { administrative_code: String::new(), ..with_code };
        house.api().unions().join_union(without).await.unwrap();
    }
}

/// two may wait under one administrative code; one of them is approved, and nobody joins with it after.
#[tokio::test(flavor = "multi_thread")]
async fn one_approved_union_stands_for_a_place() {
    let house = house::shared().await;
    let code = "370182";
    let mut waiting = Vec::new();
    for _ in 0..2 {
        let request = joining(house, UnionKind::District, code).await;
        waiting.push(house.api().unions().join_union(request).await.unwrap().into_inner().union.unwrap());
    }
    let mut unions = house.federation.api.unions();
    unions.approve_union(approval(&waiting[0])).await.unwrap();

    let second = unions.approve_union(approval(&waiting[1])).await;
    assert_refused(second, Reason::AdministrativeCodeTaken);
    assert_eq!(seen(&house.federation, &waiting[1].id).await.state(), UnionState::Pending);
    unions.approve_union(approval(&waiting[0])).await.unwrap();

    for kind in [UnionKind::District, UnionKind::Street] {
        let late = joining(house, kind, code).await;
        let answer = house.api().unions().join_union(late.clone()).await;
        assert_refused(answer, Reason::AdministrativeCodeTaken);
        let elsewhere = JoinUnionRequest { administrative_code: String::new(), ..late };
        house.api().unions().join_union(elsewhere).await.unwrap();
    }
}

/// every bad field at once, and each kind of wrong code under its own reason.
#[tokio::test(flavor = "multi_thread")]
async fn bad_fields_are_named() {
    let house = house::shared().await;
    let mut unions = house.api().unions();
    let status = assert_refused(unions.join_union(JoinUnionRequest::default()).await, Reason::FieldsInvalid);
    assert_field(&status, "request_id", Reason::RequestIdMissing);
    assert_field(&status, "invitation_secret", Reason::FieldRequired);
    assert_field(&status, "name", Reason::FieldRequired);

    let good = JoinUnionRequest {
        request_id: request_id(),
        invitation_secret: "guessed".to_owned(),
        name: union_name(),
        administrative_code: String::new(),
        credit_code: credit_code(),
    };
    let wrong = JoinUnionRequest {
        request_id: "1".to_owned(),
        invitation_secret: "a".repeat(101),
        name: "工".to_owned(),
        administrative_code: "37011".to_owned(),
        credit_code: "9137011700000000".to_owned(),
    };
    let status = assert_refused(unions.join_union(wrong).await, Reason::FieldsInvalid);
    assert_field(&status, "request_id", Reason::IdMalformed);
    assert_field(&status, "invitation_secret", Reason::TooLong);
    assert_field(&status, "name", Reason::TooShort);
    assert_field(&status, "administrative_code", Reason::AdministrativeCodeMalformed);
    assert_field(&status, "credit_code", Reason::CreditCodeLength);

    for hidden in ["钢\0城", "钢\u{7}城", "\u{202e}钢城", "钢城\u{200b}区"] {
        let request = JoinUnionRequest { name: hidden.to_owned(), ..good.clone() };
        let status = assert_refused(unions.join_union(request).await, Reason::FieldsInvalid);
        assert_field(&status, "name", Reason::TextMalformed);
    }

    let mut told = async |code: &str| {
        let request =
            JoinUnionRequest { name: "工".repeat(81), credit_code: code.to_owned(), ..good.clone() };
        let status = assert_refused(unions.join_union(request).await, Reason::FieldsInvalid);
        assert_field(&status, "name", Reason::TooLong);
        status
    };
    assert_field(&told("9137011700000000IO").await, "credit_code", Reason::CreditCodeCharacter);
    assert_field(&told("91A701170000000001").await, "credit_code", Reason::CreditCodeRegion);
    let other_check = |code: &str| format!("{}{}", &code[..17], if code.ends_with('0') { '1' } else { '0' });
    let status = told(&other_check(&good.credit_code)).await;
    assert_field(&status, "credit_code", Reason::CreditCodeCheck);
}

/// the union directly above approves, and no other, be it above or beside it.
#[tokio::test(flavor = "multi_thread")]
async fn only_the_parent_approves() {
    let house = house::shared().await;
    let (district, other) = (house.district().await, house.district().await);
    let name = union_name();
    let street = district.invite_and_join(new_union(UnionKind::Street, &name)).await;

    let above = house.federation.api.unions().approve_union(approval(&street)).await;
    assert_refused(above, Reason::NotTheParent);
    assert_refused(other.api.unions().approve_union(approval(&street)).await, Reason::NotFound);
    assert_eq!(seen(&district, &street.id).await.state(), UnionState::Pending);

    district.api.unions().approve_union(approval(&street)).await.unwrap();
    assert_eq!(seen(&other, &street.id).await.state(), UnionState::Approved);
}

/// the same approval again gives the first answer; its id approves nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn an_approval_has_one_effect() {
    let house = house::shared().await;
    let (first, second) = (union_name(), union_name());
    let first = house.federation.invite_and_join(new_union(UnionKind::District, &first)).await;
    let second = house.federation.invite_and_join(new_union(UnionKind::District, &second)).await;
    let request = approval(&first);
    let mut unions = house.federation.api.unions();

    let once = unions.approve_union(request.clone()).await.unwrap().into_inner();
    let again = unions.approve_union(request.clone()).await.unwrap().into_inner();
    let anew = unions.approve_union(approval(&first)).await.unwrap().into_inner();
    assert_eq!((&once, &once), (&again, &anew));
    let trail = house.trail(format!("union:{}", first.id)).await;
    assert_eq!(trail.iter().filter(|one| one.action == "UNION_APPROVED").count(), 1);

    let other = ApproveUnionRequest { union_id: second.id, ..request };
    assert_refused(unions.approve_union(other).await, Reason::RequestIdReused);
    let nobody = ApproveUnionRequest { union_id: Uuid::now_v7().to_string(), request_id: request_id() };
    assert_refused(unions.approve_union(nobody).await, Reason::NotFound);
    let wrong = ApproveUnionRequest { union_id: "1".to_owned(), request_id: String::new() };
    let status = assert_refused(unions.approve_union(wrong).await, Reason::FieldsInvalid);
    assert_field(&status, "union_id", Reason::IdMalformed);
    assert_field(&status, "request_id", Reason::RequestIdMissing);
}

/// A union that is to join below the federation, with an invitation of its own.
async fn joining(house: &House, kind: UnionKind, administrative_code: &str) -> JoinUnionRequest {
    JoinUnionRequest {
        request_id: request_id(),
        invitation_secret: invite(&house.federation.api, kind, 7).await.unwrap().secret,
        name: union_name(),
        administrative_code: administrative_code.to_owned(),
        credit_code: String::new(),
    }
}

fn approval(union: &Union) -> ApproveUnionRequest {
    ApproveUnionRequest { request_id: request_id(), union_id: union.id.clone() }
}

async fn seen(official: &Official, union_id: &str) -> Union {
    let request = GetUnionRequest { union_id: union_id.to_owned() };
    official.api.unions().get_union(request).await.unwrap().into_inner().union.unwrap()
}
