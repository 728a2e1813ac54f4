//! For the benchmark alone: a service that answers from the order, as if nothing had to last.

/// Whether `YUANMENG_ORDERED_ONLY` is set: nothing is folded, and whoever asks is answered once Redis has given the order.
#[cfg(feature = "ordered-only")]
pub fn is_ordered_only() -> bool {
    static IS: std::sync::LazyLock<bool> =
        std::sync::LazyLock::new(|| std::env::var_os("YUANMENG_ORDERED_ONLY").is_some());
    *IS
}

/// Never: this build waits for PostgreSQL.
#[cfg(not(feature = "ordered-only"))]
pub const fn is_ordered_only() -> bool {
    false
}
