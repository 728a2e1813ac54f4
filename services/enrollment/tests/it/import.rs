//! Importing: every row is judged, and with a bad one nothing is written.

use proto::enrollment::{
    EducationLevel, ImportOfferingsRequest, ImportOfferingsResponse, ListOfferingsRequest, Offering,
    RowOutcome,
};
use proto::identity::OfficialRole::Reviewer;
use refusal::{Reason, Refusal};
use testkit::{Api, assert_field, assert_refused};
use tonic::{Response, Status};

use crate::house::{self, House, TUITION_FEN, asked_at_once, institution, row};

/// rows are new, then the same, then changed; each keeps its offering, and the trail tells of it.
#[tokio::test(flavor = "multi_thread")]
async fn rows_are_new_then_the_same_then_changed() {
    let house = house::shared().await;
    let code = institution();
    let rows = asked_at_once(vec![row(&code, "会计学"), row(&code, "土木工程")]);
    let first = import(&house.federation.api, rows.clone()).await.unwrap().into_inner();
    assert_eq!(outcomes(&first), [RowOutcome::New, RowOutcome::New]);

    let again = import(&house.federation.api, asked_at_once(rows.clone())).await.unwrap().into_inner();
    assert_eq!(outcomes(&again), [RowOutcome::Same, RowOutcome::Same]);
    let mut dearer = asked_at_once(rows.clone());
    dearer[1].tuition_fen += 1;
    dearer[1].institution_name = "测试理工大学".to_owned();
    let changed = import(&house.federation.api, dearer).await.unwrap().into_inner();
    assert_eq!(outcomes(&changed), [RowOutcome::Same, RowOutcome::Changed]);

    assert!(first.written && again.written && changed.written);
    assert_eq!((ids(&first), ids(&first)), (ids(&again), ids(&changed)));
    let listed = listed(house, &code).await;
    assert_eq!(listed.iter().map(|one| one.tuition_fen).sum::<i64>(), 2 * TUITION_FEN + 1);
    assert_eq!(house.times("OFFERINGS_IMPORTED", format!("catalogue:{}", rows[0].request_id)).await, 1);
}

/// the same import again gives the first answer; its id imports nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_import_has_one_effect() {
    let house = house::shared().await;
    let code = institution();
    let rows = asked_at_once(vec![row(&code, "会计学")]);

    let first = import(&house.federation.api, rows.clone()).await.unwrap().into_inner();
    let again = import(&house.federation.api, rows.clone()).await.unwrap().into_inner();
    assert_eq!(first, again);

    let mut other = rows;
    other.push(ImportOfferingsRequest { major: "土木工程".to_owned(), ..other[0].clone() });
    assert_refused(import(&house.federation.api, other).await, Reason::RequestIdReused);
    assert_eq!(listed(house, &code).await.len(), 1);
}

/// a dry run says what would be, and writes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_writes_nothing() {
    let house = house::shared().await;
    let code = institution();
    let known = house.import(vec![row(&code, "会计学")]).await;
    let before = listed(house, &code).await;

    let mut rows = asked_at_once(vec![row(&code, "会计学"), row(&code, "土木工程")]);
    rows[0].dry_run = true;
    rows[0].length_months = 24;
    let answer = import(&house.federation.api, rows.clone()).await.unwrap().into_inner();

    assert_eq!(outcomes(&answer), [RowOutcome::Changed, RowOutcome::New]);
    assert!(!answer.written);
    assert_eq!(ids(&answer), [known[0].as_str(), ""]);
    assert_eq!(listed(house, &code).await, before);
    assert_eq!(house.trail(format!("catalogue:{}", rows[0].request_id)).await.len(), 0);
}

/// a bad row names every bad field, and keeps all others from being written.
#[tokio::test(flavor = "multi_thread")]
async fn with_a_bad_row_nothing_is_written() {
    let house = house::shared().await;
    let code = institution();
    let bad = ImportOfferingsRequest {
        institution_code: "1234x".to_owned(),
        institution_name: "学".to_owned(),
        major: "学".repeat(81),
        level: 0,
        study_form: 9,
        length_months: 97,
        tuition_fen: 0,
        ..row(&code, "")
    };
    let rows = asked_at_once(vec![row(&code, "会计学"), bad, row(&code, "土木工程")]);

    let answer = import(&house.federation.api, rows).await.unwrap().into_inner();

    assert_eq!(outcomes(&answer), [RowOutcome::New, RowOutcome::Bad, RowOutcome::New]);
    assert!(!answer.written && ids(&answer).iter().all(|id| id.is_empty()));
    let told: Vec<_> =
        answer.rows[1].problems.iter().filter_map(|problem| problem.split_once('：')).collect();
    let expected = [
        ("institution_code", Refusal::new(Reason::InstitutionCodeMalformed).text()),
        ("institution_name", Refusal::new(Reason::TooShort).with("min", 2).text()),
        ("major", Refusal::new(Reason::TooLong).with("max", 80).text()),
        ("level", Refusal::new(Reason::FieldRequired).text()),
        ("study_form", Refusal::new(Reason::ChoiceUnknown).text()),
        ("length_months", Refusal::new(Reason::OutOfRange).with("min", 6).with("max", 96).text()),
        ("tuition_fen", Refusal::new(Reason::OutOfRange).with("min", 1).with("max", 100_000_000).text()),
    ];
    assert_eq!(told, expected.each_ref().map(|(path, text)| (*path, text.as_str())));
    assert!(listed(house, &code).await.is_empty());
}

