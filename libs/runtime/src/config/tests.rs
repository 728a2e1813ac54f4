//! All errors at once, from every source, without showing a value.

use std::ffi::OsString;
use std::num::NonZeroU32;

use super::*;
use crate::settings;

settings! {
    /// A part.
    struct Part {
        /// A number.
        count: u32 [required],
        /// Another, with a default.
        limit: NonZeroU32 = const { NonZeroU32::new(7).unwrap() },
    }
}

settings! {
    /// The whole.
    struct Whole {
        /// A name.
        name: String [required],
        /// A secret.
        password: Secret [required],
        /// May be absent.
        note: String [optional],
        /// A section.
        part: Part [section],
    }
}

fn source(file: &str, environment: &[(&str, &str)]) -> Source {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    std::fs::write(&path, file).unwrap();
    let variables = environment.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
    Source::new(Some(&path), variables)
}

fn problems(file: &str, environment: &[(&str, &str)]) -> Vec<(String, String)> {
    let errors = read::<Whole>(source(file, environment)).unwrap_err();
    errors.0.into_iter().map(|problem| (problem.key, problem.what)).collect()
}

#[test]
fn the_environment_wins_over_the_file() {
    let environment = [
        ("YUANMENG_PART__COUNT", "3"),
        ("YUANMENG_PASSWORD__X", ""),
        ("PATH", "/bin"),
        ("YUANMENG_CONFIG", "x"),
    ];
    let file = "name = \"12\"\npassword = \"p\"\n[part]\ncount = 1";
    let whole: Whole = read(source(file, &[environment[0], environment[2], environment[3]])).unwrap();
    assert_eq!((whole.name.as_str(), whole.part.count, whole.part.limit.get()), ("12", 3, 7));
    assert_eq!((whole.password.expose().as_str(), whole.note), ("p", None));
}

#[test]
fn what_must_not_be_none_is_refused_at_zero() {
    let refused = |file: &str, environment: &[(&str, &str)]| {
        let file = format!("name = \"n\"\npassword = \"p\"\n[part]\ncount = 1\n{file}");
        problems(&file, environment).into_iter().map(|(key, _)| key).collect::<Vec<_>>()
    };
    assert_eq!(refused("limit = 0", &[]), ["part.limit"]);
    assert_eq!(refused("", &[("YUANMENG_PART__LIMIT", "0")]), ["part.limit"]);
}

#[test]
fn a_secret_comes_from_a_file_and_is_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("password");
    std::fs::write(&secret, "12345\n").unwrap();
    let mut with_password = source("name = \"a\"\n[part]\ncount = 1", &[]);
    let variable = [(OsString::from("YUANMENG_DATABASE__PASSWORD_FILE"), secret.clone().into_os_string())];
    let from_file = Source::new(None, variable);
    let password = from_file.values["database"].find_ref("password").unwrap().clone();
    with_password.values.insert("password".to_owned(), password);

    let whole: Whole = read(with_password).unwrap();

    assert_eq!(whole.password.expose(), "12345");
    assert!(!format!("{whole:?}").contains("12345"));
}

#[test]
fn all_errors_are_told_at_once() {
    let problems = problems("part = { count = \"many\", colour = 1 }\nshape = \"round\"", &[]);
    let keys: Vec<&str> = problems.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["name", "password", "part.count", "part.colour", "shape"]);
    assert!(problems[2].1.starts_with("expected"), "{problems:?}");
    assert!(!format!("{problems:?}").contains("many"), "no value is shown: {problems:?}");
}

#[test]
fn a_file_that_is_not_there_is_told() {
    let missing = [(OsString::from("YUANMENG_PART__COUNT_FILE"), OsString::from("/nowhere"))];
    let errors = read::<Whole>(Source::new(Some("nowhere.toml".as_ref()), missing)).unwrap_err();
    assert!(
        errors.to_string().contains("nowhere.toml") && errors.to_string().contains("part.count"),
        "{errors}"
    );
}
