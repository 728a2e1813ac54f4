//! Opening and closing.

use chrono::TimeDelta;
use proto::quota::{self as pb, RoundState};
use refusal::Reason;
use testkit::eventually;
use vocabulary::OperationId;

use crate::calls::{Applicant, Programme, assert_refused, assert_refused_field, round};
use crate::house::shared;

/// nobody gets in before the window opens or after it closes, at either replica, and the same id may be sent again.
#[tokio::test(flavor = "multi_thread")]
async fn a_window_opens_and_closes_by_one_clock() {
    let house = shared().await;
    let programme = Programme::bare(house).await;
    programme.add_pool("city", programme.city, 1_000).await.unwrap();
    let opens = house.now() + TimeDelta::seconds(4);
    let closes = opens + TimeDelta::seconds(3);
    programme.set_windows(vec![round("spring", opens, closes)]).await.unwrap();
    let early = Applicant::new();
    assert_refused(programme.reserve_at(0, &early).await, Reason::RoundNotOpen);
    assert_refused(programme.reserve_at(1, &early).await, Reason::RoundNotOpen);

    let mut admitted = 0;
    let mut told_closed = false;
    while house.now() < closes + TimeDelta::seconds(1) {
        for replica in [0, 1] {
            let before = house.now();
            let answer = programme.reserve_at(replica, &Applicant::new()).await;
            let after = house.now();
            match answer {
                Ok(_) => {
                    admitted += 1;
                    assert!(!told_closed, "admitted after somebody was told that it is closed");
                    assert!(after >= opens && before <= closes, "admitted from {before} to {after}");
                }
                Err(status) => {
                    assert_eq!(refusal::of(&status), Some(Reason::RoundNotOpen), "{status:?}");
                    assert!(before < opens || after >= closes, "refused from {before} to {after}");
                    told_closed |= before >= closes;
                }
            }
        }
    }
    assert!(admitted > 10 && told_closed, "{admitted} were admitted");
    assert_refused(programme.reserve(&early).await, Reason::RoundNotOpen);
    assert_eq!(programme.line().await.rounds[0].state(), RoundState::Closed);
}

/// where there is no traffic, the window opens and closes all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_window_opens_without_anybody_at_the_door() {
    let house = shared().await;
    let programme = Programme::bare(house).await;
    let opens = house.now() + TimeDelta::seconds(1);
    programme.set_windows(vec![round("spring", opens, opens + TimeDelta::days(1))]).await.unwrap();
    assert_eq!(programme.line().await.rounds[0].state(), RoundState::New);

    let database = house.database().await;
    // Asked of the table: a question to quota would be somebody at the door.
    eventually("the window opens", async || {
        let state = sqlx::query_scalar("SELECT state FROM round WHERE programme = $1");
        let state: String = state.bind(programme.id.as_str()).fetch_one(&database).await.unwrap();
        state == "OPEN"
    })
    .await;

    assert_eq!(programme.line().await.rounds[0].state(), RoundState::Open);
    assert_eq!(programme.line().await.last_sequence, 1, "OPEN is in the log once, whoever sent it");
}

/// what has begun keeps its beginning; rounds do not overlap; the same windows again change nothing.
#[tokio::test(flavor = "multi_thread")]
async fn windows_that_have_begun_stay() {
    let house = shared().await;
    let programme = Programme::bare(house).await;
    let (spring, autumn) = (house.now() - TimeDelta::hours(1), house.now() + TimeDelta::days(100));
    let day = TimeDelta::days(1);
    let windows = vec![round("spring", spring, spring + day), round("autumn", autumn, autumn + day)];
    programme.set_windows(windows.clone()).await.unwrap();
    programme.set_windows(windows.clone()).await.unwrap();

    let longer = vec![round("spring", spring, spring + day * 2), windows[1].clone()];
    let line = programme.set_windows(longer).await.unwrap();
    assert_eq!(proto::instant(line.rounds[0].closes_at.as_ref()), Some(trimmed(spring + day * 2)));

    let moved = vec![round("spring", spring - day, spring + day), windows[1].clone()];
    assert_refused(programme.set_windows(moved).await, Reason::WindowFixed);
    assert_refused(programme.set_windows(vec![windows[1].clone()]).await, Reason::WindowFixed);
    let overlapping = vec![windows[0].clone(), round("autumn", spring + day / 2, autumn)];
    assert_refused(programme.set_windows(overlapping).await, Reason::RoundsOverlap);
    let reversed = vec![windows[0].clone(), round("autumn", autumn, autumn - day)];
    assert_refused(programme.set_windows(reversed).await, Reason::RoundReversed);
}

/// The same operation id changes the windows once, and is not used for other windows.
#[tokio::test(flavor = "multi_thread")]
async fn an_operation_id_sets_windows_once() {
    let house = shared().await;
    let programme = Programme::bare(house).await;
    let opens = house.now() + TimeDelta::days(1);
    let mut asked = pb::SetWindowsRequest {
        operation_id: OperationId::new().to_string(),
        programme_id: programme.id.to_string(),
        rounds: vec![round("spring", opens, opens + TimeDelta::days(1))],
    };
    programme.first().lines.set_windows(asked.clone()).await.unwrap();
    programme.callers[1].clone().lines.set_windows(asked.clone()).await.unwrap();

    asked.rounds = vec![round("spring", opens, opens + TimeDelta::days(2))];
    assert_refused(programme.first().lines.set_windows(asked).await, Reason::RequestIdReused);
}

/// A window lies in days that people plan for.
#[tokio::test(flavor = "multi_thread")]
async fn a_window_lies_in_days_that_people_plan_for() {
    let house = shared().await;
    let programme = Programme::bare(house).await;
    let at = |text: &str| text.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    // Days begin in Shanghai: eight hours before UTC, and six minutes earlier until 1901.
    let (first, last) = (at("1899-12-31T16:00:00Z"), at("2200-01-01T15:59:59Z"));
    for (opens, closes) in [(first - TimeDelta::hours(1), last), (first, last + TimeDelta::seconds(1))] {
        let answer = programme.set_windows(vec![round("spring", opens, closes)]).await;
        assert_refused_field(answer, Reason::OutOfRange);
    }
    let endless = pb::Round {
        closes_at: Some(prost_types::Timestamp { seconds: i64::MAX, nanos: 0 }),
        ..round("spring", first, last)
    };
    assert_refused_field(programme.set_windows(vec![endless]).await, Reason::DayNotInCalendar);
    programme.set_windows(vec![round("spring", first, last)]).await.unwrap();
}

/// PostgreSQL keeps microseconds.
fn trimmed(instant: chrono::DateTime<chrono::Utc>) -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp_micros(instant.timestamp_micros()).unwrap()
}
