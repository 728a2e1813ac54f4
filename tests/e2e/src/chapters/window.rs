//! Chapter 7: the window opens for thousands in the same second, at quota itself: seats go, people wait, Redis loses everything,
//! and the checker that `tests/faults` has too says what held (R-13 to R-18, P1 to P7 of docs/QUOTA.md).

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use faults::{Line, Plan, Rush, Seats, Verdict};
use proto::quota::{Pool, WatchPoolsResponse};
use testkit::City;
use tokio::time::timeout;
use tonic::Streaming;

use crate::story::Story;
use crate::teller::{Progress, Teller};

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

/// Pools that have not changed for so long do not change any more.
const SETTLED: Duration = Duration::from_millis(500);

/// Plays it.
pub(crate) async fn play(story: &mut Story) -> Result<()> {
    story.teller.chapter(7, "the window opens (数千人同一秒提交)");
    let city = &story.stage.city;
    let line = Line::lay_out(city, SEATS, (city.clock.now()? + EARLY).timestamp() + 1).await?;
    let (all, Seats { city: of_city, district }) = (seats(SEATS), SEATS);
    for told in [
        format!("{PEOPLE} people ask for {all} seats: each for one of the city's {of_city} and one of the own district's {district}"),
        "they press from a second before the opening to a second after; a fifth send twice, some withdraw or move".to_owned(),
        format!("the line is {}", line.programme),
    ] {
        story.teller.tell(told);
    }
    let watch = line.watch().await?;
    let begun = Instant::now();
    let rush = Rush::begin(&line, &Plan { people: PEOPLE, spread: 2 * EARLY, ..Plan::rush(2021) });
    let bar = story.teller.progress("the window is not open yet", PEOPLE);
    let mut scene = Scene { teller: &story.teller, bar, watch, pools: Vec::new() };
    scene.play(city, &rush).await?;
    let took = begun.elapsed();

    let calm_since = Instant::now();
    let history = rush.history().await?;
    let stands = scene.end().await?;
    let early = history.too_early.len();
    for told in [
        format!("all have their answer {:.1} s after the first pressed: {stands}", took.as_secs_f64()),
        format!(
            "{early} calls came before the opening; each was refused (R-18) and sent again, some more than once"
        ),
    ] {
        story.teller.tell(told);
    }
    waiting(story, &line).await?;
    let verdict = faults::check(&story.stage.city, &line, &history, calm_since).await?;
    tell(story, &verdict);
    Ok(())
}

/// What is seen while they rush.
struct Scene<'a> {
    teller: &'a Teller,
    bar: Progress,
    watch: Streaming<WatchPoolsResponse>,
    pools: Vec<Pool>,
}

impl Scene<'_> {
    /// Shows answers, seats left and who waits, as they change; wipes Redis in the middle.
    async fn play(&mut self, city: &City, rush: &Rush) -> Result<()> {
        let mut is_wiped = false;
        while rush.answered() < rush.people() {
            self.look(GLANCE).await?;
            let answered = rush.answered();
            self.bar.shows(answered, how_it_stands(&self.pools));
            if !is_wiped && answered >= rush.people() * WIPE_AFTER / 100 {
                city.wipe_order().await;
                is_wiped = true;
                self.teller.tell(format!(
                    "{answered} have their answer when Redis is wiped (FLUSHALL); the rush goes on"
                ));
            }
        }
        ensure!(is_wiped, "the rush was over before Redis was wiped");
        Ok(())
    }

    /// How it stands when nothing changes any more.
    async fn end(mut self) -> Result<String> {
        while self.look(SETTLED).await? {}
        Ok(how_it_stands(&self.pools))
    }

    /// Whether the pools change within a time.
    async fn look(&mut self, within: Duration) -> Result<bool> {
        let Ok(shown) = timeout(within, self.watch.message()).await else { return Ok(false) };
        self.pools = shown?.context("quota stopped showing its pools")?.pools;
        Ok(true)
    }
}

fn how_it_stands(pools: &[Pool]) -> String {
    let sum = |of: fn(&Pool) -> i64| pools.iter().map(of).sum::<i64>();
    match (sum(|pool| pool.capacity), sum(|pool| pool.taken)) {
        (seats, 0) => format!("not open yet: {seats} seats"),
        (seats, taken) => format!("{} seats left, {} wait in lists", seats - taken, sum(|pool| pool.waiting)),
    }
}

fn seats(seats: Seats) -> i64 {
    seats.city + 4 * seats.district
}

/// Who is next in the city's pool.
async fn waiting(story: &Story, line: &Line) -> Result<()> {
    let first = line.first_waiting(FIRST_WAITING).await?;
    let first: Vec<String> = first.iter().map(|one| one.arrival_number.to_string()).collect();
    let told = format!(
        "next in the city's waiting list (候补) are arrivals {}: those before them have its {} seats, or have left",
        first.join(", "),
        SEATS.city
    );
    story.teller.tell(told);
    Ok(())
}

/// The checker's verdict, into the account too.
fn tell(story: &mut Story, verdict: &Verdict) {
    let of = |what| verdict.counted(what);
    let held = match verdict.broken.as_slice() {
        [] => "P1 to P7 of docs/QUOTA.md hold: in order, nothing oversold, nothing lost, one place a person, one chain, all answered".to_owned(),
        broken => format!("BROKEN: {}", broken.join("; ")),
    };
    for told in [
        "the checker has compared what every client was told with the tables and with Redis' log:".to_owned(),
        format!(
            "  {} places, {} arrival numbers; {} people sent twice, {} withdrew",
            of("places"),
            of("arrivals"),
            of("sent twice"),
            of("withdrawn")
        ),
        format!(
            "  {} seats, {} held; {} entries in waiting lists: most who wait stand in two",
            of("seats"),
            of("held"),
            of("waiting")
        ),
        format!("  {} operations in {} epochs: a wiped Redis begins another", of("operations"), of("epochs")),
        format!(
            "  {} answers, {} calls repeated, {} places looked at again meanwhile",
            of("answers"),
            of("calls repeated"),
            of("looked at again")
        ),
        format!("  {held}"),
    ] {
        story.teller.tell(told);
    }
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
