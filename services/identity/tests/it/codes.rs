//! One-time codes: each is sent once, serves once and for one purpose, and can be guessed at a few times only.

use chrono::TimeDelta;
use proto::identity::{Channel, CodePurpose, RequestCodeRequest, SignInRequest};
use refusal::Reason;
use testkit::{Person, assert_field, assert_refused};

use crate::house::{self, BOTH_CONSENTS, code_request, other_than, registration};

/// the same request sends one message, and its code is good for five minutes.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_sends_one_code() {
    let house = house::shared().await;
    let phone = Person::new().phone;
    let request = code_request(&phone, CodePurpose::Register);

    let first = house.api().workers().request_code(request.clone()).await.unwrap().into_inner();
    let again = house.api().workers().request_code(request).await.unwrap().into_inner();

    assert_eq!(first, again);
    assert_eq!(house.city.outside.sms_count(&phone), 1);
    let ends = proto::instant(first.expires_at.as_ref()).unwrap();
    let next = proto::instant(first.next_request_at.as_ref()).unwrap();
    assert_eq!(ends - next, TimeDelta::minutes(4));
}

/// The same request id for another phone is another message: nobody is told of a code that was not sent.
#[tokio::test(flavor = "multi_thread")]
async fn one_id_for_two_phones_sends_two_codes() {
    let house = house::shared().await;
    let (first, second) = (Person::new().phone, Person::new().phone);
    let request = code_request(&first, CodePurpose::Register);
    let other_phone = RequestCodeRequest { phone: second.clone(), ..request.clone() };
    for request in [request, other_phone] {
        house.api().workers().request_code(request).await.unwrap();
    }

    let sent = (house.city.outside.sms_count(&first), house.city.outside.sms_count(&second));
    assert_eq!(sent, (1, 1));
}

/// a phone is not flooded, whatever the codes are for; the refusal says how long to wait.
#[tokio::test(flavor = "multi_thread")]
async fn the_next_code_waits_a_minute() {
    let house = house::shared().await;
    let phone = Person::new().phone;
    let request = code_request(&phone, CodePurpose::Register);
    house.api().workers().request_code(request.clone()).await.unwrap();

    let other_purpose = RequestCodeRequest { purpose: CodePurpose::SignIn.into(), ..request };
    let others = [
        code_request(&phone, CodePurpose::Register),
        code_request(&phone, CodePurpose::SignIn),
        other_purpose,
    ];
    for other in others {
        let status =
            assert_refused(house.api().workers().request_code(other).await, Reason::CodeRequestedTooSoon);
        let wait = refusal::said(&status).unwrap().retry_in.unwrap().as_secs();
        assert!((1..=60).contains(&wait), "{wait} s");
    }
    assert_eq!(house.city.outside.sms_count(&phone), 1);
}

/// who has used a code holds the phone, and waits for no other.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_was_used_ends_the_pause() {
    let house = house::shared().await;
    let (person, _) = house.worker().await;
    house.code(&person.phone, CodePurpose::SignIn).await;
    let wrong = house.api().sessions().sign_in(sign_in(&person.phone, "0")).await;
    assert_refused(wrong, Reason::CodeWrong);

    let answer = house.api().workers().request_code(code_request(&person.phone, CodePurpose::Register)).await;
    assert_refused(answer, Reason::CodeRequestedTooSoon);
}

/// five wrong guesses, and the right code is worth nothing any more.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_can_be_guessed_at_five_times() {
    let house = house::shared().await;
    let mut sessions = house.api().sessions();
    for (wrong, is_good) in [(4, true), (5, false)] {
        let (person, _) = house.worker().await;
        let code = house.code(&person.phone, CodePurpose::SignIn).await;
        for _ in 0..wrong {
            let answer = sessions.sign_in(sign_in(&person.phone, other_than(&code))).await;
            assert_refused(answer, Reason::CodeWrong);
        }
        let answer = sessions.sign_in(sign_in(&person.phone, &code)).await;
        assert_eq!(answer.is_ok(), is_good, "after {wrong} wrong guesses: {answer:?}");
    }
}

/// a code signs its owner in once.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_serves_once() {
    let house = house::shared().await;
    let (person, worker) = house.worker().await;
    let code = house.code(&person.phone, CodePurpose::SignIn).await;

    let answer = house.api().sessions().sign_in(sign_in(&person.phone, &code)).await.unwrap().into_inner();
    assert_eq!(answer.worker.unwrap().id, worker.id);

    let again = house.api().sessions().sign_in(sign_in(&person.phone, &code)).await;
    assert_refused(again, Reason::CodeWrong);
}

/// a code for one purpose is worth nothing for another, and one phone's nothing for another's.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_for_one_purpose_and_one_phone() {
    let house = house::shared().await;
    let (person, stranger) = (Person::new(), Person::new());
    let code = house.code(&person.phone, CodePurpose::Register).await;

    assert_refused(house.api().sessions().sign_in(sign_in(&person.phone, &code)).await, Reason::CodeWrong);
    let other = registration(&stranger.phone, &code, &BOTH_CONSENTS);
    assert_refused(house.api().workers().register_worker(other).await, Reason::CodeWrong);

    let right = registration(&person.phone, &code, &BOTH_CONSENTS);
    house.api().workers().register_worker(right).await.unwrap();
}

/// every bad field is named at once, and a phone that is none of the worker's own says why.
#[tokio::test(flavor = "multi_thread")]
async fn bad_fields_are_named() {
    let house = house::shared().await;
    let mut workers = house.api().workers();
    let mut asked = async |request| workers.request_code(request).await;
    let good = code_request(&Person::new().phone, CodePurpose::Register);

    let status = assert_refused(asked(RequestCodeRequest::default()).await, Reason::FieldsInvalid);
    assert_field(&status, "request_id", Reason::RequestIdMissing);
    assert_field(&status, "phone", Reason::FieldRequired);
    assert_field(&status, "purpose", Reason::FieldRequired);

    let request = RequestCodeRequest { request_id: "1".to_owned(), phone: "1".to_owned(), purpose: 9 };
    let status = assert_refused(asked(request).await, Reason::FieldsInvalid);
    assert_field(&status, "request_id", Reason::IdMalformed);
    assert_field(&status, "phone", Reason::PhoneMalformed);
    assert_field(&status, "purpose", Reason::ChoiceUnknown);

    let fixed = RequestCodeRequest { phone: "05317689112".to_owned(), ..good.clone() };
    let status = assert_refused(asked(fixed).await, Reason::FieldsInvalid);
    assert_field(&status, "phone", Reason::PhoneNotMobile);

    let bought = RequestCodeRequest { phone: "17012345678".to_owned(), ..good };
    let status = assert_refused(asked(bought).await, Reason::FieldsInvalid);
    assert_field(&status, "phone", Reason::PhoneVirtual);
}

fn sign_in(phone: &str, code: &str) -> SignInRequest {
    SignInRequest { phone: phone.to_owned(), code: code.to_owned(), channel: Channel::App.into() }
}
