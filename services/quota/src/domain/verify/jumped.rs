//! Whether somebody jumped the queue, by the rows of the tables alone: neither the law that gives seats nor the fold is asked, so
//! that a mistake in them shows here.

use std::collections::{BTreeMap, HashMap};

use vocabulary::{ApplicationId, UnionId};

use super::super::{Kind, Sequence};
use super::{Sits, Waits};

/// When everybody entered, as far as it shows who was served before whom.
#[derive(Debug, Default)]
pub struct Turns {
    /// Of those who ever changed their unions, when they entered the line of each. All others entered all of their lines
    /// when they came.
    moved: HashMap<ApplicationId, Vec<(UnionId, Sequence)>>,
    /// Whose place counts, and the operation that gave it.
    came: HashMap<ApplicationId, Sequence>,
    pools: BTreeMap<String, Turn>,
}

/// Who was served last in a pool, and who is to be served next.
#[derive(Debug, Default)]
struct Turn {
    last_seated: Option<Sequence>,
    first_waiting: Option<Sequence>,
    /// Someone holds a seat who stands in no line for it.
    has_stranger: bool,
}

impl Turns {
    /// A row of the journal of somebody who has moved, in order: what was asked, and not refused. In plain words, a body is
    /// the application, then for a RESERVE the person and the round, then the unions.
    pub fn hear(&mut self, seq: Sequence, kind: Kind, body: &str) {
        let mut words = body.split(' ');
        let Some(application) = words.next().and_then(|word| word.parse().ok()) else { return };
        let unions: Vec<UnionId> = words
            .skip(if kind == Kind::Reserve { 2 } else { 0 })
            .filter_map(|word| word.parse().ok())
            .collect();
        let before = self.moved.remove(&application).unwrap_or_default();
        let since =
            |union: &UnionId| before.iter().find(|(known, _)| known == union).map_or(seq, |one| one.1);
        self.moved.insert(application, unions.iter().map(|union| (*union, since(union))).collect());
    }

    /// Somebody whose place counts, and the operation that gave it. All of them are named before those who hold and wait: to join
    /// them in the tables has plans that never end.
    pub fn come(&mut self, who: ApplicationId, seq: Sequence) {
        self.came.insert(who, seq);
    }

    /// Those who hold a seat of a pool, which serves a union.
    pub fn hold(&mut self, pool: &str, union: UnionId, rows: &[Sits]) {
        for row in rows {
            let entered = self.entered(union, row.application);
            let turn = self.pools.entry(pool.to_owned()).or_default();
            turn.last_seated = turn.last_seated.max(entered);
            turn.has_stranger |= entered.is_none();
        }
    }

    /// Those who wait in a pool, which serves a union.
    pub fn wait(&mut self, pool: &str, union: UnionId, rows: &[Waits]) {
        for row in rows {
            let Some(entered) = self.entered(union, row.application) else { continue };
            let turn = self.pools.entry(pool.to_owned()).or_default();
            turn.first_waiting = Some(turn.first_waiting.map_or(entered, |first| first.min(entered)));
        }
    }

    fn entered(&self, union: UnionId, who: ApplicationId) -> Option<Sequence> {
        let came = *self.came.get(&who)?;
        let Some(unions) = self.moved.get(&who) else { return Some(came) };
        unions.iter().find(|(known, _)| *known == union).map(|(_, entered)| *entered)
    }

    /// The pools of which somebody holds a seat though another, who entered before, waits.
    pub fn jumped(&self) -> impl Iterator<Item = &str> {
        let jumped = self.pools.iter().filter(|(_, turn)| {
            let passed = turn.last_seated.zip(turn.first_waiting).is_some_and(|(last, first)| first < last);
            passed || turn.has_stranger
        });
        jumped.map(|(pool, _)| pool.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POOL: &str = "city";

    fn somebody(turns: &mut Turns, came: i64) -> ApplicationId {
        let application = ApplicationId::new();
        turns.come(application, came.into());
        application
    }

    fn hold(turns: &mut Turns, union: UnionId, who: &[ApplicationId]) {
        let rows: Vec<_> = who.iter().map(|who| Sits { seat: 1, application: *who }).collect();
        turns.hold(POOL, union, &rows);
    }

    fn wait(turns: &mut Turns, union: UnionId, who: ApplicationId) {
        turns.wait(POOL, union, &[Waits { entered: 1.into(), application: who }]);
    }

    #[test]
    fn who_came_before_one_that_is_seated_does_not_wait() {
        let city = UnionId::new();
        let mut turns = Turns::default();
        let [sixth, fifth, seventh, eighth] = [6, 5, 7, 8].map(|came| somebody(&mut turns, came));
        hold(&mut turns, city, &[fifth, seventh]);
        wait(&mut turns, city, eighth);
        assert_eq!(turns.jumped().next(), None);
        wait(&mut turns, city, sixth);
        assert_eq!(turns.jumped().next(), Some(POOL));
    }

    #[test]
    fn who_has_moved_entered_new_lines_by_the_move() {
        let (city, district) = (UnionId::new(), UnionId::new());
        let person = vocabulary::WorkerId::new();
        let mut turns = Turns::default();
        let [mover, third] = [2, 3].map(|came| somebody(&mut turns, came));
        turns.hear(2.into(), Kind::Reserve, &format!("{mover} {person} spring {city}"));
        turns.hear(9.into(), Kind::Move, &format!("{mover} {district} {city}"));
        hold(&mut turns, city, &[mover]);
        wait(&mut turns, city, third);
        assert_eq!(turns.jumped().next(), None, "it kept its place in the city's line");
        hold(&mut turns, district, &[mover]);
        assert_eq!(turns.jumped().next(), Some(POOL), "and came last into the district's");
    }

    #[test]
    fn who_holds_a_seat_stands_in_line() {
        let mut turns = Turns::default();
        hold(&mut turns, UnionId::new(), &[ApplicationId::new()]);
        assert_eq!(turns.jumped().next(), Some(POOL));
    }
}
