//! Money goes out to the worker's own card or wallet.

use outside::Server;
use proto::payment::{GrantState, InstalmentState, InstructionState, PaymentChannel};

use crate::calls::got;
use crate::ground::shared;
use crate::story::Story;

/// the worker's own card and the worker's own wallet get the money, out of the fund; the payee is forgotten.
#[tokio::test(flavor = "multi_thread")]
async fn card_and_wallet_are_paid() {
    let story = Story::begin(shared().await, "card-and-wallet");
    story.set_aside(2_000).await;
    let ((by_card, card_grant), (by_wallet, wallet_grant)) = tokio::join!(story.due(), story.due_by_wallet());

    let batch = story.pay_all().await;
    assert_eq!(batch.total_fen, 200_000);
    let batch = story.until_settled(&batch).await;

    for instruction in &batch.instructions {
        let (server, payee) = match instruction.channel() {
            PaymentChannel::Bank => (Server::Bank, &by_card.person),
            _ => (Server::Wallet, &by_wallet.person),
        };
        let account = match server {
            Server::Bank => payee.bank_card.clone(),
            _ => format!("zhangce{}", payee.number),
        };
        let booked = story.gangcheng.city.outside.payments(server);
        let booked = booked.iter().find(|one| one.order.number == instruction.number).unwrap();
        assert_eq!((&booked.order.account, &booked.order.holder), (&account, &payee.name));
        assert_eq!(booked.order.amount_fen, instruction.amount_fen);
        assert_eq!(instruction.state(), InstructionState::Paid);
    }
    for grant in [&card_grant, &wallet_grant] {
        let grant = story.now(&grant.id).await;
        assert_eq!((grant.state(), grant.paid_fen), (GrantState::Completed, 100_000));
        assert!(grant.instalments[0].paid_at.is_some());
    }
    assert_eq!(got(story.city.fund(story.programme, "city").await).paid_fen, 200_000);
    assert_eq!(story.payees_kept(&batch).await, 0);
}

/// what the bank refuses for good is due again, and is paid under a new number after a new approval.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_for_good_is_due_again() {
    let story = Story::begin(shared().await, "refused-for-good");
    let outside = &story.gangcheng.city.outside;
    story.set_aside(1_000).await;
    let (applicant, grant) = story.due().await;
    outside.close_account(Server::Bank, &applicant.person.bank_card);
    let batch = story.pay_all().await;
    let batch = story.until_settled(&batch).await;
    let refused = &batch.instructions[0];
    assert_eq!((refused.state(), refused.failure.as_str()), (InstructionState::Failed, "ACCOUNT_CLOSED"));
    assert_eq!(story.now(&grant.id).await.instalments[0].state(), InstalmentState::Due);

    outside.open_account(Server::Bank, &applicant.person.bank_card);
    let again = story.pay_all().await;
    let again = story.until_settled(&again).await;

    assert_ne!(again.instructions[0].number, refused.number);
    assert_eq!(story.now(&grant.id).await.state(), GrantState::Completed);
}
