//! The cities of these tests: one that all share, and one that is hurt, by one test at a time.

use testkit::{Gangcheng, Programme};
use tokio::sync::{Mutex, MutexGuard, OnceCell};

/// The programme as the notice has it.
pub const OPEN: &str = "jinan-2021";
/// One whose spring window has closed.
pub const CLOSED: &str = "closed";
/// One whose spring window has not opened yet.
pub const NOT_YET: &str = "not-yet";
/// One for those who enter next year.
pub const NEXT_YEAR: &str = "next-year";
/// One without a round for those who enter in spring.
pub const NO_SPRING: &str = "no-spring";
/// One whose district has a single seat to give.
pub const ONE_SEAT: &str = "one-seat";

/// The city that most tests share, each with people of its own.
pub async fn shared() -> &'static Gangcheng {
    static SHARED: OnceCell<Gangcheng> = OnceCell::const_new();
    SHARED.get_or_init(|| async { Gangcheng::found(&programmes()).await }).await
}

/// The city whose services are killed and stopped. Whoever holds it leaves it whole.
pub async fn hurt() -> MutexGuard<'static, Gangcheng> {
    static HURT: OnceCell<Mutex<Gangcheng>> = OnceCell::const_new();
    let found = || async { Mutex::new(Gangcheng::found(&[Programme::of_2021()]).await) };
    HURT.get_or_init(found).await.lock().await
}

/// A programme whose district has a single seat to give.
pub fn one_seat() -> Programme {
    Programme::named(ONE_SEAT).with("seats = 110", "seats = 1")
}

fn programmes() -> [Programme; 6] {
    [
        Programme::of_2021(),
        Programme::named(CLOSED).with("last = \"2021-05-31\"", "last = \"2021-05-06\""),
        Programme::named(NOT_YET)
            .with("apply = { first = \"2021-05-05\"", "apply = { first = \"2021-05-20\""),
        Programme::named(NEXT_YEAR).with("year = 2021", "year = 2022"),
        Programme::named(NO_SPRING).with("id = \"spring\"", "id = \"summer\""),
        one_seat(),
    ]
}
