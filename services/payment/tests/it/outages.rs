//! Money goes out once, whatever bank and wallet answer, and though payment is killed.

use std::time::Duration;

use outside::{Mood, Outcome, Outside, Server};
use proto::payment::{Batch, GrantState, InstalmentState};
use stack::Service;
use testkit::eventually;

use crate::ground::hurt;
use crate::story::Story;

/// A quarter of the tuition, in fen, and what it lets fall due of a grant.
const QUARTER_FEN: i64 = 180_000;
const INSTALMENT_FEN: i64 = 25_000;
/// Longer than payment waits for the bank.
const TOO_SLOW: Duration = Duration::from_secs(4);
/// The wallet pays, and payment does not live to hear of it.
const TOO_SLOW_FOR_A_LIFE: Mood = Mood::Slow(Duration::from_millis(1_500));
/// The bank does its work and answers too late, or with an error; or it does nothing, and says what nobody can read, or an
/// error.
const OUTAGES: [Mood; 4] = [Mood::Slow(TOO_SLOW), Mood::WrongAfterwards, Mood::Garbled, Mood::Down];

/// What a server has paid under a number.
fn paid(outside: &Outside, server: Server, number: &str) -> Vec<i64> {
    let payments = outside.payments(server).into_iter();
    let paid = payments.filter(|one| matches!(one.outcome, Outcome::Paid { .. }));
    paid.filter(|one| one.order.number == number).map(|one| one.order.amount_fen).collect()
}

/// Waits until the instruction of a batch was asked for, and put off because no answer came.
async fn until_put_off(story: &Story<'_>, batch: &Batch) {
    let database = story.gangcheng.city.database(Service::Payment).await;
    // Before it is put off, its sender has it for a longer time.
    let put_off = "SELECT state = 'sent' AND next_ask_at < now() + interval '8 seconds' FROM instruction
                   WHERE batch_id = $1::text::uuid";
    eventually("the instruction is put off", async || {
        sqlx::query_scalar::<_, bool>(put_off).bind(&batch.id).fetch_one(&database).await.unwrap()
    })
    .await;
}

/// an answer that never came is asked for again with the same number, and nobody is paid twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_asked_for_again() {
    let gangcheng = hurt().await;
    let (story, outside) = (Story::begin(&gangcheng, "lost-answers"), &gangcheng.city.outside);
    story.set_aside(1_000).await;
    let applicant = story.approved(&gangcheng.offering_id, 3 * QUARTER_FEN).await;
    let mut batches = Vec::new();
    for (number, mood) in OUTAGES.into_iter().enumerate() {
        if number > 0 {
            story.tuition(&applicant, &number.to_string(), QUARTER_FEN).await;
        }
        let grant = story.due_of(&applicant, number + 1).await;
        outside.set_mood(Server::Bank, mood);
        let batch = story.pay_all().await;
        until_put_off(&story, &batch).await;
        let instalments = story.now(&grant.id).await.instalments;
        assert_eq!(instalments[number].state(), InstalmentState::Paying, "{mood:?}");
        batches.push(batch);
    }
    outside.set_mood(Server::Bank, Mood::Well);

    for (batch, mood) in batches.iter().zip(OUTAGES) {
        let batch = story.until_settled(batch).await;
        let number = &batch.instructions[0].number;
        assert_eq!(paid(outside, Server::Bank, number), [INSTALMENT_FEN], "{mood:?}");
    }
    assert!(outside.orders_count(Server::Bank) > OUTAGES.len(), "what was booked was asked for again");
    let grant = story.due_of(&applicant, OUTAGES.len()).await;
    assert_eq!((grant.state(), grant.paid_fen), (GrantState::Completed, 100_000));
}

/// killed between the call and its outcome, payment asks again under the same number.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_after_the_call_pays_nobody_twice() {
    let gangcheng = hurt().await;
    let (story, outside) = (Story::begin(&gangcheng, "crash"), &gangcheng.city.outside);
    story.set_aside(1_000).await;
    let (_, grant) = story.due_by_wallet().await;
    let before = outside.orders_count(Server::Wallet);
    outside.set_mood(Server::Wallet, TOO_SLOW_FOR_A_LIFE);
    let batch = story.pay_all().await;
    eventually("the wallet has paid", async || outside.orders_count(Server::Wallet) > before).await;
    let services = gangcheng.city.stack.services();
    tokio::task::block_in_place(|| services.kill("payment").unwrap());
    outside.set_mood(Server::Wallet, Mood::Well);
    // Nobody waits until the dead sender's time is over: it is over.
    let database = gangcheng.city.database(Service::Payment).await;
    sqlx::query(
        "UPDATE instruction SET next_ask_at = now() WHERE batch_id = $1::text::uuid AND state = 'sent'",
    )
    .bind(&batch.id)
    .execute(&database)
    .await
    .unwrap();
    tokio::task::block_in_place(|| services.restart("payment").unwrap());

    let batch = story.until_settled(&batch).await;

    assert_eq!(paid(outside, Server::Wallet, &batch.instructions[0].number), [100_000]);
    assert_eq!(outside.orders_count(Server::Wallet), before + 2);
    let grant = story.now(&grant.id).await;
    assert_eq!((grant.state(), grant.paid_fen), (GrantState::Completed, 100_000));
}
