//! What happened to an application, told to the worker.

use chrono::{DateTime, Utc};

/// Kinds of happening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimelineKind {
    /// Submitted, with a place.
    Submitted,
    /// A step passed it.
    StepPassed,
    /// Returned for correction.
    Returned,
    /// The correction was sent.
    Corrected,
    /// Rejected.
    Rejected,
    /// Finally approved.
    Approved,
    /// Got a seat from a waiting list.
    Promoted,
    /// A grant was opened.
    Granted,
    /// An instalment was paid.
    Paid,
    /// Withdrawn by the worker.
    Withdrawn,
    /// Not corrected in time.
    Expired,
}

/// One happening, as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineEntry {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub kind: TimelineKind,
    /// The same in Chinese.
    pub text: String,
}

/// One happening, with what its text needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// It was submitted.
    Submitted {
        /// The arrival number.
        arrival_number: i64,
    },
    /// A union, or the Culture Centre, passed it.
    StepPassed {
        /// Who.
        by: String,
    },
    /// A union asked for a correction.
    Returned {
        /// Who.
        by: String,
        /// What is to be corrected.
        correction: String,
        /// The last day for it.
        correct_by: String,
    },
    /// The correction was sent.
    Corrected,
    /// It was rejected.
    Rejected {
        /// Why.
        reason: String,
    },
    /// It was finally approved.
    Approved,
    /// It got a seat.
    Promoted {
        /// The pool's name.
        pool: String,
        /// The seat.
        seat_number: i64,
    },
    /// Money was put aside for it.
    Granted {
        /// The pool's name.
        pool: String,
        /// How much, in yuan.
        amount: String,
    },
    /// Money was paid.
    Paid {
        /// How much, in yuan.
        amount: String,
    },
    /// The worker withdrew it.
    Withdrawn,
    /// Its correction was not made in time.
    Expired,
}

impl Happened {
    /// What kind of happening it is.
    pub const fn kind(&self) -> TimelineKind {
        match self {
            Self::Submitted { .. } => TimelineKind::Submitted,
            Self::StepPassed { .. } => TimelineKind::StepPassed,
            Self::Returned { .. } => TimelineKind::Returned,
            Self::Corrected => TimelineKind::Corrected,
            Self::Rejected { .. } => TimelineKind::Rejected,
            Self::Approved => TimelineKind::Approved,
            Self::Promoted { .. } => TimelineKind::Promoted,
            Self::Granted { .. } => TimelineKind::Granted,
            Self::Paid { .. } => TimelineKind::Paid,
            Self::Withdrawn => TimelineKind::Withdrawn,
            Self::Expired => TimelineKind::Expired,
        }
    }

    /// The text for the worker.
    pub fn text(&self) -> String {
        match self {
            Self::Submitted { arrival_number } => format!("申请已提交，先到序号{arrival_number}"),
            Self::StepPassed { by } => format!("{by}审核通过"),
            Self::Returned { by, correction, correct_by } => {
                format!("{by}退回补正，请于{correct_by}前补正：{correction}")
            }
            Self::Corrected => "补正已提交".to_owned(),
            Self::Rejected { reason } => format!("审核未通过：{reason}"),
            Self::Approved => "终审通过".to_owned(),
            Self::Promoted { pool, seat_number } => format!("候补成功：{pool}第{seat_number}号名额"),
            Self::Granted { pool, amount } => format!("{pool}补助资格已确立，金额{amount}元"),
            Self::Paid { amount } => format!("补助已发放{amount}元"),
            Self::Withdrawn => "申请已撤回".to_owned(),
            Self::Expired => "补正期限已过，申请失效".to_owned(),
        }
    }

    /// What the worker is told at once, on their channel; nothing of what they did themselves.
    pub const fn is_told(&self) -> bool {
        matches!(
            self,
            Self::Returned { .. }
                | Self::Rejected { .. }
                | Self::Approved
                | Self::Promoted { .. }
                | Self::Paid { .. }
                | Self::Expired
        )
    }
}

impl TimelineKind {
    /// As tables and messages name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "SUBMITTED",
            Self::StepPassed => "STEP_PASSED",
            Self::Returned => "RETURNED",
            Self::Corrected => "CORRECTED",
            Self::Rejected => "REJECTED",
            Self::Approved => "APPROVED",
            Self::Promoted => "PROMOTED",
            Self::Granted => "GRANTED",
            Self::Paid => "PAID",
            Self::Withdrawn => "WITHDRAWN",
            Self::Expired => "EXPIRED",
        }
    }

    /// The kind of this name.
    pub fn read(name: &str) -> Option<Self> {
        const ALL: [TimelineKind; 11] = [
            TimelineKind::Submitted,
            TimelineKind::StepPassed,
            TimelineKind::Returned,
            TimelineKind::Corrected,
            TimelineKind::Rejected,
            TimelineKind::Approved,
            TimelineKind::Promoted,
            TimelineKind::Granted,
            TimelineKind::Paid,
            TimelineKind::Withdrawn,
            TimelineKind::Expired,
        ];
        ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}
