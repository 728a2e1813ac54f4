//! Faults of this program that its simulator plants, one at a time, to show that it would find them. A release build has
//! none.

/// A planted fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutant {
    /// A combiner folds what it read in another epoch than the row's.
    SkipsTheEpochCheck,
    /// Senders are told what was decided before it is committed.
    AnswersBeforeCommit,
    /// The answer is what is recorded at the sequence that Redis gave, not under the operation's own id.
    AnswersBySequence,
    /// A hole in the log is folded over.
    FoldsPastAHole,
    /// One who gets a free seat stays on the waiting list.
    PromotesTwice,
    /// A release that comes before its reservation leaves no trace.
    ForgetsTombstones,
    /// A PostgreSQL that was set back is taken for a reason to begin a new epoch.
    RecoversAfterASetBack,
    /// What this replica knows to be committed is not compared with what the stores show.
    IgnoresWhatIsDurable,
    /// A read is answered by a PostgreSQL server that was not compared with Redis.
    ReadsUncompared,
    /// An opening or closing is sent when it is due, and not repeated until it is committed.
    TurnsOnce,
    /// That a round is not open is told because Redis says so.
    TrustsNotOpen,
    /// A Redis that answers a read is taken for one that takes operations.
    TrustsReads,
}

#[cfg(feature = "mutants")]
impl Mutant {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::SkipsTheEpochCheck,
        Self::AnswersBeforeCommit,
        Self::AnswersBySequence,
        Self::FoldsPastAHole,
        Self::PromotesTwice,
        Self::ForgetsTombstones,
        Self::RecoversAfterASetBack,
        Self::IgnoresWhatIsDurable,
        Self::ReadsUncompared,
        Self::TurnsOnce,
        Self::TrustsNotOpen,
        Self::TrustsReads,
    ];

    /// Plants a fault, or none, in what this thread runs from here on.
    pub fn plant(mutant: Option<Self>) {
        PLANTED.set(mutant);
    }
}

#[cfg(feature = "mutants")]
thread_local! {
    static PLANTED: std::cell::Cell<Option<Mutant>> = const { std::cell::Cell::new(None) };
}

/// Whether a fault is planted.
#[cfg(feature = "mutants")]
pub(super) fn planted(mutant: Mutant) -> bool {
    PLANTED.get() == Some(mutant)
}

/// Never: this build has no planted faults.
#[cfg(not(feature = "mutants"))]
pub(super) const fn planted(_mutant: Mutant) -> bool {
    false
}
