//! Takes what has queued up at a desk to Redis, one call at a time, and puts first what is due by PostgreSQL's clock:
//! nobody is early and nobody is late.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time;
use tokio_util::sync::CancellationToken;

use crate::app::{App, Desk, Ticket, Timetable};
use crate::domain::{Heard, Mode};
use crate::error::Error;
use crate::store::journal;
use crate::store::order::{Appended, Ordered};

/// The most operations of one call.
const MOST: usize = 256;

/// Where there is no traffic, the timetable is looked at this often.
const TICK: Duration = Duration::from_secs(1);

/// Orders what queues at a desk, for as long as the process runs.
pub(super) async fn order(app: App, desk: Arc<Desk>, stop: CancellationToken) {
    let mut timetable = None;
    while !stop.is_cancelled() {
        let tickets = tokio::select! {
            () = stop.cancelled() => break,
            tickets = desk.take(MOST) => tickets,
            () = time::sleep(TICK) => Vec::new(),
        };
        serve(&app, &desk, tickets, &mut timetable).await;
    }
}

/// Answers every ticket with what Redis said, or with nothing: then its operation may be ordered or not.
async fn serve(app: &App, desk: &Desk, tickets: Vec<Ticket>, timetable: &mut Option<Timetable>) {
    let turns = match due(app, desk, timetable).await {
        Ok(turns) => turns,
        Err(error) => {
            tracing::warn!(programme = %desk.programme(), %error, "the time cannot be had, so nothing is ordered");
            return reply(tickets, std::iter::repeat(Heard::Nothing));
        }
    };
    if turns.is_empty() && tickets.is_empty() || desk.view().mode == Mode::Halted {
        return reply(tickets, std::iter::repeat(Heard::Nothing));
    }
    let first = turns.len();
    let operations: Vec<Ordered> =
        turns.into_iter().chain(tickets.iter().map(|ticket| ticket.operation.clone())).collect();
    let known = desk.view().at;
    match app.order.append(desk.programme(), known.epoch, known.seq, &operations).await {
        Ok(Appended::Each(heard)) => reply(tickets, heard.into_iter().skip(first)),
        Ok(Appended::Stale) => reply(tickets, std::iter::repeat(Heard::Stale)),
        Ok(Appended::Behind) => reply(tickets, std::iter::repeat(Heard::Behind)),
        Err(error) => {
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

/// The openings and closings that are due, by a clock that was compared at most a second ago.
async fn due(app: &App, desk: &Desk, timetable: &mut Option<Timetable>) -> Result<Vec<Ordered>, Error> {
    let fresh = match timetable.take().filter(|known| !known.is_old()) {
        Some(known) => known,
        None => measure(app, desk).await?,
    };
    let due = timetable.insert(fresh).due(desk.programme());
    Ok(due.iter().map(Ordered::from).collect())
}

async fn measure(app: &App, desk: &Desk) -> Result<Timetable, Error> {
    let mut db = app.database.acquire().await?;
    // The rounds first: what the clock then shows is not older than they are.
    let rounds = journal::rounds(&mut db, desk.programme()).await?;
    let asked = Instant::now();
    let said = journal::read_clock(&mut db).await?;
    Ok(Timetable::new(rounds, said, app.clock.offset(), asked))
}
