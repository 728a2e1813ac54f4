//! The table, and `quota.json`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Result;
use serde::Serialize;

use crate::profile::PARTIES;

/// One case at one number of calls in flight: medians of its runs.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) case: String,
    pub(crate) in_flight: usize,
    pub(crate) calls_per_s: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    /// Its rate to that of `echo`, run by run.
    pub(crate) ratio_to_echo: Vec<f64>,
    /// Who spends how much processor time on a call, in microseconds.
    pub(crate) processor_us: BTreeMap<&'static str, f64>,
}

/// The middle of some numbers.
pub(crate) fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
}

/// Prints the table.
pub(crate) fn print(rows: &[Row]) {
    println!(
        "\n{:<20} {:>9} {:>11} {:>9} {:>9}   to echo",
        "case", "in flight", "calls/s", "p50 ms", "p99 ms"
    );
    for row in rows {
        let ratios: Vec<String> = row.ratio_to_echo.iter().map(|ratio| format!("{ratio:.3}")).collect();
        println!(
            "{:<20} {:>9} {:>11.0} {:>9.1} {:>9.1}   {}",
            row.case,
            row.in_flight,
            row.calls_per_s,
            row.p50_ms,
            row.p99_ms,
            ratios.join("  ")
        );
    }
}

/// Prints who spends how much processor time on a call.
pub(crate) fn print_profile(rows: &[Row]) {
    print!("\n{:<20} {:>9}  processor time of a call, us:", "case", "in flight");
    println!(" {}", PARTIES.map(|party| format!("{party:>9}")).concat());
    for row in rows {
        let of = |party| format!("{:>9.1}", row.processor_us.get(party).copied().unwrap_or_default());
        println!("{:<20} {:>9} {:>31} {}", row.case, row.in_flight, "", PARTIES.map(of).concat());
    }
}

/// Writes the rows.
pub(crate) fn write(rows: &[Row], file: &Path) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, serde_json::to_string_pretty(rows)?)?;
    println!("\nwritten to {}", file.display());
    Ok(())
}
