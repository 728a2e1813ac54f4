//! Takes what has queued up at a desk to Redis, one call at a time, and puts first what is due by PostgreSQL's clock:
//! nobody is early and nobody is late. In mode `DIRECT` the combiner does so itself, and this job looks whether Redis
//! is back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time;
use tokio_util::sync::CancellationToken;

use super::due::Due;
use crate::app::{App, Desk, Ticket};
use crate::domain::{Heard, Mode, Ordered};
use crate::store::order::Appended;

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

/// Until the mode is another: once Redis has answered for a while without a break, the line returns to it.
async fn look_for_redis(app: &App, desk: &Desk) {
    let mut answers_since = None;
    while desk.view().mode == Mode::Direct {
        if app.order.answers().await {
            let since = *answers_since.get_or_insert_with(Instant::now);
            if since.elapsed() >= app.return_after {
                desk.want_return();
            }
        } else {
            answers_since = None;
        }
        // Another PostgreSQL server may answer now; what cannot be compared stays unknown.
        let _ = app.vouch(desk).await;
        time::sleep(TICK).await;
    }
}

/// Answers every ticket with what Redis said, or with nothing: then its operation may be ordered or not.
async fn serve(app: &App, desk: &Desk, tickets: Vec<Ticket>, due: &mut Due) {
    let turns = match due.at(app, desk).await {
        Ok(turns) => turns,
        Err(error) => {
            tracing::warn!(programme = %desk.programme(), %error, "the time cannot be had, so nothing is ordered");
            return reply(tickets, std::iter::repeat(Heard::Nothing));
        }
    };
    if turns.is_empty() && tickets.is_empty() || desk.view().mode != Mode::Log {
        return reply(tickets, std::iter::repeat(Heard::Nothing));
    }
    let first = turns.len();
    let operations: Vec<Ordered> =
        turns.into_iter().chain(tickets.iter().map(|ticket| ticket.operation.clone())).collect();
    let known = desk.view().at;
    let begun = Instant::now();
    let appended = app.order.append(desk.programme(), known.epoch, known.seq, &operations).await;
    app.measures.took("order", begun.elapsed());
    match appended {
        Ok(Appended::Each { before, heard, entries }) => {
            runtime::crash_point!("quota.after_append");
            desk.appended(known.epoch, before, entries);
            reply(tickets, heard.into_iter().skip(first));
        }
        Ok(Appended::Stale) => {
            desk.forget_said();
            reply(tickets, std::iter::repeat(Heard::Stale));
        }
        Ok(Appended::Behind) => {
            desk.forget_said();
            reply(tickets, std::iter::repeat(Heard::Behind));
        }
        Err(error) => {
            desk.forget_said();
            tracing::warn!(programme = %desk.programme(), %error, "Redis gave no order");
            reply(tickets, std::iter::repeat(Heard::Nothing));
        }
    }
    desk.combine_soon();
}

fn reply(tickets: Vec<Ticket>, heard: impl Iterator<Item = Heard>) {
    for (ticket, heard) in tickets.into_iter().zip(heard) {
        // Whoever has given up does not listen any more.
        let _ = ticket.reply.send(heard);
    }
}
