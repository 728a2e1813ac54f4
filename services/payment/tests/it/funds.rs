//! Funds.

use proto::payment::{GrantState, ListFundsRequest, SetAsideRequest};
use refusal::Reason;
use uuid::Uuid;

use crate::calls::{refused, request_id};
use crate::house::shared;
use crate::story::{Application, Story};

/// the union that funds a pool sets its money aside, and more of it; another union does not, nor does the Centre.
#[tokio::test(flavor = "multi_thread")]
async fn only_the_funding_union_sets_money_aside() {
    let story = Story::begin(shared().await);
    let programme = &story.programme;

    assert_eq!(story.district.set_aside(programme, "district", 1_000).await.unwrap().set_aside_fen, 100_000);
    assert_eq!(story.district.set_aside(programme, "district", 500).await.unwrap().set_aside_fen, 150_000);

    assert_eq!(refused(story.city.set_aside(programme, "district", 1).await), Reason::PoolOfAnother);
    assert_eq!(refused(story.district.set_aside(programme, "city", 1).await), Reason::PoolOfAnother);
    assert_eq!(refused(story.maker.set_aside(programme, "city", 1).await), Reason::CallerNotAllowed);
    assert_eq!(refused(story.city.set_aside(programme, "no-such-pool", 1).await), Reason::NotFound);
}

/// a fund is seen by its union and those above; to all others it does not exist.
#[tokio::test(flavor = "multi_thread")]
async fn a_fund_is_seen_from_above_only() {
    let story = Story::begin(shared().await);
    let sibling = story.city_path.child(vocabulary::UnionId::new()).unwrap();
    let sibling = story.house.official(&sibling, false);
    story.district.set_aside(&story.programme, "district", 1).await.unwrap();
    story.city.set_aside(&story.programme, "city", 1).await.unwrap();

    assert!(story.city.fund(&story.programme, "district").await.is_ok());
    assert_eq!(refused(sibling.fund(&story.programme, "district").await), Reason::NotFound);
    assert_eq!(refused(story.district.fund(&story.programme, "city").await), Reason::NotFound);
    for (caller, count) in [(&story.maker, 2), (&story.district, 1), (&sibling, 0)] {
        let request = ListFundsRequest { programme_id: story.programme.clone() };
        let funds = caller.funds.clone().list_funds(request).await.unwrap().into_inner().funds;
        assert_eq!(funds.len(), count);
    }
}

/// no grant is opened beyond the fund: it waits, first come first, until more is set aside.
#[tokio::test(flavor = "multi_thread")]
async fn no_grant_is_opened_beyond_the_fund() {
    let story = Story::begin(shared().await);
    story.city.set_aside(&story.programme, "city", 1_500).await.unwrap();
    let mut grants = Vec::new();
    for yuan in [1_000, 1_000, 400] {
        grants.push(story.grant(&Application::new(), "city", yuan, 6_000).await);
    }
    let mut states = Vec::new();
    for grant in &grants {
        states.push(story.maker.grant(grant).await.unwrap().state());
    }
    // The third would fit, but passes nobody by.
    assert_eq!(states, [GrantState::Open, GrantState::WaitingForFund, GrantState::WaitingForFund]);

    let fund = story.city.set_aside(&story.programme, "city", 900).await.unwrap();

    assert_eq!((fund.set_aside_fen, fund.granted_fen, fund.paid_fen), (240_000, 240_000, 0));
    for grant in &grants {
        assert_eq!(story.maker.grant(grant).await.unwrap().state(), GrantState::Open);
    }
}

/// a hundred yuan for two grants of a hundred that come at once are promised once.
#[tokio::test(flavor = "multi_thread")]
async fn two_grants_at_once_share_no_money() {
    let story = Story::begin(shared().await);
    story.city.set_aside(&story.programme, "city", 100).await.unwrap();
    let (one, other) = (Application::new(), Application::new());
    let (one, other) =
        tokio::join!(story.grant(&one, "city", 100, 6_000), story.grant(&other, "city", 100, 6_000));

    let mut open = 0;
    for grant in [&one, &other] {
        open += i32::from(story.maker.grant(grant).await.unwrap().state() == GrantState::Open);
    }
    assert_eq!((open, story.city.fund(&story.programme, "city").await.unwrap().granted_fen), (1, 10_000));
}

/// The same request adds once; with another amount it is refused; every bad field is told.
#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_adds_once() {
    let story = Story::begin(shared().await);
    let request = SetAsideRequest {
        request_id: request_id(),
        programme_id: story.programme.clone(),
        pool_id: "city".to_owned(),
        amount_fen: 5,
        reference: "文件".to_owned(),
    };
    for _ in 0..2 {
        let answer = story.city.funds.clone().set_aside(request.clone()).await.unwrap().into_inner();
        assert_eq!(answer.fund.unwrap().set_aside_fen, 5);
    }
    let another = SetAsideRequest { amount_fen: 6, ..request };
    assert_eq!(refused(story.city.funds.clone().set_aside(another).await), Reason::RequestIdReused);

    let bad = SetAsideRequest { request_id: Uuid::now_v7().to_string(), ..Default::default() };
    let said = refusal::said(&story.city.funds.clone().set_aside(bad).await.unwrap_err()).unwrap();
    let paths: Vec<&str> = said.bad_fields.iter().map(refusal::Violation::path).collect();
    assert_eq!(paths, ["programme_id", "pool_id", "amount_fen", "reference"]);
}
