//! How long a form takes: the first, for which the font is read and laid out, and those after it. A worker waits for it, so
//! it should be at most 150 ms. `cargo bench -p typeset`

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on may panic")]

#[path = "../tests/it/form.rs"]
mod form;

use std::sync::atomic::{AtomicU32, Ordering};

use divan::Bencher;
use typeset::{Form, Typesetter, fonts};

fn main() {
    divan::main();
}

/// No two forms are alike: the typesetter remembers what it has set before.
fn another() -> Form {
    static REVISION: AtomicU32 = AtomicU32::new(1);
    let revision = REVISION.fetch_add(1, Ordering::Relaxed);
    let person = typeset::Person {
        name: format!("刘建{}", char::from_u32(0x4e00 + revision).unwrap()),
        ..form::employed().person
    };
    Form {
        revision,
        qr_text: format!("YM1:QXYM-2021-000123:{revision}:4f1c9a7be02d6358a1b0"),
        person,
        ..form::employed()
    }
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn first(bencher: Bencher<'_, '_>) {
    bencher
        .with_inputs(another)
        .bench_values(|form| Typesetter::new([fonts::read(None).unwrap()]).unwrap().print(&form).unwrap());
}

#[divan::bench(sample_count = 50, sample_size = 1)]
fn after_the_first(bencher: Bencher<'_, '_>) {
    let typesetter = Typesetter::new([fonts::read(None).unwrap()]).unwrap();
    typesetter.print(&another()).unwrap();
    bencher.with_inputs(another).bench_values(|form| typesetter.print(&form).unwrap());
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn without_work(bencher: Bencher<'_, '_>) {
    let typesetter = Typesetter::new([fonts::read(None).unwrap()]).unwrap();
    typesetter.print(&form::without_work()).unwrap();
    bencher
        .with_inputs(|| Form { revision: another().revision, ..form::without_work() })
        .bench_values(|form| typesetter.print(&form).unwrap());
}
