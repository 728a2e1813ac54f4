//! Reading the union tree: whole, page by page, and nothing that waits for its approval but from above.

use proto::identity::{GetUnionRequest, ListUnionsRequest, Union, UnionKind};
use proto::page;
use proto::shared::ListActionsRequest;
use refusal::Reason;
use stack::Service;
use testkit::{Api, NewUnion, assert_field, assert_refused};
use uuid::Uuid;

use crate::house::{self, credit_code, new_union, union_name};

/// without a parent the list is the root alone.
#[tokio::test(flavor = "multi_thread")]
async fn the_root_stands_alone() {
    let house = house::shared().await;
    let (_, worker) = house.worker().await;
    for api in [&house.federation.api, &worker.api, &house.city.service("subsidy")] {
        let roots = list(api, ListUnionsRequest::default()).await.0;
        assert_eq!(roots.len(), 1);
        assert_eq!((&roots[0].id, roots[0].kind()), (&house.federation.union_id, UnionKind::City));
        assert_eq!(get(api, &roots[0].id).await, roots[0]);
    }
}

/// children come in order of code and name, each once, whatever the size of the page.
#[tokio::test(flavor = "multi_thread")]
async fn children_come_page_by_page_in_order() {
    let house = house::shared().await;
    let district = house.district().await;
    let mut names = Vec::new();
    for code in ["370117003", "370117001", "370117002"] {
        let name = union_name();
        let street = NewUnion { administrative_code: code, ..new_union(UnionKind::Street, &name) };
        district.bring_in(street).await;
        names.push(name);
    }
    let (name, credit_code) = (union_name(), credit_code());
    let unit = NewUnion { credit_code: &credit_code, ..new_union(UnionKind::Unit, &name) };
    district.bring_in(unit).await;
    let expected = [&name, &names[1], &names[2], &names[0]];

    for page_size in [0, 1, 2, 4, 200] {
        let mut seen = Vec::new();
        let mut page_token = String::new();
        loop {
            let parent_id = district.union_id.clone();
            let request = ListUnionsRequest { parent_id, page_size, page_token };
            let (unions, next) = list(&district.api, request).await;
            assert!(page_size == 0 || unions.len() <= usize::try_from(page_size).unwrap());
            seen.extend(unions.into_iter().map(|union| union.name));
            if next.is_empty() {
                break;
            }
            page_token = next;
        }
        assert_eq!(seen.iter().collect::<Vec<_>>(), expected, "pages of {page_size}");
    }
}

/// a union that waits for its approval is seen from above, and by nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn a_pending_union_is_seen_from_above_only() {
    let house = house::shared().await;
    let (district, other) = (house.district().await, house.district().await);
    let (_, worker) = house.worker().await;
    let name = union_name();
    let street = district.invite_and_join(new_union(UnionKind::Street, &name)).await;
    let children =
        || ListUnionsRequest { parent_id: district.union_id.clone(), ..ListUnionsRequest::default() };

    for api in [&district.api, &house.federation.api, &house.city.service("subsidy")] {
        assert_eq!(get(api, &street.id).await, street);
        assert_eq!(list(api, children()).await.0, std::slice::from_ref(&street));
    }
    for api in [&other.api, &worker.api] {
        let request = GetUnionRequest { union_id: street.id.clone() };
        assert_refused(api.unions().get_union(request).await, Reason::NotFound);
        assert_eq!(list(api, children()).await.0, []);
    }
}

/// A page token that another call gave out is refused, as is that of another question, and one that nobody gave out.
#[tokio::test(flavor = "multi_thread")]
async fn only_own_page_tokens_are_taken() {
    let house = house::shared().await;
    house.district().await;
    let request = ListActionsRequest { page_size: 1, ..ListActionsRequest::default() };
    let answer = house.federation.api.audit(Service::Identity).list_actions(request).await.unwrap();
    let foreign = answer.into_inner().next_page_token;
    assert!(!foreign.is_empty());
    let id = Uuid::now_v7().to_string();
    let below = ListUnionsRequest { parent_id: house.federation.union_id.clone(), ..Default::default() };
    let of_another_parent = page::token(&below, &["370117", "钢城", &id]);
    let malformed = page::token(&ListUnionsRequest::default(), &["370117", "钢城", "1"]);

    for page_token in [foreign, "!".to_owned(), of_another_parent, malformed] {
        let request = ListUnionsRequest { page_token, ..ListUnionsRequest::default() };
        let answer = house.federation.api.unions().list_unions(request).await;
        let status = assert_refused(answer, Reason::FieldsInvalid);
        assert_field(&status, "page_token", Reason::InvalidPageToken);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_fields_are_named() {
    let house = house::shared().await;
    let mut unions = house.federation.api.unions();
    for page_size in [-1, 201] {
        let request = ListUnionsRequest { parent_id: "1".to_owned(), page_size, page_token: "!".to_owned() };
        let status = assert_refused(unions.list_unions(request).await, Reason::FieldsInvalid);
        assert_field(&status, "parent_id", Reason::IdMalformed);
        assert_field(&status, "page_size", Reason::OutOfRange);
        assert_field(&status, "page_token", Reason::InvalidPageToken);
    }
    let answer = unions.get_union(GetUnionRequest::default()).await;
    assert_field(&assert_refused(answer, Reason::FieldsInvalid), "union_id", Reason::FieldRequired);
    let nobody = GetUnionRequest { union_id: Uuid::now_v7().to_string() };
    assert_refused(unions.get_union(nobody).await, Reason::NotFound);
}

async fn get(api: &Api, union_id: &str) -> Union {
    let request = GetUnionRequest { union_id: union_id.to_owned() };
    api.unions().get_union(request).await.unwrap().into_inner().union.unwrap()
}

async fn list(api: &Api, request: ListUnionsRequest) -> (Vec<Union>, String) {
    let answer = api.unions().list_unions(request).await.unwrap().into_inner();
    (answer.unions, answer.next_page_token)
}
