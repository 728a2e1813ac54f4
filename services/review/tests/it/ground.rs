//! The cities that review's tests stand in: one for all, and one whose clock is moved and whose tables are tampered with.

use proto::review::Case;
use testkit::{Applicant, Gangcheng, Programme};
use tokio::sync::{Mutex, MutexGuard, OnceCell};

/// The programme of all who only need a case.
pub const PROGRAMME: &str = "jinan-2021";
/// The programme of those who are listed.
pub const LISTED: &str = "listed";
/// The programme of those whose turns are counted.
pub const IN_TURN: &str = "in-turn";
/// A working day within the review window.
const INSIDE: &str = "2021-05-10T09:00:00+08:00";

/// The city that most tests share, each with people of its own.
pub async fn shared() -> &'static Gangcheng {
    static SHARED: OnceCell<Gangcheng> = OnceCell::const_new();
    let programmes = [Programme::of_2021(), Programme::named(LISTED), Programme::named(IN_TURN)];
    SHARED.get_or_init(async || Gangcheng::found(&programmes).await).await
}

/// The city that one test at a time has, when it is 10 May.
pub async fn apart() -> MutexGuard<'static, Gangcheng> {
    static APART: OnceCell<Mutex<Gangcheng>> = OnceCell::const_new();
    let found = async || Mutex::new(Gangcheng::found(&[Programme::of_2021()]).await);
    let gangcheng = APART.get_or_init(found).await.lock().await;
    gangcheng.city.clock.set(INSIDE).unwrap();
    gangcheng
}

/// Somebody new who has submitted, and the case, which waits for the street.
pub async fn submitted(gangcheng: &Gangcheng, programme: &str) -> (Applicant, Case) {
    let applicant = gangcheng.applicant(programme).await;
    applicant.submit().await;
    let case = gangcheng.case_of(&applicant, &gangcheng.street).await;
    (applicant, case)
}
