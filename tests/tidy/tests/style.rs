//! The style rules that a program can check.

use tidy::{File, expect_none, files};

#[test]
fn files_stay_readable() {
    let long = files(&[".rs"]).into_iter().filter_map(|file| {
        let lines = file.text.lines().count();
        (lines > 400).then(|| format!("{}: {lines} lines", file.path))
    });
    expect_none("docs/STYLE.md: files aim at 150 lines and stop at 400", long);
}

#[test]
fn modules_open_with_their_promise() {
    let silent =
        files(&[".rs"]).into_iter().filter(|file| !file.text.starts_with("//!")).map(|file| file.path);
    expect_none("docs/STYLE.md: each module opens with `//!` and one promise", silent);
}

#[test]
fn tests_are_sentences() {
    let offences = each_line(&files(&[".rs"]), |line| {
        line.trim_start().starts_with(&["fn test", "_"].concat())
            || line.contains(&["async fn test", "_"].concat())
    });
    expect_none("docs/STYLE.md: tests are sentences without `test_`", offences);
}

#[test]
fn nothing_is_unfinished_or_switched_off() {
    let words = [
        ["todo", "!("].concat(),
        ["unimplemented", "!("].concat(),
        ["#[", "ignore"].concat(),
        ["FIX", "ME"].concat(),
        ["X", "XX"].concat(),
        ["TO", "DO"].concat(),
    ];
    let offences = each_line(&files(&[".rs", ".sql", ".proto", ".toml", ".md", ".yaml"]), |line| {
        let skipped_example = line.contains(&"`".repeat(3)) && line.contains("ignore");
        skipped_example || words.iter().any(|word| line.contains(word.as_str()))
    });
    expect_none(
        "CONTRIBUTING.md: a call, an event or a rule that is not built is absent, and no test is switched off",
        offences,
    );
}

#[test]
fn names_say_what_a_thing_does() {
    let offences = files(&[".rs"]).into_iter().map(|file| file.path).filter(|path| {
        ["utils", "helpers", "helper", "common", "manager", "misc"]
            .iter()
            .any(|word| path.split(['/', '.']).any(|part| part == *word))
    });
    expect_none("docs/STYLE.md: no manager, helper, utils", offences);
}

#[test]
fn the_project_speaks_of_itself_alone() {
    let words = [
        ["/wo", "rk/"].concat(),
        ["/ro", "ot/"].concat(),
        ["sub", "agent"].concat(),
        ["/ho", "me/"].concat(),
    ];
    let shown = files(&[".rs", ".sql", ".proto", ".toml", ".md", ".yaml", ".json", ".sh", "run"]);
    let offences = each_line(&shown, |line| words.iter().any(|word| line.contains(word.as_str())));
    expect_none("CONTRIBUTING.md: no path of one machine in code, docs or notes", offences);
}

#[test]
fn unsafe_things_have_reasons() {
    let offences = each_line(&files(&[".rs"]), |line| {
        let line = line.trim_start();
        (line.starts_with("#[allow(") || line.starts_with("#![allow("))
            && line.ends_with(")]")
            && !line.contains("reason")
    });
    expect_none(
        "docs/STYLE.md: a lint is set aside only with its reason, by #[expect(…, reason = …)]",
        offences,
    );
}

fn each_line(files: &[File], bad: impl Fn(&str) -> bool) -> Vec<String> {
    let mut offences = Vec::new();
    for file in files {
        offences.extend(
            file.lines()
                .filter(|(_, line)| bad(line))
                .map(|(number, line)| format!("{}:{number}: {}", file.path, line.trim())),
        );
    }
    offences
}
