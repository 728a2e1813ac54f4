//! What enrollment announces, payment hears once.

use messaging::{Consumer, Event, Handler, HandlerError};
use proto::enrollment::TuitionRecorded;
use sqlx::PgConnection;
use stack::Service;
use testkit::eventually;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::house::{House, TUITION_FEN, payment};

/// Hands on what it hears.
struct Hearer(mpsc::Sender<TuitionRecorded>);

impl Handler for Hearer {
    type Message = TuitionRecorded;

    async fn handle(&self, _: &mut PgConnection, event: Event<TuitionRecorded>) -> Result<(), HandlerError> {
        self.0.send(event.message).await.map_err(HandlerError::permanent)
    }
}

/// each payment is announced once with all that is paid so far; a refused or repeated one is not.
#[tokio::test(flavor = "multi_thread")]
async fn each_payment_is_announced_once() {
    let house = House::own().await;
    let (worker, enrollment) = house.student().await;
    let database = house.city.database(Service::Enrollment).await;
    let (sender, mut heard) = mpsc::channel(16);
    let stop = CancellationToken::new();
    let consumer = Consumer::new("payment").on(Hearer(sender));
    let hearing = tokio::spawn(consumer.run(database.clone(), house.city.broker(), stop.clone()));
    let mut enrollments = house.gateway().enrollments();

    let first = payment(&enrollment, "R-1", 200_000);
    enrollments.record_tuition(first.clone()).await.unwrap();
    enrollments.record_tuition(first).await.unwrap();
    enrollments.record_tuition(payment(&enrollment, "R-2", TUITION_FEN)).await.unwrap_err();
    enrollments.record_tuition(payment(&enrollment, "R-3", 300_000)).await.unwrap();

    let mut told = [heard.recv().await.unwrap(), heard.recv().await.unwrap()];
    told.sort_unstable_by_key(|event| event.paid_total_fen);
    let amounts = told.each_ref().map(|event| (event.amount_fen, event.paid_total_fen, event.tuition_fen));
    assert_eq!(amounts, [(200_000, 200_000, TUITION_FEN), (300_000, 500_000, TUITION_FEN)]);
    assert_eq!(told.each_ref().map(|event| event.receipt_number.as_str()), ["R-1", "R-3"]);
    assert!(told.iter().all(|event| event.enrollment_id == enrollment.id && event.worker_id == worker.id));
    eventually("nothing is left in the outbox", async || {
        let left = sqlx::query_scalar("SELECT count(*) FROM platform.outbox").fetch_one(&database).await;
        let left: i64 = left.unwrap();
        (left == 0).then_some(())
    })
    .await;
    assert!(heard.try_recv().is_err(), "nothing else was announced");
    stop.cancel();
    hearing.await.unwrap();
}
