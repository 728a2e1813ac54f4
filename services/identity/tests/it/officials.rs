//! Officials: appointed within a subtree, active once they have a password.

use proto::identity::OfficialRole::{Administrator, Finance, Reviewer};
use proto::identity::{ActivateOfficialRequest, AppointOfficialRequest, UnionKind, WorkerView};
use refusal::Reason;
use stack::Service;
use testkit::{PASSWORD, Person, assert_field, assert_refused, request_id};
use uuid::Uuid;

use crate::house::{self, House, look, new_union, sign_in_name, union_name};

/// an official is appointed to a union of the subtree, activates it once, and the trail tells of both.
#[tokio::test(flavor = "multi_thread")]
async fn an_official_is_appointed_and_activates_it_once() {
    let house = house::shared().await;
    let district = house.district().await;
    let request = appointment(&district.union_id, &sign_in_name());

    let answer =
        house.federation.api.officials().appoint_official(request.clone()).await.unwrap().into_inner();
    let appointed = answer.official.unwrap();
    assert_eq!((appointed.active, appointed.centre), (false, false));
    assert_eq!((&appointed.union_id, &appointed.sign_in_name), (&request.union_id, &request.sign_in_name));
    assert_eq!(appointed.roles, request.roles);

    let taking_office = activation(&answer.appointment_secret, PASSWORD);
    let active = house.api().officials().activate_official(taking_office).await.unwrap().into_inner();
    assert_eq!(active.official.unwrap(), proto::identity::Official { active: true, ..appointed.clone() });
    assert!(active.otpauth_uri.starts_with("otpauth://totp/"), "{}", active.otpauth_uri);
    let again = activation(&answer.appointment_secret, PASSWORD);
    assert_refused(house.api().officials().activate_official(again).await, Reason::AppointmentInvalid);

    let trail = house.trail(format!("official:{}", appointed.id)).await;
    let told: Vec<_> = trail.iter().map(|one| one.action.as_str()).collect();
    assert_eq!(told, ["OFFICIAL_ACTIVATED", "OFFICIAL_APPOINTED"]);
    assert!(!format!("{trail:?}").contains(&request.id_number));
}

/// secrets are shown once: the same request is refused, of an appointment as of an activation.
#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_shown_once() {
    let house = house::shared().await;
    let request = appointment(&house.federation.union_id, &sign_in_name());
    let mut officials = house.federation.api.officials();
    let answer = officials.appoint_official(request.clone()).await.unwrap().into_inner();
    assert_refused(officials.appoint_official(request).await, Reason::RequestIdReused);

    let request = activation(&answer.appointment_secret, PASSWORD);
    officials.activate_official(request.clone()).await.unwrap();
    assert_refused(officials.activate_official(request).await, Reason::RequestIdReused);
}

/// a sign-in name is one official's.
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_name_is_one_officials() {
    let house = house::shared().await;
    let request = appointment(&house.federation.union_id, &sign_in_name());
    let mut officials = house.federation.api.officials();
    officials.appoint_official(request.clone()).await.unwrap();

    let second = AppointOfficialRequest { request_id: request_id(), ..request };
    assert_refused(officials.appoint_official(second).await, Reason::SignInNameTaken);
}

/// nobody appoints beside or above the own subtree, nor to a union that does not act yet.
#[tokio::test(flavor = "multi_thread")]
async fn officials_are_appointed_within_the_subtree() {
    let house = house::shared().await;
    let (district, other) = (house.district().await, house.district().await);
    let name = union_name();
    let pending = district.invite_and_join(new_union(UnionKind::Street, &name)).await;
    let mut officials = district.api.officials();
    let mut appoint =
        async |union_id: &str| officials.appoint_official(appointment(union_id, &sign_in_name())).await;

    appoint(&district.union_id).await.unwrap();
    assert_refused(appoint(&other.union_id).await, Reason::NotFound);
    assert_refused(appoint(&house.federation.union_id).await, Reason::NotFound);
    assert_refused(appoint(&Uuid::now_v7().to_string()).await, Reason::NotFound);
    assert_refused(appoint(&pending.id).await, Reason::UnionPending);
}

