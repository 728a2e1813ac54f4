//! The programme as an operator writes it, and the difference that applying it would make.

use serde::Deserialize;
use vocabulary::{Fen, PoolId, ProgrammeId};

use super::programme::{HelpLine, Programme, Round, Settings};

/// A programme file. A pool names the union that funds it by its administrative code.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgrammeFile {
    /// Such as `jinan-2021`.
    pub id: ProgrammeId,
    /// Its title, in Chinese.
    pub title: String,
    /// The year whose new entrants count.
    pub year: i32,
    /// Its rounds.
    pub rounds: Vec<Round>,
    /// Its pools.
    pub pools: Vec<PoolPlan>,
    /// Where people can ask.
    pub help_lines: Vec<HelpLine>,
    /// Which reading of the notice holds.
    pub settings: Settings,
}

/// A pool, as the file has it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolPlan {
    /// Such as `city`.
    pub id: PoolId,
    /// Its name, in Chinese.
    pub name: String,
    /// The administrative code of the union that funds it.
    pub funded_by: String,
    /// Its seats.
    pub seats: i64,
    /// What each holder gets.
    pub amount_fen: Fen,
}

impl Programme {
    /// What applying this programme would change, a line each; nothing where it is as it was.
    pub fn difference(&self, before: Option<&Self>) -> Vec<String> {
        let Some(before) = before else { return self.as_new() };
        let mut lines = Vec::new();
        let mut changed = |what: String, was: String, is: String| {
            if was != is {
                lines.push(format!("~ {what}: {was} -> {is}"));
            }
        };
        changed("title".to_owned(), before.title.clone(), self.title.clone());
        changed("year".to_owned(), before.year.to_string(), self.year.to_string());
        changed("help lines".to_owned(), help_lines(before), help_lines(self));
        changed("settings".to_owned(), format!("{:?}", before.settings), format!("{:?}", self.settings));
        for round in &self.rounds {
            let was = before.round(&round.id).map_or_else(|| "none".to_owned(), windows);
            changed(format!("round {}", round.id), was, windows(round));
        }
        for pool in &self.pools {
            let was = before.pool(&pool.id).map_or_else(|| "none".to_owned(), seats);
            changed(format!("pool {}", pool.id), was, seats(pool));
        }
        lines
    }

    fn as_new(&self) -> Vec<String> {
        let mut lines = vec![format!("+ programme {} ({}, {})", self.id, self.title, self.year)];
        lines.extend(self.rounds.iter().map(|round| format!("+ round {}: {}", round.id, windows(round))));
        lines.extend(self.pools.iter().map(|pool| format!("+ pool {}: {}", pool.id, seats(pool))));
        lines
    }

    /// What cannot be changed once the programme is there, though the file would: rounds and pools that are gone, the
    /// year, and what a pool is.
    pub fn conflicts(&self, before: &Self) -> Vec<String> {
        let mut conflicts = Vec::new();
        if self.year != before.year {
            conflicts.push("the year of a programme never changes".to_owned());
        }
        for round in before.rounds.iter().filter(|round| self.round(&round.id).is_none()) {
            conflicts.push(format!("round {} is in use and cannot be left out", round.id));
        }
        for old in &before.pools {
            match self.pool(&old.id) {
                None => conflicts.push(format!("pool {} is in use and cannot be left out", old.id)),
                Some(new) if new.union_id != old.union_id || new.amount != old.amount => {
                    conflicts.push(format!("pool {} keeps its union and its amount", old.id));
                }
                Some(_) => {}
            }
        }
        conflicts
    }
}

fn windows(round: &Round) -> String {
    let (apply, review) = (round.apply, round.review);
    format!(
        "{}, apply {} to {}, review {} to {}",
        round.name,
        apply.first(),
        apply.last(),
        review.first(),
        review.last()
    )
}

fn seats(pool: &super::Pool) -> String {
    format!("{}, {} seats of {} yuan, union {}", pool.name, pool.seats, pool.amount, pool.union_id)
}

fn help_lines(programme: &Programme) -> String {
    let lines: Vec<String> =
        programme.help_lines.iter().map(|line| format!("{} {}", line.name, line.phone)).collect();
    lines.join(", ")
}
