//! payment on a database and a virtual host of its own, with a bank and a wallet.

use std::sync::OnceLock;
use std::time::Duration;

use auth::{Official, Person, Roles};
use messaging::{BrokerConfig, Outgoing, Publisher, routing_key};
use outside::Outside;
use prost::{Message, Name};
use stack::secrets::{self, Issuer};
use stack::{Addresses, Port, ServicePlan, Services};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use uuid::Uuid;
use vocabulary::{OfficialId, UnionPath, WorkerId};

use crate::calls::Caller;
use crate::subsidy::Subsidy;

const SECRET: &str = "a secret between us";

/// All that one test, or one test binary, runs on. Dropped, its processes end; at our death, they are killed.
pub struct House {
    pub database_url: String,
    pub services: Services,
    pub outside: Outside,
    pub subsidy: Subsidy,
    broker_url: String,
    people: auth::Issuer,
    _folder: TempDir,
}

/// The house that most tests share, each with a programme of its own. Its bank and its wallet are always well.
pub async fn shared() -> &'static House {
    static SHARED: OnceCell<House> = OnceCell::const_new();
    SHARED.get_or_init(House::start).await
}

fn addresses() -> &'static Addresses {
    static ADDRESSES: OnceLock<Addresses> = OnceLock::new();
    ADDRESSES.get_or_init(|| {
        Addresses::from_environment().unwrap().expect("YUANMENG_STORES names no running stores")
    })
}

/// A runtime that outlives every test: servers live on the runtime that they were started on.
fn world() -> &'static tokio::runtime::Runtime {
    static WORLD: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    WORLD.get_or_init(|| tokio::runtime::Runtime::new().unwrap())
}

impl House {
    pub async fn start() -> Self {
        world().spawn(Self::build()).await.unwrap()
    }

    async fn build() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let name = format!("payment_it_{}", Uuid::now_v7().simple());
        sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .execute(&connect(&addresses().postgres_url).await)
            .await
            .unwrap();
        let broker_url = virtual_host(&name).await;
        let people_key = folder.path().join("people.pem");
        secrets::kept_signing_key(&people_key).unwrap();
        let people = auth::Issuer::load(&auth::IssuerConfig {
            signing_key_file: people_key,
            previous_key_file: None,
            lifetime_s: auth::TokenLifetime::DEFAULT,
        })
        .unwrap();
        std::fs::write(folder.path().join("people.json"), people.jwks_json()).unwrap();
        let (outside, subsidy) = (Outside::new(SECRET), Subsidy::default());
        let database_url = addresses().postgres_database_url(&name);
        let plan = plan(&folder, &database_url, &broker_url, &outside, &subsidy).await;
        let services = Services::in_folder(&folder.path().join("services")).unwrap();
        tokio::task::block_in_place(|| services.start([plan]).unwrap());
        Self { database_url, services, outside, subsidy, broker_url, people, _folder: folder }
    }

    pub fn official(&self, path: &UnionPath, centre: bool) -> Caller {
        let official = Official {
            id: OfficialId::new(),
            union: path.unions().next_back().unwrap(),
            path: path.clone(),
            roles: Roles::ALL,
            centre,
            person: Uuid::now_v7(),
        };
        self.person(&official)
    }

    pub fn person(&self, official: &Official) -> Caller {
        let token = self.people.issue(Person::Official(official)).unwrap().text;
        Caller::new(&self.services.grpc_url("payment").unwrap(), &token)
    }

    pub fn worker(&self, id: WorkerId) -> Caller {
        let worker = auth::Worker { id, channel: auth::Channel::App };
        let token = self.people.issue(Person::Worker(&worker)).unwrap().text;
        Caller::new(&self.services.grpc_url("payment").unwrap(), &token)
    }

    pub async fn database(&self) -> sqlx::PgPool {
        connect(&self.database_url).await
    }

    pub fn broker(&self) -> BrokerConfig {
        BrokerConfig {
            url: runtime::Secret::new(self.broker_url.clone()),
            confirm_timeout_ms: 5_000,
            prefetch: 8,
        }
    }

    /// Publishes an event of another service, which somebody hears.
    pub async fn publish<M: Message + Name>(&self, message: &M) {
        let event = Outgoing {
            message_id: Uuid::now_v7(),
            routing_key: routing_key::<M>(),
            subject: "a test".to_owned(),
            body: message.encode_to_vec(),
            traceparent: None,
        };
        let publisher = Publisher::connect(&self.broker(), "test").await.unwrap();
        eventually("payment hears", async || {
            publisher.publish(std::slice::from_ref(&event)).await.unwrap().contains(&event.message_id)
        })
        .await;
    }
}

