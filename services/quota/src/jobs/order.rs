//! Takes what has queued up at a desk to Redis, one call at a time, and puts first what is due by PostgreSQL's clock:
//! nobody is early and nobody is late. In mode `DIRECT` the combiner does so itself, and this job looks whether Redis
//! is back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time;
use tokio_util::sync::CancellationToken;

use super::due::Due;
use crate::app::{App, Desk, Reply, Ticket};
use crate::domain::{Heard, Mode, Parcel};
use crate::error::Error;

/// The most operations of one call.
const MOST: usize = 256;

/// Where there is no traffic, the timetable is looked at this often; and Redis, where it is away.
const TICK: Duration = Duration::from_secs(1);

/// Orders what queues at a desk, for as long as the process runs.
pub(super) async fn order(app: App, desk: Arc<Desk>, stop: CancellationToken) {
    let mut due = Due::default();
    let mut vouched = Instant::now();
    while !stop.is_cancelled() {
        if desk.view().mode == Mode::Direct {
            stop.run_until_cancelled(look_for_redis(&app, &desk)).await;
            continue;
        }
        let tickets = tokio::select! {
            () = stop.cancelled() => break,
            tickets = desk.take(MOST) => tickets,
            () = time::sleep(TICK) => Vec::new(),
        };
        serve(&app, &desk, tickets, &mut due).await;
        if vouched.elapsed() >= TICK {
            // Another PostgreSQL server may answer now. What cannot be compared stays unknown, and nobody is told of it.
            let _ = app.vouch(&desk).await;
            vouched = Instant::now();
        }
    }
}

/// Until the mode is another: once Redis has taken what is written for a while without a break, the line returns to it.
async fn look_for_redis(app: &App, desk: &Desk) {
    while desk.view().mode == Mode::Direct {
        let takes = app.order.takes_operations(desk.programme()).await.is_ok();
        if desk.agenda().tried(takes, desk.now()) {
            desk.combine_soon();
        }
        // Another PostgreSQL server may answer now; what cannot be compared stays unknown.
        let _ = app.vouch(desk).await;
        tokio::select! {
            () = time::sleep(TICK) => {}
            () = desk.leaves(Mode::Direct) => {}
        }
    }
}

/// Answers every ticket with what Redis said, or with nothing: then its operation may be ordered or not.
async fn serve(app: &App, desk: &Desk, tickets: Vec<Ticket>, due: &mut Due) {
    let tickets = tickets.into_iter().map(|ticket| (ticket.operation, ticket.reply));
    if due.is_old()
        && let Err(error) = look_at_the_clock(app, desk, due).await
    {
        tracing::warn!(programme = %desk.programme(), %error, "the time cannot be had, so nothing is ordered");
        return reply(desk, Parcel::new(Vec::new(), tickets).hear(None));
    }
    let turns = due.now(desk).await;
    let parcel = Parcel::new(turns, tickets);
    if parcel.operations().is_empty() || desk.view().mode != Mode::Log {
        return reply(desk, parcel.hear(None));
    }
    let known = desk.view().at;
    let begun = Instant::now();
    let appended = app.order.append(desk.programme(), known.epoch, known.seq, parcel.operations()).await;
    app.measures.took("order", begun.elapsed());
    runtime::crash_point!("quota.after_append");
    let news = desk.agenda().wrote(appended.is_ok(), desk.now());
    if let Err(error) = &appended
        && news
    {
        let cause = std::error::Error::source(error).map(ToString::to_string);
        tracing::warn!(programme = %desk.programme(), %error, cause, "Redis gives no order");
    }
    let appended = appended.ok();
    let heard = parcel.hear(appended.as_ref());
    desk.said().heard(known.epoch, appended);
    reply(desk, heard);
    desk.combine_soon();
}

async fn look_at_the_clock(app: &App, desk: &Desk, due: &mut Due) -> Result<(), Error> {
    let mut db = app.database.acquire().await?;
    due.look(app, desk, &mut db).await
}

fn reply(desk: &Desk, heard: Vec<(Reply, Heard)>) {
    for (reply, heard) in heard {
        desk.hear(reply, heard);
    }
}
