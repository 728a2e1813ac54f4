//! A day is reconciled with the statements of bank and wallet.

use outside::{Mood, Order, Outcome, Payment, Server, today};
use proto::payment::{DiscrepancyKind, GetReconciliationRequest};
use refusal::Reason;

use crate::calls::{bad_field, refused};
use crate::house::{House, shared};
use crate::story::Story;

/// a day whose books agree is closed; a payment that only the bank knows, and one that it has with another amount,
/// are found.
#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_matched_with_the_statements() {
    let house = House::start().await;
    let story = Story::begin(&house);
    story.city.set_aside(&story.programme, "city", 1_000).await.unwrap();
    story.due_by_card(600, "6222020200001234567").await;
    story.due_by_card(400, "6222020200007654321").await;
    let batch = story.pay_all().await;
    let batch = story.until_settled(&batch).await;
    let day = today().to_string();

    let closed = story.maker.reconcile(&day).await.unwrap();
    assert_eq!((closed.statement_lines, closed.statement_fen), (2, 100_000));
    assert_eq!((closed.matched_lines, closed.matched_fen), (2, 100_000));
    assert!(closed.discrepancies.is_empty());

    let stray = |number: &str, amount_fen| Payment {
        order: Order {
            number: number.to_owned(),
            account: "6222".to_owned(),
            holder: "李测二".to_owned(),
            amount_fen,
        },
        outcome: Outcome::Paid { booked_on: today() },
    };
    house.outside.book(Server::Bank, stray("A-STRANGER", 1));
    let twice = &batch.instructions[0];
    house.outside.book(Server::Bank, stray(&twice.number, twice.amount_fen));
    let open = story.maker.reconcile(&day).await.unwrap();

    let mut found: Vec<_> =
        open.discrepancies.iter().map(|one| (one.instruction_number.as_str(), one.kind())).collect();
    found.sort_by_key(|(_, kind)| i32::from(*kind));
    let expected = [
        ("A-STRANGER", DiscrepancyKind::NotInLedger),
        (twice.number.as_str(), DiscrepancyKind::AmountDiffers),
    ];
    assert_eq!((found, open.matched_lines), (expected.to_vec(), 1));
    let request = GetReconciliationRequest { day };
    let kept = story.checker.ledger.clone().get_reconciliation(request).await.unwrap().into_inner();
    assert_eq!(kept.reconciliation.unwrap().discrepancies.len(), 2);

    house.outside.set_mood(Server::Wallet, Mood::Down);
    assert_eq!(refused(story.maker.reconcile("2021-06-08").await), Reason::Unavailable);
}

/// a payment that the bank's statement does not show is found.
#[tokio::test(flavor = "multi_thread")]
async fn a_payment_missing_from_the_statement_is_found() {
    let house = House::start().await;
    let story = Story::begin(&house);
    story.city.set_aside(&story.programme, "city", 1_000).await.unwrap();
    story.due_by_card(600, "6222020200001234567").await;
    let batch = story.pay_all().await;
    story.until_settled(&batch).await;
    let moved = "UPDATE instruction SET booked_on = '2021-06-08'";
    sqlx::query(moved).execute(&house.database().await).await.unwrap();

    let found = story.maker.reconcile("2021-06-08").await.unwrap().discrepancies;

    assert_eq!((found.len(), found[0].kind()), (1, DiscrepancyKind::NotInStatement));
    assert_eq!((found[0].statement_fen, found[0].ledger_fen), (0, 60_000));
}

/// A day that has not come is not reconciled, and one that nobody has reconciled is not found.
#[tokio::test(flavor = "multi_thread")]
async fn a_day_to_come_is_refused() {
    let story = Story::begin(shared().await);
    let outcome = story.maker.reconcile("2999-01-01").await;
    assert_eq!(bad_field(outcome), ("day".to_owned(), Reason::DayInFuture));
    let request = GetReconciliationRequest { day: "2020-01-01".to_owned() };
    assert_eq!(refused(story.maker.ledger.clone().get_reconciliation(request).await), Reason::NotFound);
}
