//! Tells the story on the terminal while it happens, and keeps what was told for the account that stays behind.
#![allow(clippy::print_stdout, reason = "telling is what it is for")]

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// The progress bar of a chapter, in 80 columns: so long a title leaves room for the bar.
const BAR: &str = "  {spinner} {msg:36} [{bar:22}] {pos}/{len}";

/// One thing that was told.
#[derive(Clone, Debug)]
pub(crate) enum Told {
    /// A chapter begins.
    Chapter(String),
    /// Somebody did something, or saw it.
    Line(String),
}

/// Who tells.
#[derive(Debug, Default)]
pub(crate) struct Teller {
    bars: MultiProgress,
    told: Mutex<Vec<Told>>,
}

impl Teller {
    /// Begins a chapter.
    pub(crate) fn chapter(&self, number: u8, title: &str) {
        self.print(&format!("\nChapter {number} · {title}"));
        self.keep(Told::Chapter(format!("Chapter {number} · {title}")));
    }

    /// Tells who did or saw what.
    pub(crate) fn tell(&self, line: impl Into<String>) {
        let line = line.into();
        self.print(&format!("  {line}"));
        self.keep(Told::Line(line));
    }

    /// Shows how far something is that many do.
    pub(crate) fn progress(&self, what: &'static str, steps: usize) -> Progress {
        let bar = self.bars.add(ProgressBar::new(steps as u64)).with_message(what);
        if let Ok(style) = ProgressStyle::with_template(BAR) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Progress(bar)
    }

    /// Prints what is no part of the story.
    pub(crate) fn print(&self, text: &str) {
        self.bars.suspend(|| println!("{text}"));
    }

    /// Everything that was told so far.
    pub(crate) fn told(&self) -> Vec<Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, told: Told) {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).push(told);
    }
}

/// How far something is. Dropped, its bar goes.
#[derive(Clone, Debug)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// One more is done.
    pub(crate) fn step(&self) {
        self.0.inc(1);
    }

    /// So many are done, and this is how things stand.
    pub(crate) fn shows(&self, done: usize, how: String) {
        self.0.set_position(done as u64);
        self.0.set_message(how);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
