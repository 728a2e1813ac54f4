//! The law of review: who decides which step of a case, and what follows. No I/O, no clock.

mod case;
mod chain;
mod decide;
mod list;
mod reviewer;
mod verdict;

pub use case::{Case, CaseState, Step, StepDecision};
pub use chain::{ReviewUnion, steps};
pub use decide::{Decided, Intent, decide};
pub use list::{After, Filter};
pub use reviewer::Reviewer;
pub use verdict::{DecisionKind, Verdict};
