//! The SMS gateway and the real-name check are down, slow or wrong: the call is refused, nothing is lost, and the same
//! request works when they are well again.

use std::time::Duration;

use outside::{Mood, Server};
use proto::identity::{CodePurpose, WorkerView};
use refusal::Reason;
use testkit::{Person, assert_refused, latest_code};

use crate::house::{BOTH_CONSENTS, House, check, code_request, look, registration};

/// Longer than identity waits for a server outside.
const TOO_SLOW: Mood = Mood::Slow(Duration::from_secs(4));
const BAD: [Mood; 4] = [Mood::Down, Mood::WrongAfterwards, Mood::Garbled, TOO_SLOW];

/// whatever the gateway does, the repeated request brings one message, and its code is good.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_comes_when_the_gateway_is_well_again() {
    let house = House::own().await;
    for mood in BAD {
        let phone = Person::new().phone;
        let request = code_request(&phone, CodePurpose::Register);
        house.city.outside.set_mood(Server::Sms, mood);
        let answer = house.api().workers().request_code(request.clone()).await;
        let status = assert_refused(answer, Reason::Unavailable);
        assert!(refusal::said(&status).unwrap().retry_in.is_some());

        house.city.outside.set_mood(Server::Sms, Mood::Well);
        house.api().workers().request_code(request).await.unwrap();

        assert_eq!(house.city.outside.sms_count(&phone), 1, "{mood:?}");
        let code = latest_code(&house.city.outside, &phone);
        house.api().workers().register_worker(registration(&phone, &code, &BOTH_CONSENTS)).await.unwrap();
    }
}

/// without a verdict nobody is verified, and nobody's checks of the day are used up.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_verified_when_the_check_is_well_again() {
    let house = House::own().await;
    let (person, worker) = house.worker().await;
    let request = check(&person.name, &person.id_number);
    for mood in BAD.into_iter().chain([Mood::Down, Mood::Down]) {
        house.city.outside.set_mood(Server::RealName, mood);
        let answer = worker.api.workers().verify_real_name(request.clone()).await;
        assert_refused(answer, Reason::Unavailable);
        let seen = worker.api.workers().get_worker(look(&worker.id, WorkerView::Masked)).await.unwrap();
        assert!(!seen.into_inner().worker.unwrap().verified, "{mood:?}");
    }

    house.city.outside.set_mood(Server::RealName, Mood::Well);
    let answer = worker.api.workers().verify_real_name(request).await.unwrap().into_inner();

    assert!(answer.worker.unwrap().verified);
    let trail = house.trail(format!("worker:{}", worker.id)).await;
    assert_eq!(trail.iter().filter(|one| one.action == "WORKER_VERIFIED").count(), 1);
}
