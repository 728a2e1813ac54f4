//! Funds.

use proto::identity::UnionKind;
use proto::payment::{GrantState, ListFundsRequest, SetAsideRequest};
use refusal::Reason;
use testkit::{NewUnion, assert_field, assert_refused, request_id};

use crate::calls::{Caller, got};
use crate::ground::shared;
use crate::story::Story;

const ANOTHER_DISTRICT: NewUnion<'_> = NewUnion {
    kind: UnionKind::District,
    name: "莱芜区总工会",
    administrative_code: "370116",
    credit_code: "",
};

/// the union that funds a pool sets its money aside, and more of it; another union does not, nor does the Centre.
#[tokio::test(flavor = "multi_thread")]
async fn only_the_funding_union_sets_money_aside() {
    let story = Story::begin(shared().await, "own-funds");
    let (programme, pool) = (story.programme, "gangcheng");

    assert_eq!(got(story.district.set_aside(programme, pool, 1_000).await).set_aside_fen, 100_000);
    assert_eq!(got(story.district.set_aside(programme, pool, 500).await).set_aside_fen, 150_000);

    assert_refused(story.city.set_aside(programme, pool, 1).await, Reason::PoolOfAnother);
    assert_refused(story.district.set_aside(programme, "city", 1).await, Reason::PoolOfAnother);
    assert_refused(story.maker.set_aside(programme, "city", 1).await, Reason::CallerNotAllowed);
    assert_refused(story.city.set_aside(programme, "no-such-pool", 1).await, Reason::NotFound);
    assert_refused(story.city.set_aside("no-such-programme", "city", 1).await, Reason::NotFound);
    assert_eq!(got(story.city.fund(programme, pool).await).set_aside_fen, 150_000);
}

/// a fund is seen by its union and those above; to all others it does not exist.
#[tokio::test(flavor = "multi_thread")]
async fn a_fund_is_seen_from_above_only() {
    let story = Story::begin(shared().await, "seen-funds");
    let sibling = story.gangcheng.federation.below(ANOTHER_DISTRICT, "laiwu.office").await;
    let sibling = Caller::from(&sibling);
    story.district.set_aside(story.programme, "gangcheng", 1).await.unwrap();
    story.set_aside(1).await;

    assert_eq!(got(story.city.fund(story.programme, "gangcheng").await).set_aside_fen, 100);
    assert_refused(sibling.fund(story.programme, "gangcheng").await, Reason::NotFound);
    assert_refused(story.district.fund(story.programme, "city").await, Reason::NotFound);
    for (caller, count) in [(&story.maker, 2), (&story.city, 2), (&story.district, 1), (&sibling, 0)] {
        let request = ListFundsRequest { programme_id: story.programme.to_owned() };
        let funds = caller.0.funds().list_funds(request).await.unwrap().into_inner().funds;
        assert_eq!(funds.len(), count);
    }
}

/// no grant is opened beyond the fund: it waits, first come first, until more is set aside.
#[tokio::test(flavor = "multi_thread")]
async fn no_grant_is_opened_beyond_the_fund() {
    let story = Story::begin(shared().await, "waiting");
    let (dear, cheap) = (&story.gangcheng.offering_id, &story.gangcheng.cheap_offering_id);
    story.set_aside(3_500).await;
    let mut grants = Vec::new();
    for offering in [dear, dear, cheap] {
        let applicant = story.approved(offering, 0).await;
        grants.push(story.grants(&applicant, 1).await.remove(0));
    }
    let payable: Vec<i64> = grants.iter().map(|grant| grant.payable_fen).collect();
    assert_eq!(payable, [200_000, 200_000, 150_000]);
    let mut states = Vec::new();
    for grant in &grants {
        states.push(story.now(&grant.id).await.state());
    }
    // The third would fit, but passes nobody by.
    assert_eq!(states, [GrantState::Open, GrantState::WaitingForFund, GrantState::WaitingForFund]);

    let fund = got(story.city.set_aside(story.programme, "city", 2_000).await);

    assert_eq!((fund.set_aside_fen, fund.granted_fen, fund.paid_fen), (550_000, 550_000, 0));
    for grant in &grants {
        assert_eq!(story.now(&grant.id).await.state(), GrantState::Open);
    }
}

/// a thousand yuan for two grants of a thousand that come at once are promised once.
#[tokio::test(flavor = "multi_thread")]
async fn two_grants_at_once_share_no_money() {
    let story = Story::begin(shared().await, "two-at-once");
    story.set_aside(1_000).await;
    let offering = &story.gangcheng.offering_id;
    let (one, other) = tokio::join!(story.approved(offering, 0), story.approved(offering, 0));

    let mut open = 0;
    for applicant in [&one, &other] {
        let grant = story.grants(applicant, 1).await.remove(0);
        open += i32::from(grant.state() == GrantState::Open);
    }
    assert_eq!((open, got(story.city.fund(story.programme, "city").await).granted_fen), (1, 100_000));
}

/// The same request adds once; with another amount it is refused; every bad field is told.
#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_adds_once() {
    let story = Story::begin(shared().await, "repeated");
    let request = SetAsideRequest {
        request_id: request_id(),
        programme_id: story.programme.to_owned(),
        pool_id: "city".to_owned(),
        amount_fen: 5,
        reference: "文件".to_owned(),
    };
    let ask = |request: SetAsideRequest| {
        let mut funds = story.city.0.funds();
        async move { funds.set_aside(request).await }
    };
    for _ in 0..2 {
        assert_eq!(got(ask(request.clone()).await).set_aside_fen, 5);
    }
    let another = SetAsideRequest { amount_fen: 6, ..request };
    assert_refused(ask(another).await, Reason::RequestIdReused);

    let status = assert_refused(ask(SetAsideRequest::default()).await, Reason::FieldsInvalid);
    assert_field(&status, "request_id", Reason::RequestIdMissing);
    for path in ["programme_id", "pool_id", "reference"] {
        assert_field(&status, path, Reason::FieldRequired);
    }
    assert_field(&status, "amount_fen", Reason::OutOfRange);
    for amount_fen in [-1, 100_000_000_001, i64::MAX] {
        let beyond = SetAsideRequest { amount_fen, ..SetAsideRequest::default() };
        let status = assert_refused(ask(beyond).await, Reason::FieldsInvalid);
        assert_field(&status, "amount_fen", Reason::OutOfRange);
    }
}
