//! The sources of all tests, for what is asserted about the tests themselves.

use std::fs;
use std::path::Path;

/// What every Rust file of tests proper says: below a folder called `tests`, over real doors.
pub fn of_tests() -> Vec<String> {
    let mut sources = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for parent in ["libs", "services"] {
        for entry in fs::read_dir(root.join(parent)).unwrap() {
            let tests = entry.unwrap().path().join("tests");
            if tests.is_dir() {
                read(&tests, &mut sources);
            }
        }
    }
    read(&root.join("tests"), &mut sources);
    sources
}

/// What every Rust file below these folders of the project says.
pub fn below(folders: &[&str]) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut sources = Vec::new();
    for folder in folders {
        read(&root.join(folder), &mut sources);
    }
    sources
}

fn read(folder: &Path, sources: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            read(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push(fs::read_to_string(&path).unwrap());
        }
    }
}
