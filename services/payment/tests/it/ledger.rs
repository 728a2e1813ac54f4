//! The double-entry ledger.

use proto::payment::{LedgerEntry, LedgerEntryKind, ListEntriesRequest};
use stack::Service;
use uuid::Uuid;

use crate::ground::shared;
use crate::story::Story;

/// every fen set aside, granted and paid stands in the ledger, and the accounts sum to nothing.
#[tokio::test(flavor = "multi_thread")]
async fn every_fen_is_in_the_ledger() {
    let story = Story::begin(shared().await, "ledger");
    story.set_aside(3_000).await;
    story.due().await;
    let batch = story.pay_all().await;
    story.until_settled(&batch).await;

    let account = |name: &str| format!("{name}/{}/city", story.programme);
    let (balances, sum) = story.maker.balances(story.programme).await;
    let expected = [
        (account("available"), -200_000),
        (account("granted"), 0),
        ("paid/bank".to_owned(), -100_000),
        (account("set_aside"), 300_000),
    ];
    assert_eq!((balances, sum), (expected.to_vec(), 0));

    let request = ListEntriesRequest { account: account("granted"), ..Default::default() };
    let entries = story.city.0.ledger().list_entries(request.clone()).await.unwrap().into_inner().entries;
    let kinds: Vec<_> = entries.iter().map(LedgerEntry::kind).collect();
    assert_eq!(kinds, [LedgerEntryKind::Paid, LedgerEntryKind::Granted]);
    assert!(entries.iter().all(|entry| entry.lines.iter().map(|line| line.amount_fen).sum::<i64>() == 0));
    let seen = story.district.0.ledger().list_entries(request).await.unwrap().into_inner().entries;
    assert!(seen.is_empty(), "a district sees no entries of the city's fund");
}

/// PostgreSQL itself refuses an entry that does not balance, and one that is changed or deleted.
#[tokio::test(flavor = "multi_thread")]
async fn postgresql_enforces_the_balance() {
    let story = Story::begin(shared().await, "nothing-due");
    story.set_aside(1).await;
    let database = story.gangcheng.city.database(Service::Payment).await;
    let entry = "INSERT INTO ledger_entry (entry_id, kind, subject, programme_id, union_path, posted_at)
                 VALUES ($1, 'granted', 'grant:x', 'p', '/', now())";
    for lines in [&[][..], &[5], &[5, -4], &[5, -5, 1]] {
        let mut tx = database.begin().await.unwrap();
        let id = Uuid::now_v7();
        sqlx::query(entry).bind(id).execute(&mut *tx).await.unwrap();
        for (number, amount) in lines.iter().enumerate() {
            let line = "INSERT INTO ledger_line VALUES ($1, $2, 'an account', $3)";
            let line =
                sqlx::query(line).bind(id).bind(i32::try_from(number).unwrap()).bind(i64::from(*amount));
            line.execute(&mut *tx).await.unwrap();
        }
        let error = tx.commit().await.unwrap_err();
        assert_eq!(postgres::violated(&error), Some("an_entry_balances"), "{lines:?}");
    }
    let more = "INSERT INTO ledger_line SELECT entry_id, 3, 'an account', 1 FROM ledger_entry LIMIT 1";
    let error = sqlx::query(more).execute(&database).await.unwrap_err();
    assert_eq!(postgres::violated(&error), Some("an_entry_balances"));
    for change in ["UPDATE ledger_line SET amount_fen = 2 * amount_fen", "DELETE FROM ledger_line"] {
        let error = sqlx::query(change).execute(&database).await.unwrap_err();
        assert_eq!(postgres::violated(&error), Some("the_ledger_is_final"), "{change}");
    }
}
