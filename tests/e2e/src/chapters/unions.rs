//! Chapter 1: the city is founded, unions are invited, join and are approved, and officials take office.

use anyhow::{Context, Result};
use futures::future::join_all;
use proto::identity::{GetUnionRequest, UnionKind};
use refusal::Reason;
use stack::city::Bootstrap;
use testkit::{NewUnion, Official, Person};

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
    let Person { name, id_number, .. } = &office.person;
    let bootstrap = Bootstrap {
        name: &row.name,
        administrative_code: &row.administrative_code,
        administrator: name,
        sign_in_name: &office.sign_in_name,
        id_number,
    };
    let administrator = story.stage.city.begin(bootstrap).await;
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
    let early = office.appointment(&pending.id);
    let answer = city.api.officials().appoint_official(early.request()).await;
    story.refused("an official for a union that nobody has approved yet", answer, Reason::UnionPending)?;
    let union = city.approve_union(&pending.id).await;
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
        index += u32::try_from(offices.len()).context("more units than people")?;
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
        let official = by.appoint(office.appointment(union_id)).await;
        progress.step();
        official
    });
    for (office, official) in offices.iter().zip(join_all(appointing).await) {
        story.cast.appoint(&office.key, official);
    }
    Ok(())
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
