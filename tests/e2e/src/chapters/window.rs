//! Chapter 7: the window opens for thousands in the same second, at quota itself: seats go, people wait, Redis loses everything,
//! and the checker that `tests/faults` has too says what held (R-13 to R-18, P1 to P7 of docs/QUOTA.md).

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use faults::{Line, Plan, Rush, Seats, Verdict};
use proto::quota::{Pool, WatchPoolsResponse};
use testkit::City;
use tokio::time::timeout;
use tonic::Streaming;

use crate::story::Story;
use crate::teller::Progress;

/// 1,100 seats for 3,000 people.
const SEATS: Seats = Seats { city: 500, district: 150 };
const PEOPLE: usize = 3_000;
/// People press for a second before the window opens, and for one after.
const EARLY: Duration = Duration::from_secs(1);
/// So many of a hundred are answered before Redis loses everything.
const WIPE_AFTER: usize = 30;
/// How often the bar is drawn where nothing changes.
const GLANCE: Duration = Duration::from_millis(100);
/// So many of the waiting list are told.
const FIRST_WAITING: i32 = 3;

/// Plays it.
pub(crate) async fn play(story: &mut Story) -> Result<()> {
    story.teller.chapter(7, "the window opens (数千人同一秒)");
    let city = &story.stage.city;
    let line = Line::lay_out(city, SEATS, (city.clock.now()? + EARLY).timestamp() + 1).await?;
    story
        .teller
        .tell(format!("{PEOPLE} people, and {} seats in five pools: each asks for two", seats(SEATS)));
    let watch = line.watch().await?;
    let rush = Rush::begin(&line, &Plan { people: PEOPLE, spread: 2 * EARLY, ..Plan::rush(2021) });
    let bar = story.teller.progress("the window is not open yet", PEOPLE);
    let wiped = Scene { bar: &bar, watch }.play(city, &rush).await?;
    story.teller.tell(format!("{wiped} have their answer when Redis is wiped: FLUSHALL; the rush goes on"));

    let calm_since = Instant::now();
    let history = rush.history().await?;
    drop(bar);
    let early = history.too_early.len();
    story.teller.tell(format!("{early} calls came before the window and were refused; they were sent again"));
    waiting(story, &line).await?;
    let verdict = faults::check(&story.stage.city, &line, &history, calm_since).await?;
    tell(story, &verdict);
    Ok(())
}

/// What is seen while they rush.
struct Scene<'a> {
    bar: &'a Progress,
    watch: Streaming<WatchPoolsResponse>,
}

impl Scene<'_> {
    /// Shows answers, seats left and who waits, as they change; wipes Redis in the middle. Gives how many had their answer then.
    async fn play(mut self, city: &City, rush: &Rush) -> Result<usize> {
        let (mut wiped, mut pools) = (None, Vec::new());
        while rush.answered() < rush.people() {
            if let Ok(shown) = timeout(GLANCE, self.watch.message()).await {
                pools = shown?.context("quota stopped showing its pools")?.pools;
            }
            let answered = rush.answered();
            self.bar.shows(answered, how_it_stands(&pools));
            if wiped.is_none() && answered >= rush.people() * WIPE_AFTER / 100 {
                city.wipe_order().await;
                wiped = Some(answered);
            }
        }
        wiped.context("the rush was over before Redis was wiped")
    }
}

fn how_it_stands(pools: &[Pool]) -> String {
    let (left, waiting) = pools
        .iter()
        .fold((0, 0), |(left, waiting), pool| (left + pool.capacity - pool.taken, waiting + pool.waiting));
    format!("{left} seats left, {waiting} on waiting lists")
}

fn seats(seats: Seats) -> i64 {
    seats.city + 4 * seats.district
}

/// Who is next in the city's pool.
async fn waiting(story: &Story, line: &Line) -> Result<()> {
    let first = line.first_waiting(FIRST_WAITING).await?;
    let first: Vec<String> =
        first.iter().map(|one| format!("{}. arrival {}", one.position, one.arrival_number)).collect();
    story.teller.tell(format!("the city's waiting list (候补) begins with {}", first.join(", ")));
    Ok(())
}

/// The checker's verdict, into the account too.
fn tell(story: &mut Story, verdict: &Verdict) {
    story.teller.tell(format!("the checker: {verdict}"));
    let account = &mut story.account;
    account.compare(
        "window",
        "places given",
        ("the clients", verdict.counted("places")),
        verdict.counted("arrivals"),
    );
    account.compare(
        "window",
        "seats held",
        ("seats there are", verdict.counted("seats")),
        verdict.counted("held"),
    );
    account.compare("window", "broken promises, of P1 to P7", ("the promise", 0), verdict.broken.len());
}
