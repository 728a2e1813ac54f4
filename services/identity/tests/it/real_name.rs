//! The real-name check: name, ID number and phone together, one account for each ID number.

use auth::{Channel, Person as Bearer};
use proto::identity::{CodePurpose, Consent, VerifyRealNameRequest, WorkerView};
use refusal::Reason;
use testkit::{Api, Person, Worker, assert_field, assert_refused};
use vocabulary::WorkerId;

use crate::house::{self, House, check, look, registration};

/// what belongs together is verified, once, and read back masked.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_verified_once() {
    let house = house::shared().await;
    let (person, worker) = house.worker().await;
    let request = check(&person.name, &person.id_number);

    let first = worker.api.workers().verify_real_name(request.clone()).await.unwrap().into_inner();
    let again = worker.api.workers().verify_real_name(request).await.unwrap().into_inner();
    let once_more = check(&person.name, &person.id_number);
    let once_more = worker.api.workers().verify_real_name(once_more).await.unwrap().into_inner();

    assert_eq!((&first, &first), (&again, &once_more));
    let verified = first.worker.unwrap();
    assert!(verified.verified && verified.verified_at.is_some());
    assert_eq!(verified.name, format!("张{}", "*".repeat(person.name.chars().count() - 1)));
    assert_eq!(
        verified.id_number,
        format!("{}***********{}", &person.id_number[..3], &person.id_number[14..])
    );
    assert_eq!(own(&worker).await, verified);
    let trail = house.trail(format!("worker:{}", worker.id)).await;
    assert_eq!(trail.iter().filter(|one| one.action == "WORKER_VERIFIED").count(), 1);
}

/// somebody else's name or number, or a number of nobody, is not verified.
#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_belong_together_is_refused() {
    let house = house::shared().await;
    let (person, worker) = house.worker().await;
    let (other, stranger) = (house.worker().await.0, Person::new());

    for (name, id_number) in [
        (&other.name, &person.id_number),
        (&other.name, &other.id_number),
        (&stranger.name, &stranger.id_number),
    ] {
        let answer = worker.api.workers().verify_real_name(check(name, id_number)).await;
        assert_refused(answer, Reason::RealNameMismatch);
    }
    assert!(!own(&worker).await.verified);
    worker.verify(&person.name, &person.id_number).await;
}

/// five checks a day are the limit, also for the right name.
#[tokio::test(flavor = "multi_thread")]
async fn five_checks_a_day_are_the_limit() {
    let house = house::shared().await;
    let (person, worker) = house.worker().await;
    let stranger = Person::new();
    for _ in 0..5 {
        let answer = worker.api.workers().verify_real_name(check(&stranger.name, &stranger.id_number)).await;
        assert_refused(answer, Reason::RealNameMismatch);
    }

    let answer = worker.api.workers().verify_real_name(check(&person.name, &person.id_number)).await;
    assert_refused(answer, Reason::ChecksExhausted);
}

/// a person with two phones has one account.
#[tokio::test(flavor = "multi_thread")]
async fn an_id_number_belongs_to_one_account() {
    let house = house::shared().await;
    let (person, _) = house.verified().await;
    let (second, worker) = house.worker().await;
    let second_phone = Person { phone: second.phone, ..person.clone() };
    house.city.outside.register(second_phone.citizen());

    let answer = worker.api.workers().verify_real_name(check(&person.name, &person.id_number)).await;

    assert_refused(answer, Reason::IdNumberTaken);
    assert!(!own(&worker).await.verified);
}

/// who is verified does not become somebody else.
#[tokio::test(flavor = "multi_thread")]
async fn a_verified_worker_stays_who_it_is() {
    let house = house::shared().await;
    let (person, worker) = house.verified().await;
    let before = own(&worker).await;

    let answer = worker.api.workers().verify_real_name(check("张测", &person.id_number)).await;

    assert_refused(answer, Reason::AlreadyVerified);
    assert_eq!(own(&worker).await, before);
}

/// nobody's ID number is processed without a consent of its own.
#[tokio::test(flavor = "multi_thread")]
async fn sensitive_data_needs_its_own_consent() {
    let house = house::shared().await;
    let person = Person::new();
    house.city.outside.register(person.citizen());
    let worker = register_without(house, &person).await;

    let answer = worker.workers().verify_real_name(check(&person.name, &person.id_number)).await;
    assert_refused(answer, Reason::ConsentMissing);
}

/// every bad field at once, and each kind of wrong name or number under its own reason.
#[tokio::test(flavor = "multi_thread")]
async fn bad_fields_are_named() {
    let house = house::shared().await;
    let (person, worker) = house.worker().await;
    let mut workers = worker.api.workers();
    let mut told = async |name: &str, id_number: &str| {
        let answer = workers.verify_real_name(check(name, id_number)).await;
        assert_refused(answer, Reason::FieldsInvalid)
    };

    let status = told("", "").await;
    assert_field(&status, "name", Reason::FieldRequired);
    assert_field(&status, "id_number", Reason::FieldRequired);
    let status = told("张", "1101051949123100").await;
    assert_field(&status, "name", Reason::PersonNameTooShort);
    assert_field(&status, "id_number", Reason::IdNumberMalformed);
    let status = told(&"张".repeat(31), "99010519491231002X").await;
    assert_field(&status, "name", Reason::PersonNameTooLong);
    assert_field(&status, "id_number", Reason::IdNumberRegionUnknown);
    let status = told("Zhang San", "11010519490231002X").await;
    assert_field(&status, "name", Reason::PersonNameMalformed);
    assert_field(&status, "id_number", Reason::IdNumberBirthDay);
    let status = told(&person.name, "110105194912310021").await;
    assert_field(&status, "id_number", Reason::IdNumberCheckDigit);

    let nameless =
        VerifyRealNameRequest { request_id: String::new(), ..check(&person.name, &person.id_number) };
    let answer = worker.api.workers().verify_real_name(nameless).await;
    assert_field(&assert_refused(answer, Reason::FieldsInvalid), "request_id", Reason::RequestIdMissing);
}

/// only workers have a real name checked, and only those that there are.
#[tokio::test(flavor = "multi_thread")]
async fn only_workers_are_verified() {
    let house = house::shared().await;
    let person = Person::new();
    let request = check(&person.name, &person.id_number);

    let official = house.federation.api.workers().verify_real_name(request.clone()).await;
    assert_refused(official, Reason::CallerNotAllowed);
    let nobody = house.api().workers().verify_real_name(request.clone()).await;
    assert_refused(nobody, Reason::TokenMissing);
    let unknown = auth::Worker { id: WorkerId::new(), channel: Channel::App };
    let unknown = house.city.person(Bearer::Worker(&unknown)).workers().verify_real_name(request).await;
    assert_refused(unknown, Reason::NotFound);
}

/// The worker's own look at the account.
async fn own(worker: &Worker) -> proto::identity::Worker {
    worker
        .api
        .workers()
        .get_worker(look(&worker.id, WorkerView::Masked))
        .await
        .unwrap()
        .into_inner()
        .worker
        .unwrap()
}

/// Registers without the consent to sensitive data.
async fn register_without(house: &House, person: &Person) -> Api {
    let code = house.code(&person.phone, CodePurpose::Register).await;
    let request = registration(&person.phone, &code, &[Consent::PrivacyNotice]);
    let answer = house.api().workers().register_worker(request).await.unwrap().into_inner();
    house.api().with_token(&answer.session.unwrap().access_token)
}
