//! What quota's speed is to be, and what it is: ratios within one run, never a lone rate.

use crate::load::Measured;
use crate::report::median;

/// Where the targets hold.
pub(crate) const IN_FLIGHT: usize = 256;

/// At least so many times the rate of another case.
const RATES: [(&str, &str, f64); 5] = [
    ("reserve", "echo", 0.3),
    ("reserve", "postgres_only", 12.0),
    ("reserve", "postgres_function", 10.0),
    ("reserve", "ordered_only", 0.6),
    ("reserve_two_replicas", "reserve", 0.9),
];
/// At most so many times the latency of the slowest hundredth of `echo`.
const P99_TO_ECHO: f64 = 2.0;

/// Prints each target of which both cases were measured; `runs` gives a case's runs.
pub(crate) fn print<'a>(runs: impl Fn(&'static str) -> &'a [Measured]) {
    let ratios = |of: &'static str, to: &'static str, what: fn(&Measured) -> f64| -> Vec<f64> {
        runs(of).iter().zip(runs(to)).map(|(of, to)| what(of) / what(to)).collect()
    };
    println!("\nat {IN_FLIGHT} in flight, medians of the ratios of each run:");
    for (of, to, wanted) in RATES {
        tell(&format!("{of} to {to}"), ratios(of, to, Measured::calls_per_s), "at least", wanted);
    }
    let p99 = ratios("reserve", "echo", |run| run.quantile_ms(0.99));
    tell("p99 of reserve to that of echo", p99, "at most", P99_TO_ECHO);
}

fn tell(what: &str, ratios: Vec<f64>, bound: &str, wanted: f64) {
    if !ratios.is_empty() {
        println!("{what:<32} {:>6.2}   wanted: {bound} {wanted}", median(ratios));
    }
}
