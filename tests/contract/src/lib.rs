//! That the whole of it holds together: see `tests/it`.
