//! The Redis function by itself: what it refuses, and what it puts in place.

use quota::domain::{
    Appended, Entry, Epoch, Heard, Link, Mode, Operation, Ordered, Position, Request, Reservation, Row,
    Sequence,
};
use quota::store::order::OrderStore;
use vocabulary::{ApplicationId, OperationId, ProgrammeId, RoundId, UnionId, WorkerId};

use crate::house::shared;

struct Log {
    store: OrderStore,
    programme: ProgrammeId,
}

impl Log {
    async fn empty() -> Self {
        let store = OrderStore::new(shared().await.city.stack.order().url(), "functions:").unwrap();
        let name = format!("p-{}", uuid::Uuid::now_v7().simple());
        Self { store, programme: name.parse().unwrap() }
    }

    async fn append(&self, epoch: Epoch, durable: i64, operations: &[&Operation]) -> Appended {
        let operations: Vec<Ordered> = operations.iter().map(|one| Ordered::from(*one)).collect();
        self.store.append(&self.programme, epoch, Sequence::from(durable), &operations).await.unwrap()
    }

    /// Installs an epoch that carries these entries and knows them.
    async fn install(&self, epoch: Epoch, carried: &[Entry]) -> bool {
        let mut staging = self.store.stage(&self.programme);
        let known: Vec<_> =
            carried.iter().map(|entry| (entry.id, entry.seq.get(), entry.body_hash.to_vec())).collect();
        staging.know(&known).await.unwrap();
        staging.carry(carried).await.unwrap();
        let (seq, link) =
            carried.last().map_or((Sequence::START, Link::start()), |entry| (entry.seq, entry.link));
        let digest = quota::domain::Digest::start(&self.programme);
        let at = Position { epoch, seq };
        let row = Row { at, base_seq: seq, mode: Mode::Log, link, digest, open_round: None };
        staging.install(&row).await.unwrap()
    }

    async fn entries(&self, epoch: Epoch) -> Vec<Entry> {
        self.store.read(&self.programme, epoch, Sequence::START, 1_000).await.unwrap().entries
    }
}

fn spring() -> RoundId {
    "spring".parse().unwrap()
}

fn reservation() -> Operation {
    let request = Request::Reserve(Reservation {
        application: ApplicationId::new(),
        person: WorkerId::new(),
        round: spring(),
        unions: vec![UnionId::new()],
    });
    Operation { id: OperationId::new(), request }
}

/// What each operation of a batch hears.
fn told(appended: Appended) -> Vec<Heard> {
    let Appended::Each { heard, .. } = appended else { panic!("{appended:?}") };
    heard
}

fn at(epoch: Epoch, seq: i64) -> Position {
    Position { epoch, seq: seq.into() }
}

/// one order, each operation once, and none while its round is not open.
#[tokio::test(flavor = "multi_thread")]
async fn operations_are_ordered_once_and_only_while_the_round_is_open() {
    let (log, first) = (Log::empty().await, Epoch::FIRST);
    assert_eq!(log.append(first, 0, &[&reservation()]).await, Appended::Stale);
    assert!(log.install(first, &[]).await);

    let (early, one, other) = (reservation(), reservation(), reservation());
    let open = Operation::opening(&log.programme, &spring());
    let close = Operation::closing(&log.programme, &spring());
    let heard = log.append(first, 0, &[&early, &open, &one, &one, &close, &other]).await;
    let (placed, not_open) = (|seq| Heard::Placed(at(first, seq)), |seq| Heard::NotOpen(at(first, seq)));
    assert_eq!(told(heard), [not_open(0), placed(1), placed(2), placed(2), placed(3), not_open(3)]);

    let forged = Operation { id: one.id, ..reservation() };
    assert_eq!(told(log.append(first, 3, &[&forged]).await), [Heard::Conflict(at(first, 2))]);
    assert_eq!(log.append(first, 4, &[&reservation()]).await, Appended::Behind);
    assert_eq!(log.append(first.next(), 0, &[&reservation()]).await, Appended::Stale);
}