/// the Culture Centre's people are appointed by the city federation and the Centre itself.
#[tokio::test(flavor = "multi_thread")]
async fn the_centre_is_appointed_from_the_top() {
    let house = house::shared().await;
    let district = house.district().await;
    let top = house.federation.union_id.clone();
    let to_centre =
        |union_id: &str| AppointOfficialRequest { centre: true, ..appointment(union_id, &sign_in_name()) };

    let below = district.api.officials().appoint_official(to_centre(&district.union_id)).await;
    assert_refused(below, Reason::CentreNotYours);
    let elsewhere = house.federation.api.officials().appoint_official(to_centre(&district.union_id)).await;
    assert_refused(elsewhere, Reason::CentreNotYours);

    let centre = house.federation.takes(&top, true, &sign_in_name(), &[Administrator]).await;
    let colleague = centre.api.officials().appoint_official(to_centre(&top)).await.unwrap();
    assert!(colleague.into_inner().official.unwrap().centre);
}

/// appointing is for administrators.
#[tokio::test(flavor = "multi_thread")]
async fn only_administrators_appoint() {
    let house = house::shared().await;
    let top = house.federation.union_id.clone();
    let finance = house.federation.takes(&top, false, &sign_in_name(), &[Finance]).await;
    let answer = finance.api.officials().appoint_official(appointment(&top, &sign_in_name())).await;
    assert_refused(answer, Reason::RoleRequired);
    let (_, worker) = house.worker().await;
    let answer = worker.api.officials().appoint_official(appointment(&top, &sign_in_name())).await;
    assert_refused(answer, Reason::CallerNotAllowed);
}

/// a worker who is also an official is one person, and services can tell.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_and_an_official_are_one_person() {
    let house = house::shared().await;
    let (person, worker) = house.verified().await;
    let office = AppointOfficialRequest {
        id_number: person.id_number.to_lowercase(),
        ..appointment(&house.federation.union_id, &sign_in_name())
    };
    let answer = house.federation.api.officials().appoint_official(office).await.unwrap().into_inner();
    let official = testkit::Official::activate(&house.api(), &answer.appointment_secret).await;

    let enrollment = house.city.service("enrollment");
    let seen = enrollment.workers().get_worker(look(&worker.id, WorkerView::Masked)).await.unwrap();
    let person_id = seen.into_inner().worker.unwrap().person_id;
    assert!(!person_id.is_empty());
    assert_eq!(claimed_person(&official.token), person_id);
}

/// every bad field of an appointment is named at once.
#[tokio::test(flavor = "multi_thread")]
async fn bad_fields_of_an_appointment_are_named() {
    let house = house::shared().await;
    let mut officials = house.federation.api.officials();
    let answer = officials.appoint_official(AppointOfficialRequest::default()).await;
    let status = assert_refused(answer, Reason::FieldsInvalid);
    assert_field(&status, "request_id", Reason::RequestIdMissing);
    for field in ["union_id", "display_name", "sign_in_name", "id_number", "roles"] {
        assert_field(&status, field, Reason::FieldRequired);
    }

    let wrong = AppointOfficialRequest {
        request_id: "1".to_owned(),
        union_id: "1".to_owned(),
        centre: false,
        display_name: "张".to_owned(),
        sign_in_name: "Li".to_owned(),
        id_number: "1".to_owned(),
        roles: vec![1, 9],
    };
    let status = assert_refused(officials.appoint_official(wrong).await, Reason::FieldsInvalid);
    assert_field(&status, "request_id", Reason::IdMalformed);
    assert_field(&status, "union_id", Reason::IdMalformed);
    assert_field(&status, "display_name", Reason::PersonNameTooShort);
    assert_field(&status, "sign_in_name", Reason::SignInNameMalformed);
    assert_field(&status, "id_number", Reason::IdNumberMalformed);
    assert_field(&status, "roles", Reason::ChoiceUnknown);

    let mut told = async |roles: &[i32]| {
        let request = AppointOfficialRequest { roles: roles.to_vec(), ..AppointOfficialRequest::default() };
        assert_refused(officials.appoint_official(request).await, Reason::FieldsInvalid)
    };
    assert_field(&told(&[1, 2, 1]).await, "roles", Reason::EntryTwice);
    assert_field(&told(&vec![1; 100_000]).await, "roles", Reason::TooMany);
}