/// two rows of one import do not say the same offering.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_comes_twice_is_bad() {
    let house = house::shared().await;
    let code = institution();
    let higher = ImportOfferingsRequest { level: EducationLevel::Bachelor.into(), ..row(&code, "会计学") };
    let cheaper = ImportOfferingsRequest { tuition_fen: 1, ..row(&code, "会计学") };
    let rows = asked_at_once(vec![row(&code, "会计学"), higher, cheaper]);

    let answer = import(&house.federation.api, rows).await.unwrap().into_inner();

    assert_eq!(outcomes(&answer), [RowOutcome::New, RowOutcome::New, RowOutcome::Bad]);
    assert_eq!(answer.rows[2].problems, [Refusal::new(Reason::RowTwice).text()]);
    assert!(!answer.written && listed(house, &code).await.is_empty());
}

/// an import has rows, an id, and at most ten thousand rows.
#[tokio::test(flavor = "multi_thread")]
async fn an_import_has_rows_and_an_end() {
    let house = house::shared().await;
    let code = institution();
    let nothing = assert_refused(import(&house.federation.api, Vec::new()).await, Reason::FieldsInvalid);
    assert_field(&nothing, "rows", Reason::FieldRequired);
    for (request_id, reason) in [("", Reason::RequestIdMissing), ("1", Reason::IdMalformed)] {
        let rows =
            vec![ImportOfferingsRequest { request_id: request_id.to_owned(), ..row(&code, "会计学") }];
        let status = assert_refused(import(&house.federation.api, rows).await, Reason::FieldsInvalid);
        assert_field(&status, "request_id", reason);
    }

    let too_many = (0..10_001).map(|number| row(&code, &format!("专业{number}"))).collect();
    assert_refused(import(&house.federation.api, too_many).await, Reason::TooMany);
    assert!(listed(house, &code).await.is_empty());
}

/// As many rows as are allowed, each a small message, go through, and others' calls on the same connection too.
#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_rows_are_read() {
    let house = house::shared().await;
    let code = institution();
    let rows: Vec<_> = (0..10_000)
        .map(|number| ImportOfferingsRequest { dry_run: true, ..row(&code, &format!("专业{number}")) })
        .collect();
    let importing = import(&house.federation.api, asked_at_once(rows));
    let looking = async {
        for _ in 0..20 {
            listed(house, &code).await;
        }
    };
    let (imported, ()) = tokio::join!(importing, looking);
    assert_eq!(imported.unwrap().into_inner().rows.len(), 10_000);
}

/// the catalogue is the city federation's, and its administrators'.
#[tokio::test(flavor = "multi_thread")]
async fn only_the_citys_administrators_import() {
    let house = house::shared().await;
    let rows = || vec![row("10431", "会计学")];
    let top = &house.federation.union_id;
    let reviewer = house.federation.takes(top, false, "jinan.reviewer", &[Reviewer]).await;

    assert_refused(import(&reviewer.api, rows()).await, Reason::RoleRequired);
    assert_refused(import(&house.district.api, rows()).await, Reason::CallerNotAllowed);
    assert_refused(import(&house.worker().await.api, rows()).await, Reason::CallerNotAllowed);
    assert_refused(import(&house.city.api(), rows()).await, Reason::TokenMissing);
}

async fn import(
    api: &Api,
    rows: Vec<ImportOfferingsRequest>,
) -> Result<Response<ImportOfferingsResponse>, Status> {
    api.catalogue().import_offerings(tokio_stream::iter(rows)).await
}

/// What the catalogue holds of an institution.
async fn listed(house: &House, institution_code: &str) -> Vec<Offering> {
    let institution_code = institution_code.to_owned();
    let request = ListOfferingsRequest { institution_code, ..ListOfferingsRequest::default() };
    house.federation.api.catalogue().list_offerings(request).await.unwrap().into_inner().offerings
}

fn outcomes(answer: &ImportOfferingsResponse) -> Vec<RowOutcome> {
    answer.rows.iter().map(proto::enrollment::RowResult::outcome).collect()
}

fn ids(answer: &ImportOfferingsResponse) -> Vec<&str> {
    answer.rows.iter().map(|row| row.offering_id.as_str()).collect()
}
