//! Named crash points: where a test or the demo ends or freezes the process in the middle of a call. A release build has
//! none.

/// Names a place at which a test or the demo may end the process, such as `subsidy.after_reserve`. Without the feature
/// `crash-points` it is nothing.
#[macro_export]
macro_rules! crash_point {
    ($name:literal) => {
        $crate::crash_if_named($name);
    };
}

/// Ends the process at once, as `kill -9` would, where `YUANMENG_CRASH_AT` names this place, or freezes it where
/// `YUANMENG_FREEZE_AT` does, until somebody lets it go on. `YUANMENG_CRASH_ONCE` names a file that is made then: while it
/// exists the place is safe, so that the next one who comes by gets past it. Made beforehand, it keeps the place safe until
/// somebody removes it.
#[cfg(feature = "crash-points")]
pub fn crash_if_named(name: &str) {
    let is_named = |variable: &str| std::env::var_os(variable).is_some_and(|wanted| wanted == name);
    let (crashes, freezes) = (is_named("YUANMENG_CRASH_AT"), is_named("YUANMENG_FREEZE_AT"));
    if !crashes && !freezes {
        return;
    }
    if let Some(once) = std::env::var_os("YUANMENG_CRASH_ONCE")
        && std::fs::File::create_new(once).is_err()
    {
        return;
    }
    if crashes {
        std::process::abort();
    }
    // Where it cannot be frozen, whoever waits for that says so.
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP);
}

/// Nothing: this build has no crash points.
#[cfg(not(feature = "crash-points"))]
pub const fn crash_if_named(_name: &str) {}
