//! Chapter 4: institutions and offerings come, workers enrol, their unions agree to the majors, tuition is paid.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use futures::StreamExt;
use proto::enrollment::{EducationLevel, Enrollment, ImportOfferingsRequest, RowOutcome, Season, StudyForm};
use testkit::{Api, Study, record_tuition, request_id};

use crate::cast::{Applicant, Cast};
use crate::data::{Data, InstitutionRow, OfferingRow};
use crate::story::Story;

const AT_ONCE: usize = 12;
/// Every other worker has paid this part of the tuition, the others all of it.
const FIRST_PART: i64 = 3;
/// When they paid.
const PAID_ON: &str = "2021-03-05";

/// Plays it.
pub(crate) async fn play(story: &mut Story) -> Result<()> {
    story.teller.chapter(4, "the studies (报读)");
    let offerings = import(story).await?;
    let gateway = story.stage.city.service("gateway");
    let progress = story.teller.progress("workers enrol and pay tuition", story.cast.workers.len());
    let (cast, offerings) = (&story.cast, &offerings);
    let enrolling = futures::stream::iter(cast.workers.iter().enumerate()).map(|(index, applicant)| {
        let (gateway, progress) = (&gateway, &progress);
        async move {
            let enrollment = enrol(cast, applicant, offerings).await?;
            let paid = pay(gateway, index, &enrollment).await;
            progress.step();
            anyhow::Ok(paid)
        }
    });
    let enrollments: Vec<Result<Enrollment>> = enrolling.buffered(AT_ONCE).collect().await;
    drop(progress);
    story.cast.enrollments = enrollments.into_iter().collect::<Result<_>>()?;
    let (count, first) = (story.cast.enrollments.len(), story.cast.enrollments.first());
    let major = first.and_then(|one| one.offering.as_ref()).map_or("", |offering| &offering.major);
    story.teller.tell(format!(
        "{count} workers enrol, 张测一 for 「{major}」; their unions agree to the majors; half have paid all \
         tuition, half a third of it"
    ));
    Ok(())
}

/// The city's administrator imports what can be studied; answers the offerings' ids by their keys.
async fn import(story: &Story) -> Result<BTreeMap<String, String>> {
    let (institutions, offerings) = (Data::institutions()?, Data::offerings()?);
    let request_id = request_id();
    let rows: Result<Vec<_>> =
        offerings.iter().map(|row| import_row(&request_id, &institutions, row)).collect();
    let mut catalogue = story.cast.official("jinan/administrator")?.api.catalogue();
    let answer = catalogue.import_offerings(tokio_stream::iter(rows?)).await?.into_inner();
    ensure!(answer.written, "the offerings were not taken: {:?}", answer.rows);
    let fresh = answer.rows.iter().filter(|row| row.outcome() == RowOutcome::New).count();
    story
        .teller
        .tell(format!("济南市总工会 imports {fresh} offerings of {} institutions", institutions.len()));
    Ok(offerings.into_iter().zip(answer.rows).map(|(row, result)| (row.key, result.offering_id)).collect())
}

fn import_row(
    request_id: &str,
    institutions: &[InstitutionRow],
    row: &OfferingRow,
) -> Result<ImportOfferingsRequest> {
    let institution = institutions.iter().find(|one| one.code == row.institution_code);
    let level = format!("EDUCATION_LEVEL_{}", row.level.to_uppercase());
    let form = format!("STUDY_FORM_{}", row.study_form.to_uppercase());
    Ok(ImportOfferingsRequest {
        dry_run: false,
        request_id: request_id.to_owned(),
        institution_code: row.institution_code.clone(),
        institution_name: institution.context("an offering of nobody")?.name.clone(),
        major: row.major.clone(),
        level: EducationLevel::from_str_name(&level).context("an unknown level")?.into(),
        study_form: StudyForm::from_str_name(&form).context("an unknown form")?.into(),
        length_months: row.length_months,
        tuition_fen: row.tuition_fen,
    })
}

/// The worker enrols, and the union that must agrees.
async fn enrol(
    cast: &Cast,
    applicant: &Applicant,
    offerings: &BTreeMap<String, String>,
) -> Result<Enrollment> {
    let row = &applicant.row;
    // The unions' keys of the data are those of their units.
    let unit_union = cast.union(&row.unit).ok();
    let study = Study {
        offering_id: offerings.get(&row.offering).context("an unknown offering")?,
        season: Season::Spring,
        entered_on: &row.entered_on,
        unit_union_id: unit_union.map_or("", |union| &union.id),
        chosen_union_id: &cast.union(&row.chosen_union)?.id,
        work: &row.work,
    };
    let enrollment = applicant.worker.enrol(study).await;
    let agreeing = if unit_union.is_some() { &row.unit } else { &row.chosen_union };
    Ok(cast.reviewer(agreeing)?.agree_major(&enrollment.id).await)
}

/// The institution's gateway records the first payment.
async fn pay(gateway: &Api, index: usize, enrollment: &Enrollment) -> Enrollment {
    let tuition = enrollment.offering.as_ref().map_or(0, |offering| offering.tuition_fen);
    let amount = if index.is_multiple_of(2) { tuition } else { tuition / FIRST_PART };
    record_tuition(gateway, &enrollment.id, &receipt_number(index), amount, PAID_ON).await
}

/// The number of a worker's first receipt.
fn receipt_number(index: usize) -> String {
    format!("SJ2021-{:04}", index + 1)
}
