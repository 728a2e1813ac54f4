//! `subsidy apply`, `GetProgramme` and `ListPools`.

use std::path::PathBuf;

use proto::identity::UnionKind;
use proto::subsidy::{GetProgrammeRequest, GetProgrammeResponse, ListPoolsRequest};
use refusal::Reason;
use testkit::{Gangcheng, NewUnion, Programme, assert_field, assert_refused, eventually};
use tonic::{Response, Status};

use crate::calls::{pool, submitted, trail};
use crate::city::{OPEN, shared};

/// the difference is told first; applied again nothing is left to change.
#[tokio::test(flavor = "multi_thread")]
async fn a_programme_is_told_first_and_applied_once() {
    let ground = shared().await;
    let programme = Programme::named("told-first");

    let told = apply(ground, &programme, &["--dry-run"]).unwrap();
    assert!(told.contains("+ programme told-first (济南市2021年一线职工“求学圆梦行动”, 2021)"), "{told}");
    assert!(told.contains("+ round spring") && told.contains("+ pool gangcheng"), "{told}");
    assert!(told.trim_end().ends_with("dry run: nothing was changed"), "{told}");
    assert_refused(get(ground, "told-first").await, Reason::NotFound);

    let applied = apply(ground, &programme, &[]).unwrap();
    assert!(applied.trim_end().ends_with("applied"), "{applied}");
    let again = apply(ground, &programme, &[]).unwrap();
    assert_eq!(again.trim_end(), "nothing to change");
    let trail = trail(ground, "programme:told-first".to_owned()).await;
    assert_eq!(trail, [("operator".to_owned(), "PROGRAMME_APPLIED".to_owned())]);
}

/// a programme is read as it was written, and its pools with the seats that quota has.
#[tokio::test(flavor = "multi_thread")]
async fn a_programme_reads_as_it_was_written() {
    let ground = shared().await;
    apply(ground, &Programme::named("as-written"), &[]).unwrap();

    let programme = get(ground, "as-written").await.unwrap().into_inner().programme.unwrap();

    assert_eq!((programme.id.as_str(), programme.year), ("as-written", 2021));
    let rounds: Vec<_> = programme.rounds.iter().map(|round| round.id.as_str()).collect();
    assert_eq!(rounds, ["spring", "autumn"]);
    let spring = &programme.rounds[0];
    assert_eq!((spring.apply_from.as_str(), spring.apply_until.as_str()), ("2021-05-05", "2021-05-31"));
    assert_eq!((spring.review_from.as_str(), spring.review_until.as_str()), ("2021-05-05", "2021-06-07"));
    assert_eq!(programme.help_lines[0].name, "职工咨询服务热线");
    let request = ListPoolsRequest { programme_id: "as-written".to_owned() };
    let pools = ground.unit.api.programmes().list_pools(request).await.unwrap().into_inner().pools;
    let pools: Vec<_> =
        pools.iter().map(|pool| (pool.id.as_str(), pool.capacity, pool.amount_fen, pool.waiting)).collect();
    assert_eq!(pools, [("city", 3000, 100_000, 0), ("gangcheng", 110, 100_000, 0)], "widest scope first");
}

/// capacity may be raised at any time, and quota follows.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_told_and_followed() {
    let ground = shared().await;
    apply(ground, &Programme::named("grows"), &[]).unwrap();

    let grown = Programme::named("grows").with("seats = 110", "seats = 120");
    let told = apply(ground, &grown, &[]).unwrap();

    assert!(told.starts_with("~ pool gangcheng: ") && told.contains("110 seats"), "{told}");
    assert_eq!(told.lines().count(), 2, "{told}");
    eventually("quota has followed", async || pool(ground, "grows", "gangcheng").await.seats_left == 120)
        .await;
}

/// what a programme in use cannot change is refused, all of it at once, and nothing is changed.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_use_does_not_change() {
    let ground = shared().await;
    apply(ground, &Programme::named("in-use"), &[]).unwrap();
    let before = get(ground, "in-use").await.unwrap().into_inner();

    let other = Programme::named("in-use")
        .with("year = 2021", "year = 2022")
        .with("id = \"autumn\"", "id = \"winter\"")
        .with("id = \"gangcheng\"", "id = \"zhangqiu\"")
        .with("seats = 3000\namount_fen = 100000", "seats = 3000\namount_fen = 90000");
    let refused = apply(ground, &other, &[]).unwrap_err();

    for conflict in [
        "the year of a programme never changes",
        "round autumn is in use and cannot be left out",
        "pool gangcheng is in use and cannot be left out",
        "pool city keeps its union and its amount",
    ] {
        assert!(refused.contains(conflict), "{conflict}: {refused}");
    }
    assert_eq!(get(ground, "in-use").await.unwrap().into_inner(), before);
}

/// rounds that would be open together are refused.
#[tokio::test(flavor = "multi_thread")]
async fn rounds_are_not_open_together() {
    let ground = shared().await;
    let together = Programme::named("together").with("last = \"2021-05-31\"", "last = \"2021-11-05\"");

    let refused = apply(ground, &together, &[]).unwrap_err();

    assert!(refused.contains("rounds spring and autumn are open together"), "{refused}");
    assert_refused(get(ground, "together").await, Reason::NotFound);
}

