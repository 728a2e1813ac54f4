//! Every refusal there is, is reached by a test.

use std::collections::BTreeSet;

use refusal::Reason;

use crate::sources;

/// A refusal that no test reaches may be worded wrongly, or be one that nobody can get.
#[test]
fn every_reason_is_asserted_by_a_test() {
    let sources = sources::of_tests();
    let asserted: BTreeSet<&str> = sources.iter().flat_map(|source| asserted(source)).collect();

    let all = Reason::all().iter().map(|reason| format!("{reason:?}"));
    let missing: Vec<_> = all.filter(|reason| !asserted.contains(reason.as_str())).collect();
    assert!(missing.is_empty(), "no test reaches {missing:?}");
}

/// The reasons in statements that assert something; the story's `.refused(…)` does too.
fn asserted(source: &str) -> impl Iterator<Item = &str> {
    let statements = source.split(';').filter(|one| one.contains("assert") || one.contains(".refused("));
    statements.flat_map(reasons)
}

fn reasons(statement: &str) -> impl Iterator<Item = &str> {
    let whole = |at: &usize| !statement[..*at].ends_with(|before: char| before.is_ascii_alphanumeric());
    let found = statement.match_indices("Reason::").filter(move |(at, _)| whole(at));
    found.map(|(at, word)| {
        let rest = &statement[at + word.len()..];
        rest.split(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap_or(rest)
    })
}
