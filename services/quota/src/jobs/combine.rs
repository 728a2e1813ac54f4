//! Drives the combiner (`domain/combiner.rs`): does what it says, and tells it what came of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time;
use tokio_util::sync::CancellationToken;

use super::due::Due;
use super::install;
use super::session::Session;
use crate::app::{App, Desk, Ticket};
use crate::domain::{
    Asked, Change, Combiner, Command, Epoch, Event, HaltCause, Mode, Notice, Order, Ordered, Position,
    Queued, Row, Sequence, Stood, Wanted,
};
use crate::error::Error;
use crate::store::journal;
use crate::store::order::Staging;

/// The most operations folded in one transaction.
const MOST: usize = 1_000;
/// The most that are read of the journal at a time.
const PAGE: i64 = 10_000;
/// Where nothing calls, the log is looked at this often: another replica may have died with it.
const TICK: Duration = Duration::from_secs(1);
/// After a failure, whose outcome may be unknown, this long passes before the next round.
const PAUSE: Duration = Duration::from_millis(200);

/// Folds a line for as long as the process runs.
pub(super) async fn combine(app: App, desk: Arc<Desk>, stop: CancellationToken) {
    let combiner = Combiner::new(desk.programme().clone());
    let session = Session::new(app.database.clone());
    let mut driver = Driver {
        app,
        desk,
        combiner,
        session,
        silent_since: None,
        read_at: None,
        has_folded: false,
        measured_at: None,
        due: Due::default(),
    };
    while !stop.is_cancelled() {
        if let Err(error) = driver.round().await {
            driver.failed(&error).await;
            time::sleep(PAUSE).await;
            continue;
        }
        driver.measure();
        driver.desk.stands(driver.combiner.line().map(Stood::of));
        if std::mem::take(&mut driver.has_folded) {
            driver.desk.combine_soon();
        }
        let rest = if driver.silent_since.is_some() && driver.desk.is_wanted() { PAUSE } else { TICK };
        tokio::select! {
            () = stop.cancelled() => {}
            () = driver.desk.combine_wanted() => {}
            // Lines that rest leave the connections to those that do not.
            () = time::sleep(rest) => driver.session.drop_connection(),
        }
    }
}

/// The combiner of one line, and what it is driven with.
struct Driver {
    app: App,
    desk: Arc<Desk>,
    combiner: Combiner,
    session: Session,
    /// Since when Redis has not answered.
    silent_since: Option<Instant>,
    /// When its log was last read, and not only what it had just said to this replica.
    read_at: Option<Instant>,
    /// Something was committed in this round: there may be more.
    has_folded: bool,
    /// When its pools were last shown to those who measure.
    measured_at: Option<Instant>,
    due: Due,
}

/// What is held from one command to the next.
#[derive(Default)]
struct Held<'a> {
    staging: Option<(Staging<'a>, Row)>,
    /// In mode `DIRECT`: those who wait for what their operations hear. Where none comes of it, they hear nothing.
    tickets: Vec<Ticket>,
    /// How many operations went before theirs, because they were due.
    turns: usize,
}

impl Driver {
    /// One round: until the combiner rests.
    async fn round(&mut self) -> Result<(), Error> {
        let wanted = self.wanted();
        let (app, desk) = (self.app.clone(), self.desk.clone());
        let mut held = Held::default();
        let mut command = self.combiner.begin(wanted, desk.view().mode);
        while command != Command::Rest {
            let begun = Instant::now();
            let event = self.carry_out(command, &app, &desk, &mut held).await;
            app.measures.took(command.name(), begun.elapsed());
            command = match event {
                Ok(event) => self.next(event),
                Err(error) => {
                    self.session.drop_connection();
                    self.combiner.failed();
                    self.tell(&mut held);
                    return Err(error);
                }
            };
            self.tell(&mut held);
        }
        if wanted == Wanted::Leave && desk.view().mode == Mode::Log {
            // The line stays with Redis: to leave it, it must be silent as long again.
            self.silent_since = self.silent_since.map(|_| Instant::now());
        }
        self.session.give_up().await
    }

    /// What to do next; to fold is to decide.
    fn next(&mut self, event: Event) -> Command {
        let begun = Instant::now();
        let command = self.combiner.next(event);
        if matches!(command, Command::TryFold | Command::CommitFold) {
            self.app.measures.took("decide", begun.elapsed());
        }
        command
    }

