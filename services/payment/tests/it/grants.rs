//! Grants and their instalments.

use proto::payment::{GrantState, Instalment, ListGrantsRequest};
use refusal::Reason;
use vocabulary::WorkerId;

use crate::calls::refused;
use crate::house::shared;
use crate::story::{Application, Story};

fn amounts(instalments: &[Instalment]) -> Vec<i64> {
    instalments.iter().map(|one| one.amount_fen).collect()
}

/// a grant falls due in proportion to the tuition paid, to the fen, and the last instalment takes the remainder;
/// the payments come out of order, and one comes twice.
#[tokio::test(flavor = "multi_thread")]
async fn instalments_follow_the_tuition_to_the_fen() {
    let story = Story::begin(shared().await);
    story.city.set_aside(&story.programme, "city", 1_000).await.unwrap();
    let application = Application::new();
    let grant = story.grant(&application, "city", 1_000, 6_000).await;
    for (paid, count) in [(2_000, 1), (4_000, 2), (2_000, 2), (4_000, 2), (6_000, 3)] {
        story.tuition(&application, paid, 6_000).await;
        story.until(&grant, "an instalment is due", |grant| grant.instalments.len() == count).await;
    }
    assert_eq!(amounts(&story.maker.grant(&grant).await.unwrap().instalments), [33_333, 33_333, 33_334]);
}

/// tuition that was paid before the grant came is not forgotten.
#[tokio::test(flavor = "multi_thread")]
async fn tuition_paid_before_the_grant_counts() {
    let story = Story::begin(shared().await);
    story.city.set_aside(&story.programme, "city", 1_000).await.unwrap();
    let application = Application::new();
    story.tuition(&application, 3_000, 6_000).await;
    let grant = story.grant(&application, "city", 1_000, 6_000).await;

    let grant = story.until(&grant, "half is due", |grant| !grant.instalments.is_empty()).await;
    assert_eq!(amounts(&grant.instalments), [50_000]);
}

/// all grants of an application together never exceed its tuition, and the narrowest pool is cut first, in whatever
/// order they come; what is cut goes back into the fund.
#[tokio::test(flavor = "multi_thread")]
async fn the_narrowest_pool_is_cut_first() {
    let story = Story::begin(shared().await);
    story.city.set_aside(&story.programme, "city", 5_000).await.unwrap();
    story.district.set_aside(&story.programme, "district", 5_000).await.unwrap();
    for order in [["city", "district"], ["district", "city"]] {
        let application = Application::new();
        for pool in order {
            story.grant(&application, pool, 1_000, 1_500).await;
        }
        let request = ListGrantsRequest { application_id: application.id.clone(), ..Default::default() };
        let grants = story.maker.grants.clone().list_grants(request).await.unwrap().into_inner().grants;
        for grant in grants {
            let payable = if grant.pool_id == "city" { 100_000 } else { 50_000 };
            assert_eq!((grant.payable_fen, grant.state()), (payable, GrantState::Open), "{order:?}");
        }
    }
    let district = story.district.fund(&story.programme, "district").await.unwrap();
    assert_eq!(district.granted_fen, 100_000);
    assert_eq!(story.maker.balances(&story.programme).await.1, 0);
}

/// a grant is seen by its worker and by the unions above its fund; to all others it does not exist.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_sees_the_own_grants_only() {
    let story = Story::begin(shared().await);
    let application = Application::new();
    let grant = story.grant(&application, "city", 1_000, 6_000).await;

    assert_eq!(story.house.worker(application.worker).grant(&grant).await.unwrap().id, grant);
    assert_eq!(refused(story.house.worker(WorkerId::new()).grant(&grant).await), Reason::NotFound);
    assert_eq!(refused(story.district.grant(&grant).await), Reason::NotFound);
}

/// Lists come in pages, oldest first, and a token that is none is refused.
#[tokio::test(flavor = "multi_thread")]
async fn grants_are_listed_in_pages() {
    let story = Story::begin(shared().await);
    let application = Application::new();
    let grants =
        [story.grant(&application, "city", 1, 9).await, story.grant(&application, "district", 1, 9).await];
    let worker = story.house.worker(application.worker);
    let (mut seen, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = ListGrantsRequest { page_size: 1, page_token, ..Default::default() };
        let page = worker.grants.clone().list_grants(request).await.unwrap().into_inner();
        seen.extend(page.grants.into_iter().map(|grant| grant.id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, grants);
    let request = ListGrantsRequest { page_token: "!".to_owned(), ..Default::default() };
    let outcome = worker.grants.clone().list_grants(request).await;
    assert_eq!(crate::calls::bad_field(outcome), ("page_token".to_owned(), Reason::InvalidPageToken));
}
