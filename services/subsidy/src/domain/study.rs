//! What the worker studies, as enrollment says it.

use serde::{Deserialize, Serialize};
use vocabulary::{Day, EnrollmentId, Fen, UnionId};

/// An enrollment, as far as an application needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Study {
    /// The enrollment.
    pub enrollment_id: EnrollmentId,
    /// The school.
    pub institution: String,
    /// The major.
    pub major: String,
    /// The level it leads to.
    pub level: Level,
    /// How it is studied, in Chinese.
    pub form: String,
    /// How long it takes.
    pub length_months: i32,
    /// The whole tuition.
    pub tuition: Fen,
    /// The season of entry, which decides the round.
    pub season: Season,
    /// The day of entry.
    pub entered_on: Day,
    /// The worker's unit union, where the unit has one in the tree.
    pub unit_union: Option<UnionId>,
    /// The chosen union.
    pub chosen_union: UnionId,
    /// Whether the union has agreed to the major.
    pub major_agreed: bool,
}

/// Levels of education.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 中专
    Secondary,
    /// 大专
    JuniorCollege,
    /// 本科
    Bachelor,
    /// 硕士研究生
    Master,
    /// 博士研究生
    Doctor,
}

/// Seasons of entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Season {
    /// 春季
    Spring,
    /// 秋季
    Autumn,
}

impl Study {
    /// The union under which the worker stands in line and in lists: the unit's own, or the chosen one.
    pub fn standing_union(&self) -> UnionId {
        self.unit_union.unwrap_or(self.chosen_union)
    }
}

impl Level {
    /// Only junior college and above counts.
    pub const fn is_subsidised(self) -> bool {
        !matches!(self, Self::Secondary)
    }

    /// As tables name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Secondary => "secondary",
            Self::JuniorCollege => "junior_college",
            Self::Bachelor => "bachelor",
            Self::Master => "master",
            Self::Doctor => "doctor",
        }
    }

    /// As the form says it.
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::Secondary => "中专",
            Self::JuniorCollege => "大专",
            Self::Bachelor => "本科",
            Self::Master => "硕士研究生",
            Self::Doctor => "博士研究生",
        }
    }
}

impl Season {
    /// The round of entrants of this season.
    pub const fn round(self) -> &'static str {
        match self {
            Self::Spring => "spring",
            Self::Autumn => "autumn",
        }
    }

    /// As the form says it.
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::Spring => "春季",
            Self::Autumn => "秋季",
        }
    }
}
