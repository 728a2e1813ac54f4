//! Who was started by whom, from `/proc`.

use std::collections::BTreeMap;
use std::fs;

use rustix::process::{Pid, Signal, kill_process};

/// A process, told apart by the tick it started at from a later one that was given the same id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Member {
    id: u32,
    parent: u32,
    started: u64,
}

impl Member {
    /// Signals it, if it is still there.
    pub(super) fn signal(&self, signal: Signal) {
        if let Some(id) = Pid::from_raw(self.id.cast_signed())
            && self.is_alive()
        {
            let _ = kill_process(id, signal);
        }
    }

    /// Whether it still runs; a zombie that nobody has waited for does not.
    pub(super) fn is_alive(&self) -> bool {
        read(self.id).is_some_and(|now| now.started == self.started)
    }
}

/// Everything that the process has started, directly or not.
pub(super) fn below(root: u32) -> Vec<Member> {
    let mut children: BTreeMap<u32, Vec<Member>> = BTreeMap::new();
    for member in everybody() {
        children.entry(member.parent).or_default().push(member);
    }
    let mut found = children.remove(&root).unwrap_or_default();
    let mut next = 0;
    while let Some(member) = found.get(next) {
        let below = children.remove(&member.id).unwrap_or_default();
        found.extend(below);
        next += 1;
    }
    found
}

/// The tick that the process started at, while it runs.
pub(super) fn started(id: u32) -> Option<u64> {
    read(id).map(|member| member.started)
}

fn everybody() -> impl Iterator<Item = Member> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| read(entry.file_name().to_str()?.parse().ok()?))
}

/// The fields of `/proc/<id>/stat`, of which the second, the name, may itself hold blanks and brackets.
fn read(id: u32) -> Option<Member> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let mut fields = text.rsplit_once(')')?.1.split_whitespace();
    if fields.next()? == "Z" {
        return None;
    }
    let parent = fields.next()?.parse().ok()?;
    let started = fields.nth(17)?.parse().ok()?;
    Some(Member { id, parent, started })
}

#[cfg(test)]
mod tests {
    use std::process;

    use super::*;

    #[test]
    fn a_process_is_below_its_parent() {
        let own = read(process::id()).unwrap();

        assert!(own.is_alive());
        assert!(below(own.parent).contains(&own));
        assert!(!Member { started: own.started + 1, ..own }.is_alive());
    }
}