/// who guesses at an appointment's secret is refused before anything costs: where no password can be hashed and no
/// table written nor row locked, nobody waits for it in vain.
#[tokio::test(flavor = "multi_thread")]
async fn a_guess_at_a_secret_costs_nothing() {
    let house = House::own().await;
    let services = house.city.stack.services();
    services.set_environment("identity", "YUANMENG_PASSWORDS__AT_ONCE", "0").unwrap();
    tokio::task::block_in_place(|| services.restart("identity")).unwrap();
    let database = house.city.database(Service::Identity).await;
    let mut only_reading = database.begin().await.unwrap();
    let lock = sqlx::query("LOCK TABLE official, platform.request IN EXCLUSIVE MODE");
    lock.execute(&mut *only_reading).await.unwrap();

    let guessed = house.api().officials().activate_official(activation("guessed", PASSWORD)).await;

    assert_refused(guessed, Reason::AppointmentInvalid);
}

/// an appointment serves once, also where two activate it at once.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_activate_at_once_one_takes_office() {
    let house = house::shared().await;
    let request = appointment(&house.federation.union_id, &sign_in_name());
    let answer = house.federation.api.officials().appoint_official(request).await.unwrap().into_inner();
    let (mut left, mut right) = (house.api().officials(), house.api().officials());

    let (left, right) = tokio::join!(
        left.activate_official(activation(&answer.appointment_secret, PASSWORD)),
        right.activate_official(activation(&answer.appointment_secret, PASSWORD)),
    );

    let refused = if left.is_ok() { right } else { left };
    assert_refused(refused, Reason::AppointmentInvalid);
    let trail = house.trail(format!("official:{}", answer.official.unwrap().id)).await;
    assert_eq!(trail.iter().filter(|one| one.action == "OFFICIAL_ACTIVATED").count(), 1);
}

/// a password has twelve characters, and an activation that is refused uses nothing up.
#[tokio::test(flavor = "multi_thread")]
async fn bad_fields_of_an_activation_are_named() {
    let house = house::shared().await;
    let mut officials = house.federation.api.officials();
    let request = appointment(&house.federation.union_id, &sign_in_name());
    let secret = officials.appoint_official(request).await.unwrap().into_inner().appointment_secret;

    let answer = officials.activate_official(ActivateOfficialRequest::default()).await;
    let status = assert_refused(answer, Reason::FieldsInvalid);
    assert_field(&status, "request_id", Reason::RequestIdMissing);
    assert_field(&status, "appointment_secret", Reason::FieldRequired);
    assert_field(&status, "password", Reason::FieldRequired);
    let status = officials.activate_official(activation(&secret, "11111111111")).await;
    assert_field(&assert_refused(status, Reason::FieldsInvalid), "password", Reason::TooShort);
    let status = officials.activate_official(activation(&"a".repeat(101), &"1".repeat(129))).await;
    let status = assert_refused(status, Reason::FieldsInvalid);
    assert_field(&status, "password", Reason::TooLong);
    assert_field(&status, "appointment_secret", Reason::TooLong);
    let guessed = officials.activate_official(activation("guessed", PASSWORD)).await;
    assert_refused(guessed, Reason::AppointmentInvalid);

    officials.activate_official(activation(&secret, PASSWORD)).await.unwrap();
}

/// Somebody new is to become a reviewer of this union.
pub fn appointment(union_id: &str, sign_in_name: &str) -> AppointOfficialRequest {
    let Person { name, id_number, .. } = Person::new();
    AppointOfficialRequest {
        request_id: request_id(),
        union_id: union_id.to_owned(),
        centre: false,
        display_name: name,
        sign_in_name: sign_in_name.to_owned(),
        id_number,
        roles: vec![Reviewer.into()],
    }
}

pub fn activation(secret: &str, password: &str) -> ActivateOfficialRequest {
    ActivateOfficialRequest {
        request_id: request_id(),
        appointment_secret: secret.to_owned(),
        password: password.to_owned(),
    }
}

/// The person that a token names; its signature is another test's matter.
fn claimed_person(token: &str) -> String {
    let claims: serde_json::Value = jsonwebtoken::dangerous::insecure_decode(token).unwrap().claims;
    claims["person"].as_str().unwrap().to_owned()
}
