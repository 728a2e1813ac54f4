//! A correction that is not made in time, in a city whose clock is moved on.

use proto::quota::PlaceState;
use proto::review::{CaseState, Decision};
use proto::subsidy::{ApplicationState, MaterialData, MaterialKind, TimelineKind};
use refusal::Reason;
use stack::Service;
use testkit::{Gangcheng, Upload, assert_refused, eventually, picture};
use tonic::Response;

use crate::calls::{correct, place, pool, submitted, times};
use crate::city::{ONE_SEAT, one_seat};
use crate::rows::hold;

/// a correction that is late is refused; the application expires, and its seat goes to the next in line.
#[tokio::test(flavor = "multi_thread")]
async fn an_expired_correction_frees_the_seat() {
    let ground = &Gangcheng::found(&[one_seat()]).await;
    let (late, next) = (submitted(ground, ONE_SEAT).await, submitted(ground, ONE_SEAT).await);
    let case = ground.case_of(&late, &ground.street).await;
    ground.street.decide(&case, Decision::Return, "请补正", "2021-05-11").await;
    late.wait_for(ApplicationState::Returned).await;

    // While the row is held, nothing can expire: the worker is the first to come too late.
    let database = ground.city.database(Service::Subsidy).await;
    let mut tx = database.begin().await.unwrap();
    hold(&mut tx, &late.application.id).await;
    ground.city.clock.set("2021-05-12T00:00:00+08:00").unwrap();
    let upload = Upload {
        application_id: &late.application.id,
        kind: MaterialKind::IdCardFront,
        file_name: "身份证.jpg",
        data: MaterialData::default(),
        bytes: &picture::jpeg(10),
    };
    let too_late = late.worker.upload(upload).await.map(Response::new);
    assert_refused(too_late, Reason::CorrectionTooLate);
    tx.rollback().await.unwrap();

    let expired = late.wait_for(ApplicationState::Expired).await;
    assert_eq!(expired.timeline.last().unwrap().kind(), TimelineKind::Expired);
    assert_eq!(times(ground, &late, "APPLICATION_EXPIRED").await, 1);
    assert_refused(correct(&late).await, Reason::NotReturned);
    eventually("the next in line is told of the seat", async || {
        let timeline = next.now().await.timeline;
        timeline.iter().any(|entry| entry.kind() == TimelineKind::Promoted)
    })
    .await;
    assert_eq!(place(ground, &late).await.unwrap().state(), PlaceState::Released);
    let pool = pool(ground, ONE_SEAT, "gangcheng").await;
    assert_eq!((pool.seats_left, pool.waiting), (0, 0));
    eventually("the case has ended", async || {
        let case = ground.street.look_at(&case.id).await;
        case.state() == CaseState::Ended
    })
    .await;
}
