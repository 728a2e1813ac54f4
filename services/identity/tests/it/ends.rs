//! What ends by itself: invitations and appointments by business time, codes and the day's number of them.

use proto::identity::{CodePurpose, JoinUnionRequest, RegisterWorkerRequest, UnionKind};
use redis::cmd;
use refusal::Reason;
use testkit::{PASSWORD, Person, assert_refused, request_id};

use crate::house::{BOTH_CONSENTS, House, code_request, other_than, registration, sign_in_name, union_name};
use crate::officials::{activation, appointment};
use crate::unions::invite;

/// an invitation ends with its days, an appointment after seven.
#[tokio::test(flavor = "multi_thread")]
async fn invitations_and_appointments_end() {
    let house = House::own().await;
    let join = |secret: String| JoinUnionRequest {
        request_id: request_id(),
        invitation_secret: secret,
        name: union_name(),
        ..JoinUnionRequest::default()
    };
    let mut secrets = Vec::new();
    for _ in 0..2 {
        let invitation = invite(&house.federation.api, UnionKind::District, 7).await.unwrap();
        let request = appointment(&house.federation.union_id, &sign_in_name());
        let answer = house.federation.api.officials().appoint_official(request).await.unwrap();
        secrets.push((invitation.secret, answer.into_inner().appointment_secret));
    }
    let (late, in_time) = (secrets.pop().unwrap(), secrets.pop().unwrap());

    house.city.clock.set("2021-05-17T08:59:00+08:00").unwrap();
    house.api().unions().join_union(join(in_time.0)).await.unwrap();
    house.api().officials().activate_official(activation(&in_time.1, PASSWORD)).await.unwrap();

    house.city.clock.set("2021-05-17T09:10:00+08:00").unwrap();
    assert_refused(house.api().unions().join_union(join(late.0)).await, Reason::InvitationInvalid);
    let answer = house.api().officials().activate_official(activation(&late.1, PASSWORD)).await;
    assert_refused(answer, Reason::AppointmentInvalid);
}

/// a code that has run out makes no account; a phone belongs to one account; ten codes a day are the limit.
#[tokio::test(flavor = "multi_thread")]
async fn codes_run_out_and_so_does_the_day() {
    let house = House::own().await;
    let phone = Person::new().phone;
    let mut workers = house.api().workers();
    let run_out = house.code(&phone, CodePurpose::Register).await;
    house.five_minutes_pass().await;
    let answer = workers.register_worker(registration(&phone, &run_out, &BOTH_CONSENTS)).await;
    assert_refused(answer, Reason::CodeWrong);

    let code = house.code(&phone, CodePurpose::Register).await;
    workers.register_worker(registration(&phone, &code, &BOTH_CONSENTS)).await.unwrap();
    house.five_minutes_pass().await;
    let code = house.code(&phone, CodePurpose::Register).await;
    let answer = workers.register_worker(registration(&phone, &code, &BOTH_CONSENTS)).await;
    assert_refused(answer, Reason::PhoneTaken);

    for _ in 3..10 {
        house.five_minutes_pass().await;
        house.code(&phone, CodePurpose::SignIn).await;
    }
    house.five_minutes_pass().await;
    let answer = workers.request_code(code_request(&phone, CodePurpose::SignIn)).await;
    assert_refused(answer, Reason::CodesExhausted);
    house.code(&Person::new().phone, CodePurpose::SignIn).await;
}

/// a registration is repeated with its code while that lasts; knowing its id alone does not sign anybody in.
#[tokio::test(flavor = "multi_thread")]
async fn a_registration_is_repeated_with_its_code_only() {
    let house = House::own().await;
    let phone = Person::new().phone;
    let code = house.code(&phone, CodePurpose::Register).await;
    let request = registration(&phone, &code, &BOTH_CONSENTS);
    let mut workers = house.api().workers();
    workers.register_worker(request.clone()).await.unwrap();

    let guess = RegisterWorkerRequest { code: other_than(&code).to_owned(), ..request.clone() };
    assert_refused(workers.register_worker(guess).await, Reason::CodeWrong);
    workers.register_worker(request.clone()).await.unwrap();
    house.five_minutes_pass().await;
    assert_refused(workers.register_worker(request).await, Reason::CodeWrong);
}

impl House {
    /// What five minutes do to every code, done at once: real time is nobody's to move.
    async fn five_minutes_pass(&self) {
        let mut redis = self.codes().await;
        let codes: Vec<String> = cmd("KEYS").arg("identity:code:*").query_async(&mut redis).await.unwrap();
        let ended: usize = cmd("DEL").arg(&codes).query_async(&mut redis).await.unwrap();
        assert_eq!(ended, codes.len());
    }
}