    fn wanted(&self) -> Wanted {
        let away = self.silent_since.is_some_and(|since| since.elapsed() >= self.app.direct_after);
        match self.desk.take_suspicion() {
            Some((epoch, evidence)) => Wanted::Check(epoch, evidence),
            None if self.desk.take_look() => Wanted::Look,
            None if self.desk.take_return() => Wanted::Return,
            None if away && self.desk.is_wanted() => Wanted::Leave,
            None => Wanted::Fold,
        }
    }

    async fn carry_out<'a>(
        &mut self,
        command: Command,
        app: &'a App,
        desk: &'a Desk,
        held: &mut Held<'a>,
    ) -> Result<Event, Error> {
        let programme = desk.programme();
        match command {
            Command::Load { after } => {
                self.session.give_up().await?;
                let mut db = app.database.begin_with(journal::SNAPSHOT).await?;
                let row = journal::committed(&mut db, programme).await?.ok_or(Error::Disagreement)?.row;
                Ok(Event::Loaded(row, journal::after(&mut db, programme, after, PAGE).await?))
            }
            Command::Read { epoch, after } => {
                self.session.give_up().await?;
                Ok(self.read(epoch, after).await)
            }
            Command::Lock => {
                let locked = journal::lock(self.session.begin().await?, programme).await?;
                let (row, server) = locked.ok_or(Error::Disagreement)?;
                let shown = desk.judge(server, row.at);
                Ok(Event::Locked(row, shown))
            }
            Command::CatchUp { after } => {
                let entries = journal::after(self.session.inside()?, programme, after, PAGE).await?;
                Ok(Event::CaughtUp(entries))
            }
            Command::Ask { epoch, after } => {
                // Under the lock, although Redis is across the network: else two replicas chase each other.
                let recent = journal::recent_recoveries(self.session.inside()?, programme).await?;
                let order = app.order.read_current(programme, epoch, after, 1).await;
                Ok(self.heard_from(order.map(|order| Event::Asked(Asked { order, recent }))))
            }
            Command::Dequeue => self.dequeue(held).await,
            Command::TryFold => {
                let pending = self.combiner.pending().ok_or(Error::Disagreement)?;
                let written =
                    journal::write_arrivals(self.session.outside().await?, programme, pending).await?;
                Ok(if written { Event::Committed } else { Event::Overtaken })
            }
            Command::CommitFold => {
                let pending = self.combiner.pending().ok_or(Error::Disagreement)?;
                if !journal::write(self.session.inside()?, programme, pending).await? {
                    return Err(Error::Disagreement);
                }
                self.session.commit().await?;
                Ok(Event::Committed)
            }
            Command::Commit(change) => {
                journal::change(self.session.inside()?, programme, change).await?;
                self.session.commit().await?;
                announce(desk, change);
                Ok(Event::Committed)
            }
            Command::Stage(epoch) => {
                self.session.give_up().await?;
                held.staging = install::stage(app, desk, epoch).await?;
                Ok(Event::Staged(held.staging.is_some()))
            }
            Command::Install => {
                let (staging, row) = held.staging.take().ok_or(Error::Disagreement)?;
                let installed = staging.install(&row).await?;
                tracing::info!(%programme, epoch = %row.at.epoch, installed, "the order was given to Redis");
                Ok(Event::Installed)
            }
            Command::Rest => Err(Error::Disagreement),
        }
    }

    /// Reads Redis' log, if it has to be read.
    async fn read(&mut self, epoch: Epoch, after: Sequence) -> Event {
        if let Some(order) = self.just_said(epoch, after) {
            return Event::Read(order);
        }
        let programme = self.desk.programme();
        let read = self.app.order.read(programme, epoch, after, MOST).await;
        self.read_at = read.is_ok().then(Instant::now);
        if let Some(head) = read.as_ref().ok().and_then(|order| order.head) {
            self.app.measures.lags(programme, &head, Position { epoch, seq: after });
        }
        self.heard_from(read.map(Event::Read))
    }

    /// What Redis has just said to this replica, if it goes on from here: it need not be asked for what is known. Now and then
    /// it is, for what other replicas have left.
    fn just_said(&self, epoch: Epoch, after: Sequence) -> Option<Order> {
        let is_fresh = self.read_at.is_some_and(|at| at.elapsed() < TICK);
        is_fresh.then(|| self.desk.just_said(epoch, after, MOST)).flatten()
    }

    /// Notes whether Redis answers.
    fn heard_from(&mut self, answer: Result<Event, crate::store::order::OrderError>) -> Event {
        match answer {
            Ok(event) => {
                self.silent_since = None;
                event
            }
            Err(error) => {
                if self.silent_since.is_none() {
                    tracing::warn!(programme = %self.desk.programme(), %error, "Redis does not answer");
                    self.silent_since = Some(Instant::now());
                }
                Event::Silent
            }
        }
    }

    /// Takes what is queued, after what is due.
    async fn dequeue(&mut self, held: &mut Held<'_>) -> Result<Event, Error> {
        let turns = self.due.at(&self.app, &self.desk).await?;
        held.tickets = self.desk.take_queued(MOST);
        held.turns = turns.len();
        let operations: Vec<Ordered> =
            turns.into_iter().chain(held.tickets.iter().map(|ticket| ticket.operation.clone())).collect();
        let ids: Vec<_> = operations.iter().map(|operation| operation.id.uuid()).collect();
        let known = journal::known_of(self.session.inside()?, self.desk.programme(), &ids).await?;
        Ok(Event::Queued(Queued { operations, known }))
    }

    /// Shows the pools, now and then: it is a look at each of them.
    fn measure(&mut self) {
        if self.measured_at.is_none_or(|at| at.elapsed() >= TICK)
            && let Some(line) = self.combiner.line()
        {
            self.app.measures.pools(self.desk.programme(), line);
            self.measured_at = Some(Instant::now());
        }
    }

    /// Tells others at this replica what the combiner has to say.
    fn tell(&mut self, held: &mut Held<'_>) {
        for notice in self.combiner.take_notices() {
            match notice {
                Notice::Decided(operations) => self.desk.tell(&operations),
                Notice::Folded(operations) => {
                    self.has_folded |= !operations.is_empty();
                    self.desk.tell(&operations);
                    self.app.measures.committed(self.desk.programme(), &operations);
                }
                Notice::Stands(row) => {
                    if row.mode != self.desk.view().mode {
                        self.silent_since = None;
                    }
                    self.app.measures.stands(self.desk.programme(), &row);
                    self.desk.publish(&row);
                }
                Notice::Checked => self.desk.publish_check(),
                Notice::Heard(heard) => {
                    for (ticket, heard) in held.tickets.drain(..).zip(heard.into_iter().skip(held.turns)) {
                        // Whoever has given up does not listen any more.
                        let _ = ticket.reply.send(heard);
                    }
                }
            }
        }
    }

    /// The outcome may be unknown: the next round begins at what is committed. A violated constraint is a fault of this
    /// program, and nobody may go on from it.
    async fn failed(&mut self, error: &Error) {
        let programme = self.desk.programme();
        let cause = std::error::Error::source(error).map(ToString::to_string);
        tracing::warn!(%programme, %error, cause, "the combiner begins again");
        if error.is_violation()
            && let Err(error) = self.halt(HaltCause::ConstraintViolated).await
        {
            tracing::error!(programme = %self.desk.programme(), %error, "the line cannot be halted");
        }
    }

    async fn halt(&mut self, cause: HaltCause) -> Result<(), Error> {
        let locked = journal::lock(self.session.begin().await?, self.desk.programme()).await?;
        let (mut row, _) = locked.ok_or(Error::Disagreement)?;
        journal::change(self.session.inside()?, self.desk.programme(), Change::Halt(cause)).await?;
        self.session.commit().await?;
        announce(&self.desk, Change::Halt(cause));
        row.mode = Mode::Halted;
        self.desk.publish(&row);
        Ok(())
    }
}

/// Says in the log that the line changed, for those who operate it.
fn announce(desk: &Desk, change: Change) {
    let programme = desk.programme();
    match change {
        Change::Begin { epoch, mode, why, .. } => {
            let (mode, why) = (mode.as_str(), why.as_str());
            tracing::warn!(%programme, %epoch, mode, why, "another epoch begins");
        }
        Change::Halt(cause) => {
            tracing::error!(%programme, cause = cause.as_str(), "the line is halted");
        }
    }
}
