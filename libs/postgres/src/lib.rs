//! See the floor plan in docs/ARCHITECTURE.md.
