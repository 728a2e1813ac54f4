//! The cities that payment's tests stand in: one for all whose bank and wallet are well, and one for those who hurt them.

use outside::{Mood, Server};
use testkit::{Gangcheng, Programme};
use tokio::sync::{Mutex, MutexGuard, OnceCell};

/// The programmes with the city's pool alone: one for each test that prepares batches or counts money.
const WITH_ONE_POOL: [&str; 16] = [
    "announced",
    "two-people",
    "nothing-due",
    "refused-batch",
    "two-makers",
    "unknown-payee",
    "paid-before",
    "two-at-once",
    "repeated",
    "to-the-fen",
    "ledger",
    "card-and-wallet",
    "refused-for-good",
    "bad-batches",
    "repeated-batches",
    "batch-pages",
];
/// The programmes with both pools, as the notice has it.
const WITH_BOTH_POOLS: [&str; 5] = ["own-funds", "seen-funds", "cut", "own-grants", "grant-pages"];
/// The programmes of the city that is hurt.
const OF_OUTAGES: [&str; 4] = ["lost-answers", "crash", "a-day", "a-missing-line"];

/// The district's pool, as the programme's file has it.
const DISTRICT_POOL: &str = r#"[[pools]]
id = "gangcheng"
name = "钢城区总工会配套补助"
funded_by = "370117"
seats = 110
amount_fen = 100000
"#;
const CITY_POOL_SIZE: &str = "seats = 3000\namount_fen = 100000";

/// The city that most tests share. Its bank and its wallet are always well.
pub async fn shared() -> &'static Gangcheng {
    static SHARED: OnceCell<Gangcheng> = OnceCell::const_new();
    SHARED.get_or_init(found_shared).await
}

async fn found_shared() -> Gangcheng {
    let mut programmes: Vec<Programme> = WITH_ONE_POOL.map(with_one_pool).into();
    programmes.extend(WITH_BOTH_POOLS.map(Programme::named));
    // A pool that promises more than the cheap offering costs (R-42), so that grants in it differ.
    programmes.push(with_one_pool("waiting").with(CITY_POOL_SIZE, "seats = 3000\namount_fen = 200000"));
    // One seat, which comes free again.
    programmes.push(Programme::named("cut-later").with("seats = 3000", "seats = 1"));
    Gangcheng::found(&programmes).await
}

fn with_one_pool(id: &str) -> Programme {
    Programme::named(id).with(DISTRICT_POOL, "")
}

/// The city whose bank, wallet and payment itself are hurt: one test at a time has it, and finds all of it well.
pub async fn hurt() -> MutexGuard<'static, Gangcheng> {
    static HURT: OnceCell<Mutex<Gangcheng>> = OnceCell::const_new();
    let programmes = OF_OUTAGES.map(with_one_pool);
    let found = async || Mutex::new(Gangcheng::found(&programmes).await);
    let gangcheng = HURT.get_or_init(found).await.lock().await;
    for server in [Server::Bank, Server::Wallet] {
        gangcheng.city.outside.set_mood(server, Mood::Well);
    }
    gangcheng
}