/// a day that has passed does not move, and a seat that is taken does not go.
#[tokio::test(flavor = "multi_thread")]
async fn what_has_passed_or_is_taken_stays() {
    let ground = shared().await;
    submitted(ground, OPEN).await;

    let earlier =
        Programme::of_2021().with("apply = { first = \"2021-05-05\"", "apply = { first = \"2021-05-06\"");
    let refused = apply(ground, &earlier, &[]).unwrap_err();
    assert!(refused.contains("round spring keeps the day on which it opened"), "{refused}");
    let fewer = Programme::of_2021().with("seats = 110", "seats = 0");
    let refused = apply(ground, &fewer, &[]).unwrap_err();
    assert!(refused.contains("seats taken and cannot have 0"), "{refused}");
    let again = apply(ground, &Programme::of_2021(), &[]).unwrap();
    assert_eq!(again.trim_end(), "nothing to change");
}

/// a file that says what no programme says is refused, every wrong part of it at once, and nothing is applied.
#[tokio::test(flavor = "multi_thread")]
async fn a_bad_file_is_refused_wherever_it_is_bad() {
    let ground = shared().await;
    let bad = Programme::named("bad-file")
        .with("year = 2021", "year = \"last year\"")
        .with("last = \"2021-05-31\"", "last = \"2021-05-04\"")
        .with("last = \"2021-11-30\"", "last = \"2021-11-31\"")
        .with("seats = 110", "seats = 110\nseats_of_last_year = 90")
        .with("name = \"职工咨询服务热线\"", "name = \"\"")
        .with("seats_per = \"year\"", "seats_per = \"round\"");

    let refused = apply(ground, &bad, &[]).unwrap_err();

    let lines = ["year = \"last", "id = \"spring\"", "id = \"autumn\"", "id = \"gangcheng\"", "[settings]"];
    for begin in lines {
        let at = bad.text.lines().position(|line| line.starts_with(begin)).unwrap();
        // A round or a pool begins in the line above its id.
        let line = if begin.starts_with("id") { at } else { at + 1 };
        assert!(refused.contains(&format!("in line {line}: ")), "{begin}, line {line}: {refused}");
    }
    assert!(refused.contains("seats_of_last_year"), "{refused}");
    assert!(refused.contains("a help line has a name"), "{refused}");
    assert_refused(get(ground, "bad-file").await, Reason::NotFound);
}

/// a programme has few help lines, for every refusal carries them all.
#[tokio::test(flavor = "multi_thread")]
async fn a_programme_has_few_help_lines() {
    let mut many = Programme::named("many-lines");
    many.text.push_str(&"\n[[help_lines]]\nname = \"热线\"\nphone = \"12351\"\n".repeat(3));
    let refused = apply(shared().await, &many, &[]).unwrap_err();
    assert!(refused.contains("at most 4 help lines"), "{refused}");
}

/// a pool is funded by a union that stands in the tree; one that waits for its approval does not yet.
#[tokio::test(flavor = "multi_thread")]
async fn a_pool_without_its_union_is_refused() {
    let ground = shared().await;
    let waiting = NewUnion {
        kind: UnionKind::District,
        name: "等待审核区总工会",
        administrative_code: "370199",
        credit_code: "",
    };
    ground.federation.invite_and_join(waiting).await;
    let nobodys = Programme::named("nobodys").with("funded_by = \"370117\"", "funded_by = \"370199\"");

    let refused = apply(ground, &nobodys, &[]).unwrap_err();

    assert!(refused.contains("no union stands for the administrative code 370199"), "{refused}");
    assert_refused(get(ground, "nobodys").await, Reason::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_programme_is_asked_for_by_its_id() {
    let ground = shared().await;

    let status = assert_refused(get(ground, "Jinan 2021").await, Reason::FieldsInvalid);
    assert_field(&status, "programme_id", Reason::SlugMalformed);
    let pools = async |id: &str| {
        let request = ListPoolsRequest { programme_id: id.to_owned() };
        ground.federation.api.programmes().list_pools(request).await
    };
    let status = assert_refused(pools("").await, Reason::FieldsInvalid);
    assert_field(&status, "programme_id", Reason::FieldRequired);
    assert_refused(pools("no-programme").await, Reason::NotFound);
}

async fn get(ground: &Gangcheng, id: &str) -> Result<Response<GetProgrammeResponse>, Status> {
    let request = GetProgrammeRequest { programme_id: id.to_owned() };
    ground.federation.api.programmes().get_programme(request).await
}

/// What the operator is told.
fn apply(ground: &Gangcheng, programme: &Programme, words: &[&str]) -> Result<String, String> {
    let file = write(ground, programme);
    let words = [&["apply", file.to_str().unwrap()], words].concat();
    ground.city.run("subsidy", &words).map_err(|error| error.to_string())
}

fn write(ground: &Gangcheng, programme: &Programme) -> PathBuf {
    let file = ground.city.folder().join(format!("{}.toml", programme.id));
    std::fs::write(&file, &programme.text).unwrap();
    file
}
