//! Who may make each call, as the running services decide it, in one table that an auditor can read.

use std::collections::HashMap;
use std::fmt::Write as _;

use refusal::Reason;

use crate::callers::{Caller, everybody};
use crate::calls::{every_call, make};
use crate::city;

/// every call admits whom the table names and nobody else; whoever is admitted with an empty message is
/// told what is wrong with it.
#[tokio::test(flavor = "multi_thread")]
async fn every_call_admits_those_whom_the_table_names_and_nobody_else() {
    let city = city::shared().await;
    let (channels, callers) = (city::channels(city).into_iter().collect::<HashMap<_, _>>(), everybody(city));
    let mut table = String::new();
    for call in every_call() {
        let mut admitted = Vec::new();
        for caller in &callers {
            let answer = make(&channels[&call.service], &call.path, caller.token.as_deref()).await;
            match answer.as_ref().err().map(refusal::of) {
                Some(Some(Reason::TokenMissing | Reason::CallerNotAllowed | Reason::RoleRequired)) => {}
                // The policy does not know the call, or something broke.
                Some(None | Some(Reason::CallUnknown | Reason::Internal)) => {
                    panic!("{} at {} for {}: {answer:?}", call.path, call.service, caller.name)
                }
                _ => admitted.push(caller.name.as_str()),
            }
        }
        let call_name = call.path.trim_start_matches("/yuanmeng.");
        writeln!(table, "{}: {call_name}: {}", call.service, in_short(&admitted, &callers)).unwrap();
    }
    insta::assert_snapshot!(table);
}

/// The callers by name, and as one word where they are all people, or all there are.
fn in_short(admitted: &[&str], callers: &[Caller]) -> String {
    if admitted.len() == callers.len() {
        return "anyone".to_owned();
    }
    let is_person = |name: &str| name != "nobody" && !name.starts_with("service ");
    let people = callers.iter().filter(|caller| is_person(&caller.name)).count();
    let (persons, mut others): (Vec<_>, Vec<_>) = admitted.iter().partition(|name| is_person(name));
    if persons.len() < people {
        return admitted.join(", ");
    }
    others.insert(0, &"anyone signed in");
    others.into_iter().copied().collect::<Vec<_>>().join(", ")
}
