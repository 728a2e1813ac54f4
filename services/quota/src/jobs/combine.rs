//! Drives the combiner (`domain/combiner.rs`): does what it says, and tells it what came of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::{task, time};
use tokio_util::sync::CancellationToken;

use super::due::Due;
use super::install;
use super::session::Session;
use crate::app::{App, Desk, LOG_TRUSTED_FOR, Reply};
use crate::domain::{
    Asked, Change, Combiner, Command, Epoch, Event, HaltCause, Mode, Notice, Parcel, Position, Queued, Row,
    Sequence, Stood,
};
use crate::error::Error;
use crate::store::journal;
use crate::store::order::{OrderError, Staging};

/// The most operations folded in one transaction.
const MOST: usize = 1_000;
/// The most that are read of the journal at a time.
const PAGE: i64 = 10_000;
/// The pools are shown to those who measure at most this often.
const MEASURE_EVERY: Duration = Duration::from_secs(1);
/// After a failure, whose outcome may be unknown, this long passes before the next round.
const PAUSE: Duration = Duration::from_millis(200);

/// Folds a line for as long as the process runs.
pub(super) async fn combine(app: App, desk: Arc<Desk>, stop: CancellationToken) {
    let combiner = Combiner::new(desk.programme().clone());
    let session = Session::new(app.database.clone());
    let mut driver =
        Driver { app, desk, combiner, session, goes_on: false, measured_at: None, due: Due::default() };
    while !stop.is_cancelled() {
        if let Err(error) = driver.round().await {
            driver.failed(&error).await;
            time::sleep(PAUSE).await;
            continue;
        }
        driver.measure();
        driver.desk.stands(driver.combiner.line().map(Stood::of));
        if std::mem::take(&mut driver.goes_on) {
            driver.desk.combine_soon();
        } else if driver.desk.view().mode == Mode::Halted {
            // Each of its rounds locks the row, and it has no use for the connection in between.
            driver.session.drop_connection();
        }
        let hurries = driver.desk.is_wanted() && driver.desk.agenda().is_silent();
        let rest = if hurries { PAUSE } else { LOG_TRUSTED_FOR };
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
    /// Something was committed in this round, here or by another replica: there may be more.
    goes_on: bool,
    /// When its pools were last shown to those who measure.
    measured_at: Option<Instant>,
    due: Due,
}

/// What is held from one command to the next.
#[derive(Default)]
struct Held<'a> {
    staging: Option<(Staging<'a>, Row)>,
    /// In mode `DIRECT`: what was queued. Where nothing comes of it, those who wait hear nothing.
    parcel: Parcel<Reply>,
}

impl Driver {
    /// One round: until the combiner rests.
    async fn round(&mut self) -> Result<(), Error> {
        let wanted = self.desk.agenda().next(self.desk.is_wanted(), self.desk.now());
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
        self.session.give_up().await
    }

    /// What to do next; to fold is to decide.
    fn next(&mut self, event: Event) -> Command {
        let begun = Instant::now();
        let command = match event {
            // A long stretch of the journal, as when a line is loaded: the thread goes on with other lines meanwhile.
            Event::Loaded(_, ref entries) | Event::CaughtUp(ref entries) if entries.len() > MOST => {
                task::block_in_place(|| self.combiner.next(event))
            }
            _ => self.combiner.next(event),
        };
        if matches!(command, Command::TryFold | Command::CommitFold) {
            self.app.measures.took("decide", begun.elapsed());
        }
        command
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
                // Two connections at a time could be more than there are, where many lines begin at once.
                self.session.drop_connection();
                desk.said().forget();
                let mut db = app.database.begin_with(journal::SNAPSHOT).await?;
                let row = journal::committed(&mut db, programme).await?.ok_or(Error::Disagreement)?.row;
                Ok(Event::Loaded(row, journal::after(&mut db, programme, after, PAGE).await?))
            }
            Command::Read { epoch, after } => {
                self.session.give_up().await?;
                Ok(self.read(epoch, after).await)
            }
            Command::Probe => {
                Ok(self.wrote(app.order.takes_operations(programme).await.map(|()| Event::Taken)))
            }
            Command::Lock => {
                let locked = journal::lock(self.session.begin().await?, programme).await?;
                let (row, server) = locked.ok_or(Error::Disagreement)?;
                let shown = desk.judge(server, row.at);
                runtime::crash_point!("quota.locked");
                Ok(Event::Locked(row, shown))
            }
            Command::CatchUp { after } => {
                let entries = journal::after(self.session.inside()?, programme, after, PAGE).await?;
                Ok(Event::CaughtUp(entries))
            }
            Command::Ask { epoch, after } => {
                desk.said().forget();
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
                runtime::crash_point!("quota.after_commit");
                Ok(if written { Event::Committed } else { Event::Overtaken })
            }
            Command::CommitFold => {
                let pending = self.combiner.pending().ok_or(Error::Disagreement)?;
                if !journal::write(self.session.inside()?, programme, pending).await? {
                    return Err(Error::Disagreement);
                }
                self.session.commit().await?;
                runtime::crash_point!("quota.after_commit");
                Ok(Event::Committed)
            }
            Command::Commit(change) => {
                journal::change(self.session.inside()?, programme, change).await?;
                self.session.commit().await?;
                announce(desk, change);
                Ok(Event::Committed)
            }
            Command::Stage(epoch) => {
                self.session.drop_connection();
                self.stage(epoch, app, desk, held).await
            }
            Command::Install => self.install(held).await,
            Command::Disagree | Command::Rest => Err(Error::Disagreement),
        }
    }

    /// Stages an epoch for Redis, which may refuse it.
    async fn stage<'a>(
        &self,
        epoch: Epoch,
        app: &'a App,
        desk: &'a Desk,
        held: &mut Held<'a>,
    ) -> Result<Event, Error> {
        match install::stage(app, desk, epoch).await {
            Err(Error::Order(error)) => Ok(self.wrote(Err(error))),
            staged => {
                held.staging = staged?;
                Ok(Event::Staged(held.staging.is_some()))
            }
        }
    }

    async fn install(&self, held: &mut Held<'_>) -> Result<Event, Error> {
        let (staging, row) = held.staging.take().ok_or(Error::Disagreement)?;
        let installed = staging.install(&row).await;
        if let Ok(installed) = installed {
            let (programme, epoch) = (self.desk.programme(), row.at.epoch);
            tracing::info!(%programme, %epoch, installed, "the order was given to Redis");
        }
        Ok(self.wrote(installed.map(|_| Event::Installed)))
    }

    /// Reads Redis' log, if it has to be read: what it has just said to this replica is known.
    async fn read(&mut self, epoch: Epoch, after: Sequence) -> Event {
        let known = self.desk.said().log(epoch, after, MOST, self.desk.now());
        if let Some(order) = known {
            return Event::Read(order);
        }
        let programme = self.desk.programme();
        let read = self.app.order.read(programme, epoch, after, MOST).await;
        self.desk.said().was_read(read.as_ref().ok(), self.desk.now());
        if let Some(head) = read.as_ref().ok().and_then(|order| order.head) {
            self.app.measures.lags(programme, &head, Position { epoch, seq: after });
        }
        self.heard_from(read.map(Event::Read))
    }

    /// Notes whether Redis could be read.
    fn heard_from(&self, answer: Result<Event, OrderError>) -> Event {
        let news = self.desk.agenda().read(answer.is_ok(), self.desk.now());
        self.or_silent(answer, news)
    }

    /// Notes whether Redis took what was written.
    fn wrote(&self, answer: Result<Event, OrderError>) -> Event {
        let news = self.desk.agenda().wrote(answer.is_ok(), self.desk.now());
        self.or_silent(answer, news)
    }

    fn or_silent(&self, answer: Result<Event, OrderError>, news: bool) -> Event {
        answer.unwrap_or_else(|error| {
            if news {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::warn!(programme = %self.desk.programme(), %error, cause, "Redis does not answer, or refuses");
            }
            Event::Silent
        })
    }

    /// Takes what is queued, after what is due.
    async fn dequeue(&mut self, held: &mut Held<'_>) -> Result<Event, Error> {
        if self.due.is_old() {
            // By this connection: whoever holds the row waits for no other.
            self.due.look(&self.app, &self.desk, self.session.inside()?).await?;
        }
        let turns = self.due.now(&self.desk).await;
        let tickets = self.desk.take_queued(MOST).into_iter().map(|ticket| (ticket.operation, ticket.reply));
        held.parcel = Parcel::new(turns, tickets);
        let operations = held.parcel.operations().to_vec();
        let ids: Vec<_> = operations.iter().map(|operation| operation.id.uuid()).collect();
        let known = journal::known_of(self.session.inside()?, self.desk.programme(), &ids).await?;
        Ok(Event::Queued(Queued { operations, known }))
    }

    /// Shows the pools, now and then: it is a look at each of them.
    fn measure(&mut self) {
        if self.measured_at.is_none_or(|at| at.elapsed() >= MEASURE_EVERY)
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
                Notice::Decided(operations) => {
                    self.goes_on |= !operations.is_empty();
                    self.desk.tell(&operations);
                }
                Notice::Folded(operations) => {
                    self.goes_on |= !operations.is_empty();
                    self.desk.tell(&operations);
                    self.app.measures.committed(self.desk.programme(), &operations);
                }
                Notice::Stands(row) => {
                    if row.mode != self.desk.view().mode {
                        self.desk.agenda().turned();
                    }
                    self.app.measures.stands(self.desk.programme(), &row);
                    self.desk.publish(&row);
                }
                Notice::Checked => self.desk.publish_check(),
                Notice::Stays => self.desk.agenda().stayed(self.desk.now()),
                Notice::Heard(heard) => {
                    // In mode DIRECT: as many as are taken at a time, so there may be more.
                    self.goes_on |= heard.len() >= MOST;
                    for (reply, heard) in std::mem::take(&mut held.parcel).hear_each(&heard) {
                        self.desk.hear(reply, heard);
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
