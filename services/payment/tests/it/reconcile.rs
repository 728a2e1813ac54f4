//! A day is reconciled with the statements of bank and wallet.

use outside::{Mood, Order, Outcome, Outside, Payment, Server};
use proto::payment::DiscrepancyKind;
use refusal::Reason;
use stack::Service;
use testkit::{assert_field, assert_refused};

use crate::calls::got;
use crate::ground::{hurt, shared};
use crate::story::Story;

/// A day on which nobody else is paid.
const A_DAY: &str = "2021-05-20";
const MORNING: &str = "2021-05-20T09:00:00+08:00";
/// A day before all this.
const EARLIER: &str = "2021-05-06";

/// Books a payment of today that nobody has ordered.
fn book(outside: &Outside, number: &str, amount_fen: i64) {
    let order = Order {
        number: number.to_owned(),
        account: "6222".to_owned(),
        holder: "李测二".to_owned(),
        amount_fen,
    };
    outside.book(Server::Bank, Payment { order, outcome: Outcome::Paid { booked_on: outside.today() } });
}

/// a day whose books agree is closed; a payment that only the bank knows, and one that it has with another amount,
/// are found. The day is one of business time.
#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_matched_with_the_statements() {
    let gangcheng = hurt().await;
    gangcheng.city.clock.set(MORNING).unwrap();
    let (story, outside) = (Story::begin(&gangcheng, "a-day"), &gangcheng.city.outside);
    story.set_aside(2_000).await;
    tokio::join!(story.due(), story.due_by_wallet());
    let batch = story.pay_all().await;
    let batch = story.until_settled(&batch).await;

    let closed = got(story.maker.reconcile(A_DAY).await);
    assert_eq!((closed.statement_lines, closed.statement_fen), (2, 200_000));
    assert_eq!((closed.matched_lines, closed.matched_fen), (2, 200_000));
    assert!(closed.discrepancies.is_empty());

    book(outside, "A-STRANGER", 1);
    let twice = &batch.instructions[0];
    book(outside, &twice.number, twice.amount_fen);
    let open = got(story.maker.reconcile(A_DAY).await);

    let mut found: Vec<_> =
        open.discrepancies.iter().map(|one| (one.instruction_number.as_str(), one.kind())).collect();
    found.sort_by_key(|(_, kind)| i32::from(*kind));
    let expected = [
        ("A-STRANGER", DiscrepancyKind::NotInLedger),
        (twice.number.as_str(), DiscrepancyKind::AmountDiffers),
    ];
    assert_eq!((found, open.matched_lines), (expected.to_vec(), 1));
    assert_eq!(got(story.checker.reconciliation(A_DAY).await).discrepancies.len(), 2);

    outside.set_mood(Server::Wallet, Mood::Down);
    assert_refused(story.maker.reconcile(EARLIER).await, Reason::Unavailable);
    outside.set_mood(Server::Wallet, Mood::Well);
}

/// a payment that the bank's statement does not show is found.
#[tokio::test(flavor = "multi_thread")]
async fn a_payment_missing_from_the_statement_is_found() {
    let gangcheng = hurt().await;
    let story = Story::begin(&gangcheng, "a-missing-line");
    story.set_aside(1_000).await;
    story.due().await;
    let batch = story.pay_all().await;
    story.until_settled(&batch).await;
    let moved = "UPDATE instruction SET booked_on = $2::text::date WHERE batch_id = $1::text::uuid";
    let database = gangcheng.city.database(Service::Payment).await;
    sqlx::query(moved).bind(&batch.id).bind(EARLIER).execute(&database).await.unwrap();

    let found = got(story.maker.reconcile(EARLIER).await).discrepancies;

    assert_eq!((found.len(), found[0].kind()), (1, DiscrepancyKind::NotInStatement));
    assert_eq!((found[0].statement_fen, found[0].ledger_fen), (0, 100_000));
}

/// a day that has not come is not reconciled, and one that nobody has reconciled is not found.
#[tokio::test(flavor = "multi_thread")]
async fn a_day_to_come_is_refused() {
    let story = Story::begin(shared().await, "nothing-due");
    let status = assert_refused(story.maker.reconcile("2021-05-11").await, Reason::FieldsInvalid);
    assert_field(&status, "day", Reason::DayInFuture);
    let status = assert_refused(story.maker.reconcile("0000-01-01").await, Reason::FieldsInvalid);
    assert_field(&status, "day", Reason::OutOfRange);
    assert_refused(story.maker.reconciliation("2020-01-01").await, Reason::NotFound);
    let status = assert_refused(story.maker.reconciliation("1 May").await, Reason::FieldsInvalid);
    assert_field(&status, "day", Reason::DayMalformed);
}
