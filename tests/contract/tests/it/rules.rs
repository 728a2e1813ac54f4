//! Every rule of the domain has a test that names it.

use std::collections::BTreeSet;

use vocabulary::Rule;

use crate::sources;

/// Rules of which nothing is built yet, so that there is nothing to test.
const NOT_BUILT: [&str; 9] = ["R-09", "R-33", "R-37", "R-45", "R-47", "R-49", "R-50", "R-51", "R-52"];

/// A rule that nobody tests is a wish.
#[test]
fn every_rule_that_is_built_is_named_by_a_test() {
    let sources = sources::below(&["libs", "services", "tests", "xtask"]);
    let named: BTreeSet<String> = sources.iter().flat_map(|source| rules_of_tests(source)).collect();
    let all = Rule::ALL.iter().map(ToString::to_string);
    let missing: Vec<_> =
        all.filter(|rule| !named.contains(rule) && !NOT_BUILT.contains(&rule.as_str())).collect();
    assert!(missing.is_empty(), "no test names {missing:?}");
}

/// The rules in the doc lines right above `#[test]` and its like.
fn rules_of_tests(source: &str) -> BTreeSet<String> {
    let (mut above, mut rules) = (BTreeSet::new(), BTreeSet::new());
    for line in source.lines().map(str::trim) {
        if let Some(doc) = line.strip_prefix("///") {
            above.extend(rules_in(doc));
        } else if line.starts_with("#[test")
            || line.starts_with("#[tokio::test")
            || line.starts_with("#[rstest")
        {
            rules.append(&mut above);
        } else if !line.starts_with("#[") {
            above.clear();
        }
    }
    rules
}

/// `R-14`, wherever it stands.
fn rules_in(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|character: char| !character.is_ascii_alphanumeric() && character != '-');
    words.filter(|word| word.len() == 4 && word.starts_with("R-")).map(str::to_owned)
}
