//! Money goes out once, whatever bank and wallet answer.

use std::time::Duration;

use outside::{Mood, Outcome, Server};
use proto::payment::{GrantState, InstalmentState, InstructionState, PaymentChannel};

use crate::house::{House, eventually, shared};
use crate::story::{Application, Story};

const CARD: &str = "6222020200001234567";

/// What a server has paid, by number.
fn paid(house: &House, server: Server) -> Vec<(String, i64)> {
    let payments = house.outside.payments(server).into_iter();
    let paid = payments.filter(|one| matches!(one.outcome, Outcome::Paid { .. }));
    paid.map(|one| (one.order.number, one.order.amount_fen)).collect()
}

/// the worker's own card and the worker's own wallet get the money, out of the fund; the payee is forgotten.
#[tokio::test(flavor = "multi_thread")]
async fn card_and_wallet_are_paid() {
    let story = Story::begin(shared().await);
    story.city.set_aside(&story.programme, "city", 2_000).await.unwrap();
    let (_, by_card) = story.due_by_card(1_000, CARD).await;
    let application = Application::new();
    story.house.subsidy.pays_by_wallet(&application.id, "zhangceyi01");
    let by_wallet = story.due(&application, 700).await;

    let batch = story.pay_all().await;
    let batch = story.until_settled(&batch).await;

    for instruction in &batch.instructions {
        let server = match instruction.channel() {
            PaymentChannel::Bank => Server::Bank,
            _ => Server::Wallet,
        };
        let booked = story.house.outside.payments(server);
        let booked = booked.iter().find(|one| one.order.number == instruction.number).unwrap();
        let account = if server == Server::Bank { CARD } else { "zhangceyi01" };
        assert_eq!((booked.order.account.as_str(), booked.order.holder.as_str()), (account, "张测一"));
        assert_eq!(booked.order.amount_fen, instruction.amount_fen);
        assert_eq!(instruction.state(), InstructionState::Paid);
    }
    for grant in [&by_card, &by_wallet] {
        let grant = story.maker.grant(grant).await.unwrap();
        assert_eq!((grant.state(), grant.paid_fen), (GrantState::Completed, grant.amount_fen));
        assert!(grant.instalments[0].paid_at.is_some());
    }
    assert_eq!(story.city.fund(&story.programme, "city").await.unwrap().paid_fen, 170_000);
    let query = "SELECT count(*) FROM instruction WHERE batch_id = $1::text::uuid AND payee IS NOT NULL";
    let kept: i64 =
        sqlx::query_scalar(query).bind(&batch.id).fetch_one(&story.house.database().await).await.unwrap();
    assert_eq!(kept, 0);
}

/// an answer that never came is asked for again with the same number, and nobody is paid twice: the bank does its work
/// and says an error, or nothing in time, or what nobody can read; then it is well.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_asked_for_again() {
    let house = House::start().await;
    for mood in [Mood::WrongAfterwards, Mood::Slow(Duration::from_secs(3)), Mood::Garbled, Mood::Down] {
        let story = Story::begin(&house);
        story.city.set_aside(&story.programme, "city", 1_000).await.unwrap();
        let (_, grant) = story.due_by_card(1_000, CARD).await;
        house.outside.set_mood(Server::Bank, mood);
        let batch = story.pay_all().await;
        eventually("the instruction is sent", async || {
            let batch = story.checker.batch(&batch.id).await.unwrap();
            batch.instructions[0].state() == InstructionState::Sent
        })
        .await;
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        let waiting = story.maker.grant(&grant).await.unwrap();
        assert_eq!(waiting.instalments[0].state(), InstalmentState::Paying, "{mood:?}");
        house.outside.set_mood(Server::Bank, Mood::Well);

        let batch = story.until_settled(&batch).await;

        let number = &batch.instructions[0].number;
        let booked: Vec<_> =
            paid(&house, Server::Bank).into_iter().filter(|(one, _)| one == number).collect();
        assert_eq!(booked, [(number.clone(), 100_000)], "{mood:?}");
        assert_eq!(story.maker.grant(&grant).await.unwrap().paid_fen, 100_000);
    }
}

/// killed between the call and its outcome, payment asks again under the same number.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_after_the_call_pays_nobody_twice() {
    let house = House::start().await;
    let story = Story::begin(&house);
    story.city.set_aside(&story.programme, "city", 1_000).await.unwrap();
    let application = Application::new();
    house.subsidy.pays_by_wallet(&application.id, "zhangceyi01");
    let grant = story.due(&application, 1_000).await;
    house.outside.set_mood(Server::Wallet, Mood::Slow(Duration::from_millis(700)));
    story.pay_all().await;
    eventually("the wallet has paid", async || !paid(&house, Server::Wallet).is_empty()).await;
    tokio::task::block_in_place(|| house.services.kill("payment").unwrap());
    house.outside.set_mood(Server::Wallet, Mood::Well);
    tokio::task::block_in_place(|| house.services.restart("payment").unwrap());

    story.until(&grant, "the grant is paid", |grant| grant.state() == GrantState::Completed).await;

    assert_eq!(paid(&house, Server::Wallet).len(), 1);
    assert_eq!(house.outside.orders_count(Server::Wallet), 2);
    assert_eq!(story.maker.grant(&grant).await.unwrap().paid_fen, 100_000);
}

/// what the bank refuses for good is due again, and is paid under a new number after a new approval.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_for_good_is_due_again() {
    let story = Story::begin(shared().await);
    story.city.set_aside(&story.programme, "city", 1_000).await.unwrap();
    story.house.outside.close_account(Server::Bank, "6222029999999999999");
    let (application, grant) = story.due_by_card(1_000, "6222029999999999999").await;
    let batch = story.pay_all().await;
    let batch = story.until_settled(&batch).await;
    let instruction = &batch.instructions[0];
    assert_eq!(
        (instruction.state(), instruction.failure.as_str()),
        (InstructionState::Failed, "ACCOUNT_CLOSED")
    );
    assert_eq!(story.maker.grant(&grant).await.unwrap().instalments[0].state(), InstalmentState::Due);

    story.house.subsidy.pays_by_card(&application.id, CARD);
    let again = story.pay_all().await;
    let again = story.until_settled(&again).await;

    assert_ne!(again.instructions[0].number, instruction.number);
    assert_eq!(story.maker.grant(&grant).await.unwrap().state(), GrantState::Completed);
}
