//! Looking at a worker: masked, unless the service that prints forms looks in full, and then on record.

use proto::identity::{GetWorkerRequest, WorkerView};
use refusal::Reason;
use testkit::{assert_field, assert_refused};
use uuid::Uuid;

use crate::house::{self, look};

/// whoever looks sees stars, unless the full view was asked for.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_is_masked_by_default() {
    let house = house::shared().await;
    let (person, worker) = house.verified().await;

    for api in ["enrollment", "subsidy"].map(|name| house.city.service(name)) {
        for view in [WorkerView::Unspecified, WorkerView::Masked] {
            let answer = api.workers().get_worker(look(&worker.id, view)).await.unwrap().into_inner();
            let seen = format!("{answer:?}");
            let hidden = [&person.name, &person.id_number, &person.phone];
            assert!(hidden.iter().all(|secret| !seen.contains(secret.as_str())), "{seen}");
        }
    }
    let trail = house.trail(format!("worker:{}", worker.id)).await;
    assert!(trail.iter().all(|one| one.action != "WORKER_LOOKED_AT"), "{trail:?}");
}

/// the service that prints forms sees everything, and each look is recorded.
#[tokio::test(flavor = "multi_thread")]
async fn a_look_in_full_is_recorded() {
    let house = house::shared().await;
    let (person, worker) = house.verified().await;

    let answer = house.city.service("subsidy").workers().get_worker(look(&worker.id, WorkerView::Full)).await;
    let seen = answer.unwrap().into_inner().worker.unwrap();
    assert_eq!((&seen.name, &seen.phone), (&person.name, &person.phone));
    assert_eq!(seen.id_number, person.id_number);

    let trail = house.trail(format!("worker:{}", worker.id)).await;
    let looks = trail.iter().filter(|one| one.action == "WORKER_LOOKED_AT").map(|one| one.actor.as_str());
    assert_eq!(looks.collect::<Vec<_>>(), ["service:subsidy"]);
}

/// nobody else sees anybody in full, themselves included.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_looks_in_full() {
    let house = house::shared().await;
    let (_, worker) = house.verified().await;

    for api in [house.city.service("enrollment"), worker.api.clone()] {
        let answer = api.workers().get_worker(look(&worker.id, WorkerView::Full)).await;
        assert_refused(answer, Reason::CallerNotAllowed);
    }
    for name in ["gateway", "review", "payment"] {
        let answer =
            house.city.service(name).workers().get_worker(look(&worker.id, WorkerView::Masked)).await;
        assert_refused(answer, Reason::CallerNotAllowed);
    }
    let official = house.federation.api.workers().get_worker(look(&worker.id, WorkerView::Masked)).await;
    assert_refused(official, Reason::CallerNotAllowed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_is_not_known_is_refused() {
    let house = house::shared().await;
    let (_, worker) = house.worker().await;
    for worker_id in [worker.id.as_str(), "1"] {
        let request = GetWorkerRequest { worker_id: worker_id.to_owned(), view: 55 };
        let answer = house.city.service("enrollment").workers().get_worker(request).await;
        let status = assert_refused(answer, Reason::FieldsInvalid);
        assert_field(&status, "view", Reason::ChoiceUnknown);
    }
}

/// which person a worker is, services learn, and people do not.
#[tokio::test(flavor = "multi_thread")]
async fn the_person_is_told_to_services_only() {
    let house = house::shared().await;
    let (_, unverified) = house.worker().await;
    let (_, worker) = house.verified().await;
    let enrollment = house.city.service("enrollment");

    let seen = enrollment.workers().get_worker(look(&worker.id, WorkerView::Masked)).await.unwrap();
    assert!(seen.into_inner().worker.unwrap().person_id.parse::<Uuid>().is_ok());
    let seen = enrollment.workers().get_worker(look(&unverified.id, WorkerView::Masked)).await.unwrap();
    assert_eq!(seen.into_inner().worker.unwrap().person_id, "");
    let own = worker.api.workers().get_worker(look(&worker.id, WorkerView::Masked)).await.unwrap();
    assert_eq!(own.into_inner().worker.unwrap().person_id, "");
}

/// another worker is as if there were none.
#[tokio::test(flavor = "multi_thread")]
async fn another_worker_is_not_found() {
    let house = house::shared().await;
    let ((_, worker), (_, other)) = (house.worker().await, house.worker().await);

    let answer = worker.api.workers().get_worker(look(&other.id, WorkerView::Masked)).await;
    assert_refused(answer, Reason::NotFound);
    let nobody = look(&Uuid::now_v7().to_string(), WorkerView::Full);
    assert_refused(house.city.service("subsidy").workers().get_worker(nobody).await, Reason::NotFound);

    let status = worker.api.workers().get_worker(look("1", WorkerView::Masked)).await;
    assert_field(&assert_refused(status, Reason::FieldsInvalid), "worker_id", Reason::IdMalformed);
    let status = worker.api.workers().get_worker(look("", WorkerView::Masked)).await;
    assert_field(&assert_refused(status, Reason::FieldsInvalid), "worker_id", Reason::FieldRequired);
}