/// Waits for something that is to come about.
pub async fn eventually(what: &str, mut happened: impl AsyncFnMut() -> bool) {
    for _ in 0..600 {
        if happened().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("did not come about: {what}");
}

async fn plan(
    folder: &TempDir,
    database: &str,
    broker: &str,
    outside: &Outside,
    subsidy: &Subsidy,
) -> ServicePlan {
    let (grpc, metrics) = (Port::claim().unwrap(), Port::claim().unwrap());
    let issuer = Issuer::in_folder(folder.path()).unwrap();
    let account = issuer.service_token_file("payment").unwrap();
    secrets::kept_signing_key(&folder.path().join("audit.pem")).unwrap();
    secrets::kept_keyring(&folder.path().join("keyring.toml")).unwrap();
    let config = format!(
        "[server]\naddress = \"{grpc}\"\n\
         [telemetry]\nmetrics_address = \"{metrics}\"\n\
         [database]\nurl = \"{database}\"\n\
         [auth]\npeople_jwks_file = \"{folder}/people.json\"\n\
         [auth.services]\nissuer = \"{issuer}\"\njwks = \"{folder}/jwks.json\"\n\
         [audit]\nsigning_key_file = \"{folder}/audit.pem\"\n\
         [sealing]\nkeyring_file = \"{folder}/keyring.toml\"\n\
         [account]\ntoken_file = \"{account}\"\n\
         [identity]\naddress = \"http://127.0.0.1:1\"\n\
         [subsidy]\naddress = \"{subsidy}\"\n\
         [bank]\nurl = \"http://{bank}\"\nsecret = \"{SECRET}\"\ntimeout_ms = 1000\n\
         [wallet]\nurl = \"http://{wallet}\"\nsecret = \"{SECRET}\"\ntimeout_ms = 1000\n\
         [broker]\nurl = \"{broker}\"\n",
        grpc = grpc.address(),
        metrics = metrics.address(),
        folder = folder.path().display(),
        issuer = secrets::ISSUER,
        account = account.display(),
        subsidy = subsidy.serve().await,
        bank = outside.serve_bank().await.unwrap(),
        wallet = outside.serve_wallet().await.unwrap(),
    );
    ServicePlan {
        name: "payment".to_owned(),
        binary: env!("CARGO_BIN_EXE_payment").into(),
        config,
        setup: vec![vec!["migrate".to_owned()]],
        environment: Vec::new(),
        grpc,
        metrics,
    }
}

async fn connect(url: &str) -> sqlx::PgPool {
    sqlx::postgres::PgPoolOptions::new().max_connections(4).connect(url).await.unwrap()
}

/// Makes a virtual host by the broker's HTTP interface.
async fn virtual_host(name: &str) -> String {
    let base = addresses().rabbitmq_management_url.trim_end_matches('/').to_owned();
    let (_, rest) = base.split_once("://").unwrap();
    let (credentials, host) = rest.split_once('@').unwrap();
    let (user, password) = credentials.split_once(':').unwrap();
    // Whoever was first has installed it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::new();
    for path in [format!("vhosts/{name}"), format!("permissions/{name}/{user}")] {
        let body = if path.starts_with("vhosts") {
            r#"{"default_queue_type":"quorum"}"#
        } else {
            r#"{"configure":".*","write":".*","read":".*"}"#
        };
        let answer = http
            .put(format!("http://{host}/api/{path}"))
            .basic_auth(user, Some(password))
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
    }
    format!("{}/{name}", addresses().amqp_url.trim_end_matches('/'))
}
