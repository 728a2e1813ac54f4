//! A programme: one city's subsidy scheme for one year, with its rounds and pools.

use serde::{Deserialize, Serialize};
use vocabulary::{Bank, Fen, PoolId, ProgrammeId, RoundId, UnionId, UnionPath, Window};

use super::study::Season;

/// A programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programme {
    /// Such as `jinan-2021`.
    pub id: ProgrammeId,
    /// Its title, in Chinese.
    pub title: String,
    /// The year whose new entrants count.
    pub year: i32,
    /// Its rounds, in order of time.
    pub rounds: Vec<Round>,
    /// Its pools, widest scope first.
    pub pools: Vec<Pool>,
    /// Where people can ask.
    pub help_lines: Vec<HelpLine>,
    /// Which reading of the notice holds.
    pub settings: Settings,
}

/// A round (批次).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Round {
    /// `spring` or `autumn`: the season of entry decides the round.
    pub id: RoundId,
    /// Its name, in Chinese.
    pub name: String,
    /// When applications are taken.
    pub apply: Window,
    /// When they are reviewed.
    pub review: Window,
}

/// A pool (补助名额): seats that one union funds for its subtree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// Such as `city`.
    pub id: PoolId,
    /// Its name, in Chinese.
    pub name: String,
    /// The union that funds it.
    pub union_id: UnionId,
    /// That union's path: its subtree is the pool's scope.
    pub union_path: UnionPath,
    /// Its seats.
    pub seats: i64,
    /// What each holder gets.
    pub amount: Fen,
}

/// A telephone where people are helped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "HelpLineText")]
pub struct HelpLine {
    /// Whose it is: at most 40 characters.
    pub name: String,
    /// The number, such as `0531-76891124` or `4000123318转0`: at most 32 characters, and a phone can dial its beginning.
    pub phone: String,
}

/// A help line as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HelpLineText {
    name: String,
    phone: String,
}

/// What is no help line.
#[derive(Debug, thiserror::Error)]
#[error("a help line has a name of 1 to 40 characters and a number of 3 to 32 that begins with a digit")]
pub struct NoHelpLine;

impl TryFrom<HelpLineText> for HelpLine {
    type Error = NoHelpLine;

    fn try_from(HelpLineText { name, phone }: HelpLineText) -> Result<Self, NoHelpLine> {
        let has_name = (1..=40).contains(&name.chars().count());
        let has_phone =
            (3..=32).contains(&phone.chars().count()) && phone.starts_with(|c: char| c.is_ascii_digit());
        if has_name && has_phone { Ok(Self { name, phone }) } else { Err(NoHelpLine) }
    }
}

/// Which reading of the notice holds. A reading that is not built yet is refused when the file is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// one number of seats a year.
    pub seats_per: SeatsPer,
    /// once a year and once a level.
    pub once_per: OncePer,
    /// the submission gives the place in line.
    pub first_come_by: FirstComeBy,
    /// whose debit cards are paid to.
    pub accepted_banks: Vec<Bank>,
    /// numbers that begin so are virtual; identity refuses them.
    pub virtual_segments: Vec<String>,
    /// how large a file may be.
    pub max_file_bytes: usize,
    /// for how many months a CHSI report runs at least.
    pub chsi_months: u32,
    /// the residence permit comes with the ID card.
    pub residence_permit: ResidencePermit,
    /// what the worker gives their word on.
    pub four_things: Vec<FourThing>,
    /// until when corrections may be due.
    pub corrections_until: CorrectionsUntil,
    /// where one pool is full, the others are taken all the same.
    pub full_pool: FullPool,
    /// who only waits is reviewed all the same.
    pub review_without_seat: bool,
    /// money follows tuition.
    pub instalments: Instalments,
}

/// The readings that are built, one type for each question.
macro_rules! readings {
    ($($(#[$meta:meta])* $name:ident { $($variant:ident = $text:literal),+ })+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name {
            $(
                #[doc = concat!("`", $text, "`")]
                #[serde(rename = $text)]
                $variant,
            )+
        }
    )+};
}

readings! {
    /// What a number of seats is for.
    SeatsPer { Year = "year" }
    /// How often one may apply.
    OncePer { YearAndLevel = "year-and-level" }
    /// The moment that orders.
    FirstComeBy { Submission = "submission" }
    /// How the residence permit comes.
    ResidencePermit { WithIdCard = "with-id-card" }
    /// One of the four things.
    FourThing {
        PrintedAndChecked = "printed_and_checked",
        PhotoPasted = "photo_pasted",
        Signed = "signed",
        Stamped = "stamped"
    }
    /// The end of corrections.
    CorrectionsUntil { ReviewWindow = "review-window" }
    /// What happens where one pool is full.
    FullPool { TakeFree = "take-free-wait-for-rest" }
    /// How the money falls due.
    Instalments { InProportion = "in-proportion" }
}

impl Programme {
    /// The round of entrants of a season.
    pub fn round_of(&self, season: Season) -> Option<&Round> {
        self.rounds.iter().find(|round| round.id.as_str() == season.round())
    }

    /// A round by its id.
    pub fn round(&self, id: &RoundId) -> Option<&Round> {
        self.rounds.iter().find(|round| round.id == *id)
    }

    /// A pool by its id.
    pub fn pool(&self, id: &PoolId) -> Option<&Pool> {
        self.pools.iter().find(|pool| pool.id == *id)
    }
}
