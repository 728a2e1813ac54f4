//! Registering: one phone, one account, with consent.

use proto::identity::{CodePurpose, Consent, RegisterWorkerRequest, WorkerView};
use refusal::Reason;
use testkit::{Person, assert_field, assert_refused};

use crate::house::{self, BOTH_CONSENTS, look, other_than, registration};

/// the owner of a phone has an account then, is signed in, and sees it masked; the trail tells of it.
#[tokio::test(flavor = "multi_thread")]
async fn the_owner_of_a_phone_gets_an_account() {
    let house = house::shared().await;
    let person = Person::new();
    let code = house.code(&person.phone, CodePurpose::Register).await;

    let request = registration(&person.phone, &code, &BOTH_CONSENTS);
    let answer = house.api().workers().register_worker(request).await.unwrap().into_inner();

    let worker = answer.worker.unwrap();
    assert_eq!(worker.phone, format!("154****{}", &person.phone[7..]));
    assert!(!worker.verified && worker.name.is_empty() && worker.id_number.is_empty());
    let own = house.api().with_token(&answer.session.unwrap().access_token);
    let read = own.workers().get_worker(look(&worker.id, WorkerView::Unspecified)).await.unwrap();
    assert_eq!(read.into_inner().worker.unwrap(), worker);
    let trail = house.trail(format!("worker:{}", worker.id)).await;
    let told: Vec<_> = trail.iter().map(|one| (one.action.as_str(), one.actor.as_str())).collect();
    assert_eq!(told, [("WORKER_REGISTERED", format!("worker:{}", worker.id).as_str())]);
}

/// The same request gives the same account, with tokens of its own.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_makes_one_account() {
    let house = house::shared().await;
    let phone = Person::new().phone;
    let code = house.code(&phone, CodePurpose::Register).await;
    let request = registration(&phone, &code, &BOTH_CONSENTS);

    let first = house.api().workers().register_worker(request.clone()).await.unwrap().into_inner();
    let again = house.api().workers().register_worker(request).await.unwrap().into_inner();

    assert_eq!(first.worker, again.worker);
    assert_ne!(first.session.unwrap().refresh_token, again.session.unwrap().refresh_token);
    assert_eq!(house.trail(format!("worker:{}", first.worker.unwrap().id)).await.len(), 1);
}

/// A request id makes one account, not one for each phone.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_id_is_not_used_for_another_phone() {
    let house = house::shared().await;
    let (first, second) = (Person::new().phone, Person::new().phone);
    let code = house.code(&first, CodePurpose::Register).await;
    let request = registration(&first, &code, &BOTH_CONSENTS);
    house.api().workers().register_worker(request.clone()).await.unwrap();

    let code = house.code(&second, CodePurpose::Register).await;
    let other = RegisterWorkerRequest { phone: second, code, ..request };
    assert_refused(house.api().workers().register_worker(other).await, Reason::RequestIdReused);
}

/// who does not hold a phone does not hear whether it has an account.
#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_does_not_hear_that_a_phone_has_an_account() {
    let house = house::shared().await;
    let (person, _) = house.worker().await;
    let guessed = registration(&person.phone, "123456", &BOTH_CONSENTS);
    assert_refused(house.api().workers().register_worker(guessed).await, Reason::CodeWrong);
}

/// without the privacy notice nothing is kept; the code is still good once it is agreed to.
#[tokio::test(flavor = "multi_thread")]
async fn consent_comes_first() {
    let house = house::shared().await;
    let phone = Person::new().phone;
    let code = house.code(&phone, CodePurpose::Register).await;
    let mut workers = house.api().workers();

    for consents in [&[][..], &[Consent::SensitiveData]] {
        let answer = workers.register_worker(registration(&phone, &code, consents)).await;
        assert_refused(answer, Reason::ConsentMissing);
    }

    workers.register_worker(registration(&phone, &code, &[Consent::PrivacyNotice])).await.unwrap();
}

/// a wrong code makes no account.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_code_makes_no_account() {
    let house = house::shared().await;
    let phone = Person::new().phone;
    let code = house.code(&phone, CodePurpose::Register).await;

    let guessed = registration(&phone, other_than(&code), &BOTH_CONSENTS);
    assert_refused(house.api().workers().register_worker(guessed).await, Reason::CodeWrong);

    house.api().workers().register_worker(registration(&phone, &code, &BOTH_CONSENTS)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_fields_are_named() {
    let house = house::shared().await;
    let mut workers = house.api().workers();

    let answer = workers.register_worker(RegisterWorkerRequest::default()).await;
    let status = assert_refused(answer, Reason::FieldsInvalid);
    assert_field(&status, "request_id", Reason::RequestIdMissing);
    assert_field(&status, "phone", Reason::FieldRequired);
    assert_field(&status, "code", Reason::FieldRequired);
    assert_field(&status, "channel", Reason::FieldRequired);

    let wrong = RegisterWorkerRequest {
        request_id: "a".to_owned(),
        phone: "+8615400001234".to_owned(),
        code: "1234567".to_owned(),
        consents: vec![1, 9],
        channel: 9,
    };
    let status = assert_refused(workers.register_worker(wrong).await, Reason::FieldsInvalid);
    assert_field(&status, "request_id", Reason::IdMalformed);
    assert_field(&status, "phone", Reason::PhoneMalformed);
    assert_field(&status, "code", Reason::TooLong);
    assert_field(&status, "consents", Reason::ChoiceUnknown);
    assert_field(&status, "channel", Reason::ChoiceUnknown);

    for (consents, reason) in [(vec![1, 1], Reason::EntryTwice), (vec![1; 100_000], Reason::TooMany)] {
        let repeated = RegisterWorkerRequest { consents, ..RegisterWorkerRequest::default() };
        let status = assert_refused(workers.register_worker(repeated).await, Reason::FieldsInvalid);
        assert_field(&status, "consents", reason);
    }
}
