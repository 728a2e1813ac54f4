//! Lists come in pages.

use proto::payment::{ListBatchesRequest, ListEntriesRequest, ListGrantsRequest};
use refusal::Reason;
use testkit::{assert_field, assert_refused};

use crate::calls::{Caller, got};
use crate::ground::shared;
use crate::story::Story;

/// Grants come oldest first, page by page.
#[tokio::test(flavor = "multi_thread")]
async fn grants_are_listed_in_pages() {
    let story = Story::begin(shared().await, "grant-pages");
    let applicant = story.approved(&story.gangcheng.offering_id, 0).await;
    let worker = Caller::from(&applicant.worker);
    let grants: Vec<String> = story.grants(&applicant, 2).await.into_iter().map(|grant| grant.id).collect();
    let (mut seen, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = ListGrantsRequest { page_size: 1, page_token, ..Default::default() };
        let page = worker.0.grants().list_grants(request).await.unwrap().into_inner();
        seen.extend(page.grants.into_iter().map(|grant| grant.id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, grants);
}

/// Batches of a programme come newest first, page by page.
#[tokio::test(flavor = "multi_thread")]
async fn batches_are_listed_in_pages() {
    let story = Story::begin(shared().await, "batch-pages");
    story.set_aside(1_000).await;
    story.due().await;
    let mut prepared = Vec::new();
    for _ in 0..2 {
        let batch = got(story.maker.prepare(story.programme).await);
        story.maker.submit(&batch).await.unwrap();
        story.checker.refuse(&batch).await.unwrap();
        prepared.insert(0, batch.id);
    }
    let list = async |page_token: String| {
        let programme_id = story.programme.to_owned();
        let request = ListBatchesRequest { programme_id, page_size: 1, page_token };
        let page = story.checker.0.batches().list_batches(request).await.unwrap().into_inner();
        (page.batches.into_iter().map(|batch| batch.id).collect::<Vec<_>>(), page.next_page_token)
    };
    let (first, next) = list(String::new()).await;
    let (second, end) = list(next).await;

    assert_eq!([first, second].concat(), prepared);
    assert!(end.is_empty(), "nothing comes after the last");
}

/// A page that is too long, and a token that is none, are told at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_cannot_be_is_refused() {
    let story = Story::begin(shared().await, "grant-pages");
    let (page_size, page_token) = (201, "!".to_owned());
    let grants = ListGrantsRequest { page_size, page_token: page_token.clone(), ..Default::default() };
    let batches = ListBatchesRequest { page_size, page_token: page_token.clone(), ..Default::default() };
    let entries = ListEntriesRequest { page_size, page_token, ..Default::default() };
    let refused = [
        assert_refused(story.maker.0.grants().list_grants(grants).await, Reason::FieldsInvalid),
        assert_refused(story.maker.0.batches().list_batches(batches).await, Reason::FieldsInvalid),
        assert_refused(story.maker.0.ledger().list_entries(entries).await, Reason::FieldsInvalid),
    ];
    for status in &refused {
        assert_field(status, "page_size", Reason::OutOfRange);
        assert_field(status, "page_token", Reason::InvalidPageToken);
    }
}
