//! What enrollment announces, payment hears once.

use std::time::Duration;

use messaging::{Consumer, Event, Handler, HandlerError};
use proto::enrollment::TuitionRecorded;
use sqlx::PgConnection;
use stack::Service;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::house::{House, TUITION_FEN, payment};

/// The receipt of the payment that comes after all others.
const LAST: &str = "R-LAST";
/// Longer than anything announced is on its way.
const PATIENCE: Duration = Duration::from_secs(30);

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
    let hearing = tokio::spawn(consumer.run(database, house.city.broker(), stop.clone()));
    let mut enrollments = house.gateway().enrollments();

    let first = payment(&enrollment, "R-1", 200_000);
    enrollments.record_tuition(first.clone()).await.unwrap();
    let mut told = vec![next(&mut heard).await];
    // From here on there is a queue, and events are heard in the order in which they were announced: whoever has heard
    // the last has heard all before it.
    enrollments.record_tuition(first).await.unwrap();
    enrollments.record_tuition(payment(&enrollment, "R-2", TUITION_FEN)).await.unwrap_err();
    enrollments.record_tuition(payment(&enrollment, "R-3", 300_000)).await.unwrap();
    enrollments.record_tuition(payment(&enrollment, LAST, 1)).await.unwrap();

    while told.last().is_some_and(|event| event.receipt_number != LAST) {
        told.push(next(&mut heard).await);
    }
    let amounts: Vec<_> = told
        .iter()
        .map(|event| (event.receipt_number.as_str(), event.amount_fen, event.paid_total_fen))
        .collect();
    assert_eq!(amounts, [("R-1", 200_000, 200_000), ("R-3", 300_000, 500_000), (LAST, 1, 500_001)]);
    assert!(told.iter().all(|event| event.tuition_fen == TUITION_FEN));
    assert!(told.iter().all(|event| event.enrollment_id == enrollment.id && event.worker_id == worker.id));
    stop.cancel();
    hearing.await.unwrap();
}

async fn next(heard: &mut mpsc::Receiver<TuitionRecorded>) -> TuitionRecorded {
    timeout(PATIENCE, heard.recv()).await.expect("a payment is announced").unwrap()
}
