//! Cases in lists: within the scope, in order of arrival, page by page.

use proto::review::{CaseState, ListCasesRequest};
use testkit::Official;

use crate::calls::{decided, list, listed, reject};
use crate::ground::{LISTED, shared, submitted};

fn of_the_programme() -> ListCasesRequest {
    ListCasesRequest { programme_id: LISTED.to_owned(), ..Default::default() }
}

/// every official above sees the cases in order of arrival, in pages; one beside the path sees none; and a list can
/// be of one state.
#[tokio::test(flavor = "multi_thread")]
async fn cases_are_listed_in_order_of_arrival() {
    let gangcheng = shared().await;
    let ((_, one), (_, two), (_, three)) = tokio::join!(
        submitted(gangcheng, LISTED),
        submitted(gangcheng, LISTED),
        submitted(gangcheng, LISTED),
    );
    let mut cases = [one, two, three];
    cases.sort_by_key(|case| case.arrival_number);
    let expected: Vec<String> = cases.iter().map(|case| case.application_id.clone()).collect();

    for official in [&gangcheng.street, &gangcheng.district, &gangcheng.federation, &gangcheng.centre] {
        assert_eq!(listed(official, of_the_programme()).await, expected);
        assert_eq!(page_by_page(official).await, expected);
    }
    for beside in [&gangcheng.other_street, &gangcheng.unit] {
        assert!(listed(beside, of_the_programme()).await.is_empty());
    }

    let rejected = decided(reject(&gangcheng.street, &cases[1]).await);
    let in_state = async |state: CaseState| {
        listed(&gangcheng.street, ListCasesRequest { state: state.into(), ..of_the_programme() }).await
    };
    assert_eq!(in_state(CaseState::Rejected).await, [rejected.application_id]);
    let left = [&expected[0], &expected[2]].map(Clone::clone);
    assert_eq!(in_state(CaseState::InReview).await, left);
    assert!(in_state(CaseState::Approved).await.is_empty());
}

async fn page_by_page(official: &Official) -> Vec<String> {
    let (mut seen, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = ListCasesRequest { page_size: 2, page_token, ..of_the_programme() };
        let page = list(official, request).await.unwrap().into_inner();
        assert!(page.cases.len() <= 2);
        seen.extend(page.cases.into_iter().map(|case| case.application_id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return seen;
        }
    }
}
