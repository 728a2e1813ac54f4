//! Chapter 1: the city is founded, unions are invited, join and are approved, and officials take office.

use anyhow::{Context, Result};
use futures::future::join_all;
use proto::identity::{AppointOfficialRequest, ApproveUnionRequest, GetUnionRequest, UnionKind};
use refusal::Reason;
use testkit::{Appointment, NewUnion, Official, request_id};

use crate::data::UnionRow;
use crate::offices::{self, Office};
use crate::story::Story;

/// Plays it.
pub(crate) async fn play(story: &mut Story) -> Result<()> {
    story.teller.chapter(1, "the unions (工会入网)");
    let city = found(story).await?;
    appoint(story, &city, offices::city()).await?;
    let district = story.data.below("jinan").find(|union| union.key == "gangcheng").cloned();
    join_district(story, &city, &district.context("no gangcheng in the data")?).await?;
    join_streets(story).await?;
    join_units(story).await
}

/// The operator makes the city federation; its administrator takes office.
async fn found(story: &mut Story) -> Result<Official> {
    let row = story.data.unions.first().context("no union in the data")?.clone();
    let office = offices::first();
    let id_number_file = story.stage.folder().join("administrator");
    std::fs::write(&id_number_file, office.id_number())?;
    let (name, sign_in_name) = (office.display_name(), office.sign_in_name());
    let words: [&str; 11] = [
        "bootstrap",
        "--name",
        &row.name,
        "--administrative-code",
        &row.administrative_code,
        "--administrator",
        &name,
        "--sign-in-name",
        &sign_in_name,
        "--id-number-file",
        id_number_file.to_str().context("a folder with a name that is no text")?,
    ];
    let services = story.stage.city.services();
    let secret = tokio::task::block_in_place(|| services.run("identity", &words))?;
    let administrator = Official::activate(&story.stage.api()?, secret.trim()).await;
    let request = GetUnionRequest { union_id: administrator.union_id.clone() };
    let union = administrator.api.unions().get_union(request).await?.into_inner().union;
    story.cast.join(&row.key, union.context("no union in the answer")?);
    story.cast.appoint(&office.key, administrator.clone());
    story.teller.tell(format!("the operator founds {}; {name} is its first administrator", row.name));
    Ok(administrator)
}

/// The district is invited, joins, can do nothing, and is approved.
async fn join_district(story: &mut Story, city: &Official, row: &UnionRow) -> Result<()> {
    let pending = city.invite_and_join(new_union(row)).await;
    let office = offices::district().swap_remove(0);
    let early = AppointOfficialRequest {
        request_id: request_id(),
        union_id: pending.id.clone(),
        centre: false,
        display_name: office.display_name(),
        sign_in_name: office.sign_in_name(),
        id_number: office.id_number(),
        roles: office.roles.iter().map(|role| i32::from(*role)).collect(),
    };
    let answer = city.api.officials().appoint_official(early).await;
    story.refused("an official for a union that nobody has approved yet", answer, Reason::UnionPending)?;
    let request = ApproveUnionRequest { request_id: request_id(), union_id: pending.id };
    let union = city.api.unions().approve_union(request).await?.into_inner().union;
    let union = union.context("no union in the answer")?;
    story.cast.join(&row.key, union);
    story
        .teller
        .tell(format!("济南市总工会 invites {} by link and QR code; it joins and is approved", row.name));
    appoint(story, city, offices::district()).await
}

/// The streets join, all at the same time.
async fn join_streets(story: &mut Story) -> Result<()> {
    let district = story.cast.official("gangcheng/administrator")?.clone();
    let streets: Vec<_> = story.data.below("gangcheng").filter(|row| row.kind == "street").cloned().collect();
    bring_in(story, &district, &streets).await;
    let names: Vec<_> = streets.iter().map(|row| row.name.trim_end_matches("总工会")).collect();
    story.teller.tell(format!("钢城区总工会 invites and approves {}", names.join("、")));
    let offices = (0..).zip(&streets).map(|(index, row)| offices::street(&row.key, index)).collect();
    appoint(story, &district, offices).await
}

/// The units join below their streets or below the district.
async fn join_units(story: &mut Story) -> Result<()> {
    let units: Vec<_> = story.data.unions.iter().filter(|row| row.kind == "unit").cloned().collect();
    let mut index = 0;
    for parent in ["gangcheng", "aishan", "lixin", "wenyuan", "yanzhuang", "xinzhuang", "development-zone"] {
        let rows: Vec<_> = units.iter().filter(|row| row.parent == parent).cloned().collect();
        let duty = if parent == "gangcheng" { "administrator" } else { "office" };
        let inviting = story.cast.official(&format!("{parent}/{duty}"))?.clone();
        bring_in(story, &inviting, &rows).await;
        let offices: Vec<_> =
            (index..).zip(&rows).map(|(index, row)| offices::unit(&row.key, index)).collect();
        index += u8::try_from(offices.len()).context("more units than people")?;
        appoint(story, &inviting, offices).await?;
    }
    let (unions, officials) = (story.cast.union_count(), story.cast.official_count());
    story.teller.tell(format!("{unions} unions stand in the tree; {officials} officials are in office"));
    Ok(())
}

async fn bring_in(story: &mut Story, parent: &Official, rows: &[UnionRow]) {
    let progress = story.teller.progress("unions join", rows.len());
    let joining = rows.iter().map(|row| async {
        let union = parent.bring_in(new_union(row)).await;
        progress.step();
        union
    });
    for (row, union) in rows.iter().zip(join_all(joining).await) {
        story.cast.join(&row.key, union);
    }
}

/// Appoints people to offices, who activate them and sign in.
async fn appoint(story: &mut Story, by: &Official, offices: Vec<Office>) -> Result<()> {
    let progress = story.teller.progress("officials take office", offices.len());
    let mut ids = Vec::with_capacity(offices.len());
    for office in &offices {
        ids.push(story.cast.union(&office.union)?.id.clone());
    }
    let appointing = offices.iter().zip(&ids).map(|(office, union_id)| async {
        let official = take(by, office, union_id).await;
        progress.step();
        official
    });
    for (office, official) in offices.iter().zip(join_all(appointing).await) {
        story.cast.appoint(&office.key, official);
    }
    Ok(())
}

async fn take(by: &Official, office: &Office, union_id: &str) -> Official {
    let appointment = Appointment {
        union_id,
        centre: office.centre,
        sign_in_name: &office.sign_in_name(),
        display_name: &office.display_name(),
        id_number: &office.id_number(),
        roles: office.roles,
    };
    by.appoint(appointment).await
}

fn new_union(row: &UnionRow) -> NewUnion<'_> {
    let kind = match row.kind.as_str() {
        "district" => UnionKind::District,
        "street" => UnionKind::Street,
        _ => UnionKind::Unit,
    };
    NewUnion {
        kind,
        name: &row.name,
        administrative_code: &row.administrative_code,
        credit_code: &row.credit_code,
    }
}
