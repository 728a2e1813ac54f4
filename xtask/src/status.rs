//! `cargo xtask status`: each store and each instance of a service, where it is, and whether it is ready just now.

use std::io::{self, Write};
use std::time::Duration;

use anyhow::{Result, bail};
use supervisor::Record;

use crate::up;

/// Prints the table; fails where something in it is not ready.
pub(crate) fn run() -> Result<()> {
    match Record::of_living(&up::folder()?)? {
        None => bail!("nothing is up"),
        Some(record) if !record.is_complete() => bail!("it is starting"),
        Some(record) if !print(&record) => bail!("not everything is ready"),
        Some(_) => Ok(()),
    }
}

/// Prints the table; says whether everything in it is ready.
pub(crate) fn print(record: &Record) -> bool {
    let (mut all_ready, mut terminal) = (true, io::stdout());
    for server in &record.running {
        let ready = server.is_ready();
        all_ready &= ready;
        let (state, age) = match server.process.age() {
            None => ("not running", String::new()),
            Some(age) => (if ready { "ready" } else { "not ready" }, format!("for {}", rounded(age))),
        };
        let (name, address, id) = (&server.name, server.address(), server.process.id());
        // Whoever reads us may have seen enough, as `head` has; what we answer stays the same.
        let _ = writeln!(terminal, "{name:12} {address:30} {state:12} {age:10} pid {id}");
    }
    all_ready
}

/// To what one would say: 40 s, 12 min, 3 h, 2 d.
fn rounded(age: Duration) -> String {
    match age.as_secs() {
        seconds @ ..60 => format!("{seconds} s"),
        seconds @ 60..3_600 => format!("{} min", seconds / 60),
        seconds @ 3_600..86_400 => format!("{} h", seconds / 3_600),
        seconds => format!("{} d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_told_in_one_unit() {
        assert_eq!(rounded(Duration::from_secs(59)), "59 s");
        assert_eq!(rounded(Duration::from_secs(61)), "1 min");
        assert_eq!(rounded(Duration::from_hours(5)), "5 h");
        assert_eq!(rounded(Duration::from_hours(50)), "2 d");
    }
}
