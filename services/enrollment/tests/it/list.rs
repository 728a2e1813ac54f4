//! The catalogue, page by page, to everybody who is signed in.

use proto::enrollment::{EducationLevel, ImportOfferingsRequest, ListOfferingsRequest, Offering};
use proto::identity::ListUnionsRequest;
use proto::page;
use refusal::Reason;
use testkit::{Api, assert_field, assert_refused};
use uuid::Uuid;

use crate::house::{self, institution, row};

/// offerings come by institution, level and major, each once, whatever the size of the page.
#[tokio::test(flavor = "multi_thread")]
async fn offerings_come_page_by_page() {
    let house = house::shared().await;
    let (first, second) = (institution(), institution());
    let at = |level: EducationLevel, row| ImportOfferingsRequest { level: level.into(), ..row };
    let rows = vec![
        row(&second, "会计学"),
        at(EducationLevel::Bachelor, row(&first, "会计学")),
        at(EducationLevel::JuniorCollege, row(&first, "会计学")),
        at(EducationLevel::Bachelor, row(&first, "土木工程")),
    ];
    house.import(rows).await;
    let of_first =
        ListOfferingsRequest { institution_code: first.clone(), ..ListOfferingsRequest::default() };
    let worker = house.worker().await;

    let whole = list(&worker.api, of_first.clone()).await.0;
    assert_eq!(whole.len(), 3);
    assert!(whole.iter().all(|one| one.institution_code == first));
    for page_size in [1, 2, 3, 200] {
        let request = ListOfferingsRequest { page_size, ..of_first.clone() };
        assert_eq!(page_by_page(&worker.api, request).await, whole, "pages of {page_size}");
    }
    let bachelors = ListOfferingsRequest { level: EducationLevel::Bachelor.into(), ..of_first };
    let bachelors = list(&house.city.service("subsidy"), bachelors).await.0;
    assert_eq!(bachelors, whole[..2], "the level is kept together");
    let everything =
        page_by_page(&worker.api, ListOfferingsRequest { page_size: 200, ..ListOfferingsRequest::default() });
    let codes: Vec<_> = everything.await.into_iter().map(|one| one.institution_code).collect();
    assert!(codes.is_sorted() && codes.contains(&first) && codes.contains(&second));
}

/// A page token that another call gave out is refused, as is that of another question, and one that nobody gave out.
#[tokio::test(flavor = "multi_thread")]
async fn only_own_page_tokens_are_taken() {
    let house = house::shared().await;
    let parent_id = house.district.union_id.clone();
    let request = ListUnionsRequest { parent_id, page_size: 1, page_token: String::new() };
    let answer = house.federation.api.unions().list_unions(request).await.unwrap().into_inner();
    assert!(!answer.next_page_token.is_empty());
    let bachelors = ListOfferingsRequest { level: EducationLevel::Bachelor.into(), ..Default::default() };
    let of_a_level = page::token(&bachelors, &["1", "2", "3", &Uuid::now_v7().to_string()]);
    let malformed = page::token(&ListOfferingsRequest::default(), &["1", "2", "3", "4"]);

    for page_token in [answer.next_page_token, "!".to_owned(), of_a_level, malformed] {
        let request = ListOfferingsRequest { page_token, ..ListOfferingsRequest::default() };
        let answer = house.federation.api.catalogue().list_offerings(request).await;
        let status = assert_refused(answer, Reason::FieldsInvalid);
        assert_field(&status, "page_token", Reason::InvalidPageToken);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_fields_are_named() {
    let house = house::shared().await;
    for (institution_code, page_size) in [("1043", -1), ("1043x", 201)] {
        let request = ListOfferingsRequest {
            institution_code: institution_code.to_owned(),
            level: 9,
            page_size,
            page_token: "!".to_owned(),
        };
        let answer = house.federation.api.catalogue().list_offerings(request).await;
        let status = assert_refused(answer, Reason::FieldsInvalid);
        assert_field(&status, "institution_code", Reason::InstitutionCodeMalformed);
        assert_field(&status, "level", Reason::ChoiceUnknown);
        assert_field(&status, "page_size", Reason::OutOfRange);
        assert_field(&status, "page_token", Reason::InvalidPageToken);
    }
    let nobody = house.city.api().catalogue().list_offerings(ListOfferingsRequest::default()).await;
    assert_refused(nobody, Reason::TokenMissing);
    let gateway = house.gateway().catalogue().list_offerings(ListOfferingsRequest::default()).await;
    assert_refused(gateway, Reason::CallerNotAllowed);
}

async fn page_by_page(api: &Api, mut request: ListOfferingsRequest) -> Vec<Offering> {
    let mut seen = Vec::new();
    loop {
        let (offerings, next) = list(api, request.clone()).await;
        assert!(offerings.len() <= usize::try_from(request.page_size).unwrap());
        seen.extend(offerings);
        if next.is_empty() {
            return seen;
        }
        request.page_token = next;
    }
}

async fn list(api: &Api, request: ListOfferingsRequest) -> (Vec<Offering>, String) {
    let answer = api.catalogue().list_offerings(request).await.unwrap().into_inner();
    (answer.offerings, answer.next_page_token)
}
