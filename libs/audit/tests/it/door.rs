//! The door: who sees which actions, page by page, and how findings are told.

use audit::{Actor, Detail, Entry, Subject};
use auth::{Caller, Official, Roles};
use chrono::{DateTime, Utc};
use proto::shared::audit_service_client::AuditServiceClient;
use proto::shared::{Checkpoint, FindingKind, ListActionsRequest, VerifyTrailRequest};
use refusal::Reason;
use tonic::body::Body;
use tower::{Service, service_fn};
use uuid::Uuid;
use vocabulary::{OfficialId, UnionId, UnionPath};

use crate::city::{City, DECIDED, gangcheng};

type Client = AuditServiceClient<
    tower::util::BoxCloneService<http::Request<Body>, http::Response<Body>, std::convert::Infallible>,
>;

/// A client whom the layer has already found to be a supervisor of this union.
fn supervisor(city: &City, path: &UnionPath) -> Client {
    let caller = Caller::Official(Official {
        id: OfficialId::new(),
        union: path.unions().next_back().unwrap(),
        path: path.clone(),
        roles: Roles::ALL,
        centre: false,
        person: Uuid::now_v7(),
    });
    let door = audit::door(city.trail.clone());
    let known = service_fn(move |mut request: http::Request<Body>| {
        request.extensions_mut().insert(caller.clone());
        door.clone().call(request)
    });
    AuditServiceClient::new(tower::util::BoxCloneService::new(known))
}

async fn record(city: &City, subject: u32, path: Option<&UnionPath>) {
    let entry =
        Entry::new(DateTime::<Utc>::UNIX_EPOCH, Actor::Operator, DECIDED, Subject::new("case", subject))
            .with(Detail::new().with("late", true));
    let entry = match path {
        Some(path) => entry.under(path),
        None => entry,
    };
    audit::record(&mut city.pool.acquire().await.unwrap(), &entry).await.unwrap();
}

async fn subjects(client: &mut Client) -> Vec<String> {
    let page = client.list_actions(ListActionsRequest::default()).await.unwrap().into_inner();
    page.actions.into_iter().map(|action| action.subject).collect()
}

/// R-31, R-36: a supervisor sees the own subtree's actions, the city federation's all of them.
#[tokio::test]
async fn a_supervisor_sees_the_own_subtree() {
    let city = City::new().await;
    let (district, federation) = (gangcheng(), gangcheng().parent().unwrap());
    let street = district.child(UnionId::new()).unwrap();
    let elsewhere = federation.child(UnionId::new()).unwrap();
    for (subject, path) in [(1, Some(&district)), (2, Some(&street)), (3, Some(&elsewhere)), (4, None)] {
        record(&city, subject, path).await;
    }

    assert_eq!(subjects(&mut supervisor(&city, &district)).await, ["case:2", "case:1"]);
    assert_eq!(subjects(&mut supervisor(&city, &street)).await, ["case:2"]);
    assert_eq!(subjects(&mut supervisor(&city, &federation)).await, ["case:4", "case:3", "case:2", "case:1"]);
}

/// R-36: pages follow one another without loss or repetition, and one subject's actions can be asked for.
#[tokio::test]
async fn actions_come_page_by_page() {
    let city = City::new().await;
    for subject in 0..7 {
        record(&city, subject % 2, Some(&gangcheng())).await;
    }
    city.chained(0).await;
    let mut client = supervisor(&city, &gangcheng());
    let (mut sequences, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = ListActionsRequest { page_size: 3, page_token, ..Default::default() };
        let page = client.list_actions(request).await.unwrap().into_inner();
        sequences.extend(page.actions.iter().map(|action| action.sequence));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(sequences, [7, 6, 5, 4, 3, 2, 1]);

    let request = ListActionsRequest { subject: "case:1".to_owned(), ..Default::default() };
    let page = client.list_actions(request).await.unwrap().into_inner();
    assert_eq!(page.actions.len(), 3);
    let action = &page.actions[0];
    assert_eq!((action.actor.as_str(), action.action.as_str()), ("operator", "STEP_DECIDED"));
    assert_eq!((action.detail_json.as_str(), action.hash.len()), (r#"{"late":true}"#, 64));
}

/// Every bad field of a request is refused together.
#[tokio::test]
async fn bad_fields_are_refused_together() {
    let city = City::new().await;
    let mut client = supervisor(&city, &gangcheng());
    let request =
        ListActionsRequest { page_size: 201, page_token: "15412345678".to_owned(), ..Default::default() };
    let status = client.list_actions(request).await.unwrap_err();
    assert_eq!(refusal::of(&status), Some(Reason::FieldsInvalid));

    let anchor = Checkpoint { sequence: 0, hash: "no hash".to_owned() };
    let status = client.verify_trail(VerifyTrailRequest { anchors: vec![anchor] }).await.unwrap_err();
    assert_eq!(refusal::of(&status), Some(Reason::FieldsInvalid));
}

/// R-36: a supervisor has the trail verified, against what was kept from the last time.
#[tokio::test]
async fn a_supervisor_verifies_the_trail() {
    let city = City::new().await;
    city.chained(3).await;
    let mut client = supervisor(&city, &gangcheng());
    let whole = client.verify_trail(VerifyTrailRequest::default()).await.unwrap().into_inner();
    assert!(whole.whole && whole.entries == 3 && whole.findings.is_empty());

    city.tamper(
        "DELETE FROM platform.audit_action WHERE seq = 3;
         UPDATE platform.audit_head SET (seq, hash) = (SELECT seq, hash FROM platform.audit_action WHERE seq = 2)",
    )
    .await;
    let anchors = whole.head.into_iter().collect();
    let cut = client.verify_trail(VerifyTrailRequest { anchors }).await.unwrap().into_inner();
    assert!(!cut.whole);
    let finding = cut.findings[0];
    assert_eq!((finding.sequence, finding.kind(), finding.through), (3, FindingKind::CutOff, 3));
}
