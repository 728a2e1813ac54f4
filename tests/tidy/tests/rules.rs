//! Rules are named where they are kept: in the law, the refusal and the test.

use std::collections::BTreeSet;

use tidy::{expect_none, files};

#[test]
fn every_rule_named_is_a_rule_of_the_domain() {
    let known = rules_in(&domain());
    let offences = files(&[".rs", ".proto", ".sql"]).into_iter().flat_map(|file| {
        let unknown: Vec<String> = rules_in(&file.text).difference(&known).cloned().collect();
        unknown.into_iter().map(move |rule| format!("{}: {rule}", file.path))
    });
    expect_none("docs/DOMAIN.md holds every rule that code, contracts and tables name", offences);
}

fn domain() -> String {
    files(&["DOMAIN.md"]).into_iter().map(|file| file.text).collect()
}

/// Every `R-01` … in a text.
fn rules_in(text: &str) -> BTreeSet<String> {
    text.match_indices("R-")
        .filter_map(|(at, _)| {
            let digits: String = text[at + 2..].chars().take_while(char::is_ascii_digit).collect();
            (digits.len() == 2).then(|| format!("R-{digits}"))
        })
        .collect()
}
