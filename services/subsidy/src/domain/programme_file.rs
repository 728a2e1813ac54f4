//! The programme as an operator writes it, and the difference that applying it would make.

use chrono::{DateTime, Utc};
use refusal::MAX_HELP_LINES;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use toml::{Spanned, Value};
use vocabulary::{Fen, PoolId, ProgrammeId};

use super::programme::{HelpLine, Programme, Round, Settings};

/// A programme file. A pool names the union that funds it by its administrative code.
#[derive(Debug, Clone)]
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

/// A file as it was read: each part is right or wrong for itself.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Draft {
    id: Part<ProgrammeId>,
    title: Part<String>,
    year: Part<i32>,
    rounds: Vec<Part<Round>>,
    pools: Vec<Part<PoolPlan>>,
    help_lines: Vec<Part<HelpLine>>,
    settings: Part<Settings>,
}

/// A part of a file, with where it begins. One that is wrong does not keep the others from being looked at.
struct Part<T> {
    begins_at: usize,
    content: Result<T, toml::de::Error>,
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Part<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let value = Spanned::<Value>::deserialize(from)?;
        Ok(Self { begins_at: value.span().start, content: T::deserialize(value.into_inner()) })
    }
}

impl ProgrammeFile {
    /// Reads a file. Every part that is wrong is told, each with its line.
    pub fn read(text: &str) -> Result<Self, Vec<String>> {
        let draft: Draft = toml::from_str(text).map_err(|error| vec![error.to_string()])?;
        let mut wrong = Vec::new();
        let id = draft.id.take(text, &mut wrong);
        let title = draft.title.take(text, &mut wrong);
        let year = draft.year.take(text, &mut wrong);
        let rounds = take_each(draft.rounds, text, &mut wrong);
        let pools = take_each(draft.pools, text, &mut wrong);
        let help_lines = take_each(draft.help_lines, text, &mut wrong);
        // Every refusal carries them all.
        if help_lines.len() > MAX_HELP_LINES {
            wrong.push(format!("a programme has at most {MAX_HELP_LINES} help lines"));
        }
        let settings = draft.settings.take(text, &mut wrong);
        match (id, title, year, settings) {
            (Some(id), Some(title), Some(year), Some(settings)) if wrong.is_empty() => {
                Ok(Self { id, title, year, rounds, pools, help_lines, settings })
            }
            _ => Err(wrong),
        }
    }
}

impl<T> Part<T> {
    /// What it says, or nothing and a note of what is wrong.
    fn take(self, text: &str, wrong: &mut Vec<String>) -> Option<T> {
        let line = 1 + text[..self.begins_at].matches('\n').count();
        let note = |error: toml::de::Error| {
            let told = error.to_string().trim_end().replace('\n', " ");
            wrong.push(format!("the part that begins in line {line}: {told}"));
        };
        self.content.map_err(note).ok()
    }
}

fn take_each<T>(parts: Vec<Part<T>>, text: &str, wrong: &mut Vec<String>) -> Vec<T> {
    parts.into_iter().filter_map(|part| part.take(text, wrong)).collect()
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

    /// What quota would refuse in any programme: rounds that take applications at the same time.
    pub fn overlaps(&self) -> Vec<String> {
        let mut rounds: Vec<&Round> = self.rounds.iter().collect();
        rounds.sort_by_key(|round| round.apply.first());
        let pairs = rounds.windows(2).filter(|pair| pair[1].apply.first() <= pair[0].apply.last());
        pairs.map(|pair| format!("rounds {} and {} are open together", pair[0].id, pair[1].id)).collect()
    }

    /// What cannot be changed once the programme is there, though the file would: rounds and pools that are gone, days
    /// that have passed, the year, and what a pool is.
    pub fn conflicts(&self, before: &Self, now: DateTime<Utc>) -> Vec<String> {
        let mut conflicts = Vec::new();
        if self.year != before.year {
            conflicts.push("the year of a programme never changes".to_owned());
        }
        for old in &before.rounds {
            match self.round(&old.id) {
                None => conflicts.push(format!("round {} is in use and cannot be left out", old.id)),
                Some(new) => conflicts.extend(moved(old, new, now)),
            }
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

/// a moment that has passed does not move, and no other is moved to where it has passed.
fn moved(old: &Round, new: &Round, now: DateTime<Utc>) -> Vec<String> {
    let is_late = |was: DateTime<Utc>, is: DateTime<Utc>| was != is && (was <= now || is <= now);
    let mut conflicts = Vec::new();
    if is_late(old.apply.opens_at(), new.apply.opens_at()) {
        conflicts.push(format!("round {} keeps the day on which it opened", old.id));
    }
    if is_late(old.apply.closes_at(), new.apply.closes_at()) {
        conflicts.push(format!("round {} keeps the day on which it closed", old.id));
    }
    conflicts
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
