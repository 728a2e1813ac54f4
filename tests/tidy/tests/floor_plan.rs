//! Services keep to the floor plan: the same rooms in each, and calls go one way only.

use std::collections::BTreeSet;

use tidy::{File, expect_none, files};

/// The rooms that a service may have; it adds none. A room is a folder, or one file while it is small.
const ROOMS: [&str; 12] = [
    "main", "lib", "config", "wiring", "error", "grpc", "app", "domain", "store", "events", "jobs", "clients",
];

#[test]
fn a_service_has_only_the_rooms_of_the_plan() {
    let others: BTreeSet<String> = files(&[".rs"])
        .iter()
        .filter_map(File::room)
        .filter(|(_, room)| !ROOMS.contains(&first(room)))
        .map(|(service, room)| format!("services/{service}/src/{room}"))
        .collect();
    expect_none(
        "docs/ARCHITECTURE.md: every service takes its rooms from the floor plan and adds none",
        others,
    );
}

/// The first part of a path inside `src/`, without its ending.
fn first(room: &str) -> &str {
    room.split(['/', '.']).next().unwrap_or(room)
}

#[test]
fn calls_go_one_way() {
    let mut offences = Vec::new();
    for file in files(&[".rs"]) {
        let Some((_, room)) = file.room() else { continue };
        let room = first(room);
        for (number, line) in file.shipped_lines() {
            offences.extend(
                forbidden_in(room)
                    .iter()
                    .filter(|word| !line.trim_start().starts_with("//") && line.contains(*word))
                    .map(|word| format!("{}:{number}: `{word}` in {room}/", file.path)),
            );
        }
    }
    expect_none(
        "docs/STYLE.md: calls go grpc, events, jobs → app → domain, store, clients; no SQL in a door, no I/O in domain",
        offences,
    );
}

fn forbidden_in(room: &str) -> &'static [&'static str] {
    match room {
        "domain" => &[
            "sqlx::",
            "tonic::",
            "async fn",
            "crate::store",
            "crate::clients",
            "crate::app",
            "crate::grpc",
            "Clock",
            "proto::",
        ],
        "grpc" | "events" => &["sqlx::query", "crate::store", "crate::clients"],
        "app" => &["sqlx::query", "crate::grpc", "crate::events", "crate::jobs", "tonic::Status"],
        "store" => {
            &["crate::grpc", "crate::app", "crate::clients", "crate::events", "crate::jobs", "proto::"]
        }
        "clients" => {
            &["sqlx::query", "crate::grpc", "crate::app", "crate::store", "crate::events", "crate::jobs"]
        }
        _ => &[],
    }
}

#[test]
fn each_service_tells_what_it_owns() {
    let pages = files(&["README.md"]);
    // A service that has a desk has something to tell.
    let services: BTreeSet<String> = files(&[".rs"])
        .iter()
        .filter_map(File::room)
        .filter(|(_, room)| first(room) == "app")
        .map(|(service, _)| service.to_owned())
        .collect();
    let missing = services.iter().flat_map(|service| {
        let path = format!("services/{service}/README.md");
        let text =
            pages.iter().find(|page| page.path == path).map_or("", |page| page.text.as_str()).to_owned();
        ["## Owns", "## Calls", "## Events", "## Tables", "## Rules"]
            .into_iter()
            .filter(move |heading| !text.contains(heading))
            .map(move |heading| format!("{path}: no `{heading}`"))
    });
    expect_none(
        "docs/STYLE.md: each service's README tells what it owns, its calls, events, tables and rules",
        missing,
    );
}
