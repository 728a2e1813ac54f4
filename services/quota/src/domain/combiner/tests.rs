//! Rounds of a combiner, told by hand what came of each command.

use super::super::model::{entry_after, history_of};
use super::super::{Asked, Digest, Entry, HaltCause, Head, Line, Order, Shown};
use super::*;

fn programme() -> ProgrammeId {
    "jinan-2021".parse().unwrap()
}

/// A journal of so many operations, and the line after it.
fn journal(operations: usize) -> (Vec<Entry>, Line) {
    let mut line = Line::new(&programme());
    let mut entries = Vec::new();
    for request in history_of(10).into_iter().take(operations) {
        let entry = entry_after(&line, &request);
        line.fold(&entry, |_, _| ());
        entries.push(entry);
    }
    (entries, line)
}

fn row(epoch: i64, line: &Line, mode: Mode) -> Row {
    Row {
        at: Position { epoch: epoch.into(), seq: line.seq() },
        base_seq: 0.into(),
        mode,
        link: line.link(),
        digest: line.digest(),
        open_round: line.open_round().cloned(),
    }
}

#[test]
fn a_journal_that_does_not_lead_to_the_row_halts_the_line() {
    let (entries, line) = journal(5);
    let row = Row { digest: Digest::from([9; 32]), ..row(1, &line, Mode::Log) };
    let mut combiner = Combiner::new(programme());
    let load = |combiner: &mut Combiner| {
        assert_eq!(combiner.begin(Wanted::Fold, Mode::Log), Command::Load { after: 0.into() });
        combiner.next(Event::Loaded(row.clone(), entries.clone()))
    };
    for _ in 1..MAX_DISAGREEMENTS {
        assert_eq!(load(&mut combiner), Command::Disagree);
        combiner.failed();
    }
    assert_eq!(load(&mut combiner), Command::Lock);
    let halt = Command::Commit(Change::Halt(HaltCause::JournalDisagrees));
    assert_eq!(combiner.next(Event::Locked(row, Shown::Enough)), halt);
}

/// In mode `DIRECT` PostgreSQL is the only copy: what it has lost nobody can give back, and no epoch begins without it.
#[test]
fn a_row_that_lacks_what_is_durable_is_not_returned_from() {
    let (entries, line) = journal(8);
    let (_, before) = journal(5);
    let mut combiner = Combiner::new(programme());
    combiner.begin(Wanted::Fold, Mode::Log);
    assert_eq!(combiner.next(Event::Loaded(row(2, &line, Mode::Direct), entries)), Command::Lock);
    combiner.failed();

    let set_back = row(2, &before, Mode::Direct);
    assert_eq!(combiner.begin(Wanted::Return, Mode::Direct), Command::Lock);
    let ask = Command::Ask { epoch: 2.into(), after: before.seq() };
    assert_eq!(combiner.next(Event::Locked(set_back, Shown::Enough)), ask);
    let head = Head { seq: 2.into(), link: before.link(), base_seq: 0.into() };
    let order = Order { current: Some(1.into()), head: Some(head), entries: Vec::new() };
    let halt = Command::Commit(Change::Halt(HaltCause::BothStoresLost));
    assert_eq!(combiner.next(Event::Asked(Asked { order, recent: 0 })), halt);
}
