//! A database of a test's own, with a trail in it, its keys, and an attacker who owns it all.

use std::time::Duration;

use audit::{Action, Actor, AuditConfig, Break, Chained, Detail, Entry, Keys, Link, Subject, Trail};
use chrono::{DateTime, Utc};
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::EncodePrivateKey;
use ed25519_dalek::pkcs8::spki::EncodePublicKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use sqlx::migrate::Migrator;
use sqlx::{Executor, PgPool};
use testkit::{Database, stores};
use vocabulary::{OfficialId, RequestId, UnionPath};

pub(crate) const DECIDED: Action = Action::new("STEP_DECIDED");

/// A database that lives as long as the value.
pub(crate) struct City {
    pub(crate) pool: PgPool,
    pub(crate) trail: Trail,
    pub(crate) keys: Keys,
    /// Keeps the key files while the test runs.
    folder: tempfile::TempDir,
    database: Database,
}

impl City {
    pub(crate) async fn new() -> Self {
        let database = Database::on(&stores(), "audit").await;
        let config = database.config();
        postgres::migrate(&config, &Migrator::DEFAULT).await.unwrap();
        let pool = postgres::connect(&config, "audit").unwrap();
        let folder = tempfile::tempdir().unwrap();
        fresh_key(&folder, "k1");
        let keys = Keys::load(&keys_config(&folder, "k1.pem", &[])).unwrap();
        let trail = Trail::new(pool.clone(), "review", keys.clone());
        Self { pool, trail, keys, folder, database }
    }

    /// The same trail with another key that signs; what the old ones signed counts if they are retired, not forgotten.
    pub(crate) fn with_another_key(&self, retired: bool) -> Trail {
        fresh_key(&self.folder, "k2");
        let retired: &[&str] = if retired { &["k1.pub"] } else { &[] };
        let keys = Keys::load(&keys_config(&self.folder, "k2.pem", retired)).unwrap();
        Trail::new(self.pool.clone(), "review", keys)
    }

    /// Records so many actions, each in a transaction of its own.
    pub(crate) async fn record(&self, count: u32) {
        for number in 0..count {
            let mut tx = self.pool.begin().await.unwrap();
            audit::record(&mut tx, &entry().with(Detail::new().with("number", number))).await.unwrap();
            tx.commit().await.unwrap();
        }
    }

    /// Records and chains so many actions.
    pub(crate) async fn chained(&self, count: u32) {
        self.record(count).await;
        while self.trail.chain().await.unwrap() != Chained::Rows(0) {}
    }

    /// What somebody does who owns the database and has switched every guard rail off.
    pub(crate) async fn tamper(&self, sql: &'static str) {
        let mut attacker = self.pool.acquire().await.unwrap();
        attacker.execute("SET session_replication_role = replica").await.unwrap();
        attacker.execute(sql).await.unwrap();
        attacker.execute("RESET session_replication_role").await.unwrap();
    }

    /// What a verification finds, each with its position.
    pub(crate) async fn findings(&self, anchors: &[Link]) -> Vec<(i64, Break)> {
        let report = self.trail.verify(anchors).await.unwrap();
        report.findings.iter().map(|finding| (finding.seq, finding.kind)).collect()
    }

    /// The place where the trail ends now.
    pub(crate) async fn end(&self) -> Link {
        self.trail.verify(&[]).await.unwrap().end
    }
}

/// The database goes with the value, also where the test has failed.
impl Drop for City {
    fn drop(&mut self) {
        let database = self.database.clone();
        let gone = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(database.remove());
        });
        let _ = gone.join();
    }
}

/// An official's decision under Gangcheng's union.
pub(crate) fn entry() -> Entry {
    let actor = Actor::Official("0190a1b2-0000-7000-8000-000000000001".parse::<OfficialId>().unwrap());
    Entry::new(
        DateTime::<Utc>::UNIX_EPOCH + Duration::from_hours(450_000),
        actor,
        DECIDED,
        Subject::new("case", 1),
    )
    .under(&gangcheng())
    .asked_by(RequestId::new())
    .traced("0af7651916cd43dd8448eb211c80319c")
}

pub(crate) fn gangcheng() -> UnionPath {
    "/0190a1b2-0000-7000-8000-00000000000a/0190a1b2-0000-7000-8000-00000000000b/".parse().unwrap()
}

/// Makes a key: `<name>.pem` is the private one, `<name>.pub` the public one.
fn fresh_key(folder: &tempfile::TempDir, name: &str) {
    let key = SigningKey::generate(&mut rand::rng());
    let private = key.to_pkcs8_pem(LineEnding::LF).unwrap();
    let public = key.verifying_key().to_public_key_pem(LineEnding::LF).unwrap();
    std::fs::write(folder.path().join(format!("{name}.pem")), private).unwrap();
    std::fs::write(folder.path().join(format!("{name}.pub")), public).unwrap();
}

fn keys_config(folder: &tempfile::TempDir, signing: &str, retired: &[&str]) -> AuditConfig {
    AuditConfig {
        signing_key_file: folder.path().join(signing),
        retired_key_files: retired.iter().map(|file| folder.path().join(file)).collect(),
    }
}
