//! What can be studied.

use vocabulary::{Fen, OfferingId};

/// Something to study.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offering {
    /// Its id.
    pub id: OfferingId,
    /// What it is.
    pub terms: Terms,
}

/// What an offering is, without its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The institution's national code, five digits.
    pub institution_code: String,
    /// The institution's name.
    pub institution_name: String,
    /// The major.
    pub major: String,
    /// The level it leads to.
    pub level: Level,
    /// How it is studied.
    pub study_form: StudyForm,
    /// How long it takes.
    pub length_months: i32,
    /// The whole tuition.
    pub tuition: Fen,
}

/// Institution, major, level and form of study.
pub type OfferingKey<'a> = (&'a str, &'a str, Level, StudyForm);

impl Terms {
    /// What tells it apart from other offerings, whatever its terms.
    pub fn key(&self) -> OfferingKey<'_> {
        (&self.institution_code, &self.major, self.level, self.study_form)
    }
}

/// Words that tables know by a name.
macro_rules! named {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// As tables name it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// The word of this name.
            pub fn read(name: &str) -> Option<Self> {
                match name {
                    $($text => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

pub(super) use named;

named! {
    /// Levels of education.
    Level {
        /// 中专
        Secondary = "secondary",
        /// 大专
        JuniorCollege = "junior_college",
        /// 本科
        Bachelor = "bachelor",
        /// 硕士研究生
        Master = "master",
        /// 博士研究生
        Doctor = "doctor",
    }
}

named! {
    /// Forms of study.
    StudyForm {
        /// 函授
        Correspondence = "correspondence",
        /// 业余
        PartTime = "part_time",
        /// 开放教育
        Open = "open",
        /// 全日制
        FullTime = "full_time",
        /// 自学考试
        SelfTaught = "self_taught",
    }
}

/// Which offerings a list is of.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of one institution.
    pub institution_code: Option<String>,
    /// Of one level.
    pub level: Option<Level>,
}

/// Where a page goes on: the last one's place in the order.
#[derive(Debug, Clone)]
pub struct After {
    /// Its institution.
    pub institution_code: String,
    /// Its level, as tables name it.
    pub level: String,
    /// Its major.
    pub major: String,
    /// Its id.
    pub id: OfferingId,
}