/// both sides compute the same chain.
#[tokio::test(flavor = "multi_thread")]
async fn the_chain_of_the_function_is_the_chain_of_the_domain() {
    let (log, first) = (Log::empty().await, Epoch::FIRST);
    log.install(first, &[]).await;
    let open = Operation::opening(&log.programme, &spring());
    let one = reservation();
    let appended = log.append(first, 0, &[&open, &one, &one, &reservation()]).await;

    let entries = log.entries(first).await;
    let Appended::Each { before, entries: known, .. } = appended else { panic!("{appended:?}") };
    assert_eq!((before.seq, before.link), (Sequence::START, Link::start()));
    assert_eq!(known, entries, "what was appended need not be read");
    let end = entries.iter().fold(Link::start(), |link, entry| {
        assert!(link.leads_to(entry), "{entry:?}");
        entry.link
    });
    let order = log.store.read(&log.programme, first, Sequence::from(2), 10).await.unwrap();
    assert_eq!((order.current, order.entries.len()), (Some(first), 1));
    assert_eq!(order.head.unwrap().link, end);
}

/// P2: an epoch is put in place whole, once, and never over a later one.
#[tokio::test(flavor = "multi_thread")]
async fn an_epoch_is_installed_whole_and_once() {
    let (log, first) = (Log::empty().await, Epoch::FIRST);
    assert!(log.install(first, &[]).await);
    assert!(!log.install(first, &[]).await, "it is there already");
    let open = Operation::opening(&log.programme, &spring());
    log.append(first, 0, &[&open, &reservation()]).await;
    let carried = log.entries(first).await;

    let second = first.next();
    assert!(log.install(second, &carried).await);
    assert!(!log.install(first, &carried).await, "a later one is there");
    assert_eq!(log.entries(second).await, carried);
    assert_eq!(log.append(first, 0, &[&open]).await, Appended::Stale);
    assert_eq!(told(log.append(second, 2, &[&open]).await), [Heard::Placed(at(second, 1))]);
}

/// The epoch that Redis itself is in is found and read in one call, whichever was asked for.
#[tokio::test(flavor = "multi_thread")]
async fn the_current_epoch_is_read_whichever_is_named() {
    let (log, first) = (Log::empty().await, Epoch::FIRST);
    let current =
        async |named| log.store.read_current(&log.programme, named, Sequence::START, 10).await.unwrap();
    let nothing = current(first).await;
    assert_eq!((nothing.current, nothing.head, nothing.entries), (None, None, Vec::new()));

    log.install(first, &[]).await;
    log.append(first, 0, &[&Operation::opening(&log.programme, &spring())]).await;
    let carried = log.entries(first).await;
    log.install(first.next(), &carried).await;
    for named in [first, first.next(), first.next().next()] {
        let order = current(named).await;
        assert_eq!((order.current, order.head.unwrap().seq), (Some(first.next()), 1.into()));
        assert_eq!(order.entries, carried);
    }
}

/// Whoever asks while somebody connects fails with that attempt, and begins none of its own.
#[tokio::test(flavor = "multi_thread")]
async fn one_connects_for_all() {
    let mute = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("redis://{}", mute.local_addr().unwrap());
    let store = OrderStore::new(&url, "mute:").unwrap();
    let programme: ProgrammeId = "jinan-2021".parse().unwrap();
    let mut connections = Vec::new();
    let asked = async {
        let ask = || store.read(&programme, Epoch::FIRST, Sequence::START, 1);
        let answers = futures::future::join_all((0..8).map(|_| ask())).await;
        assert!(answers.iter().all(Result::is_err));
    };
    tokio::pin!(asked);
    loop {
        tokio::select! {
            () = &mut asked => break,
            // Kept, and never answered.
            connection = mute.accept() => connections.push(connection.unwrap()),
        }
    }
    assert_eq!(connections.len(), 1);
}
