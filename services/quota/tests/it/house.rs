//! Two replicas of quota on a database, a Redis and a virtual host of their own.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use stack::secrets::{self, Issuer};
use stack::{Addresses, Launch, Port, Process, ServicePlan, Services};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::calls::Caller;

pub const REPLICAS: [&str; 2] = ["quota-1", "quota-2"];
const PATIENCE: Duration = Duration::from_secs(30);

/// All that one test, or one test binary, runs on. Dropped, its processes end; at our death, they are killed.
pub struct House {
    pub database_url: String,
    pub broker_url: String,
    pub services: Services,
    pub redis_url: String,
    issuer: Issuer,
    people: auth::Issuer,
    _redis: Process,
    _redis_port: Port,
    folder: TempDir,
}

/// The house that most tests share, each with a programme of its own.
pub async fn shared() -> &'static House {
    static SHARED: OnceCell<House> = OnceCell::const_new();
    SHARED.get_or_init(House::start).await
}

pub fn addresses() -> &'static Addresses {
    static ADDRESSES: OnceLock<Addresses> = OnceLock::new();
    ADDRESSES.get_or_init(|| {
        Addresses::from_environment().unwrap().expect("YUANMENG_STORES names no running stores")
    })
}

impl House {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let name = format!("quota_it_{}", Uuid::now_v7().simple());
        sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .execute(&connect(&addresses().postgres_url).await)
            .await
            .unwrap();
        let broker_url = virtual_host(&name).await;
        let redis_port = Port::claim().unwrap();
        let redis = redis(&folder, &redis_port);
        let issuer = Issuer::in_folder(folder.path()).unwrap();
        let people_key = folder.path().join("people.pem");
        secrets::kept_signing_key(&people_key).unwrap();
        let people = auth::Issuer::load(&auth::IssuerConfig {
            signing_key_file: people_key,
            previous_key_file: None,
            lifetime_s: auth::TokenLifetime::DEFAULT,
        })
        .unwrap();
        std::fs::write(folder.path().join("people.json"), people.jwks_json()).unwrap();
        secrets::kept_signing_key(&folder.path().join("audit.pem")).unwrap();

        let house = Self {
            database_url: addresses().postgres_database_url(&name),
            broker_url,
            services: Services::in_folder(&folder.path().join("services")).unwrap(),
            redis_url: format!("redis://{}/", redis_port.address()),
            issuer,
            people,
            _redis: redis,
            _redis_port: redis_port,
            folder,
        };
        let plans = REPLICAS.map(|replica| house.plan(replica));
        tokio::task::block_in_place(|| house.services.start(plans).unwrap());
        house
    }

    fn plan(&self, replica: &str) -> ServicePlan {
        let (grpc, metrics) = (Port::claim().unwrap(), Port::claim().unwrap());
        let folder = self.folder.path().display();
        let config = format!(
            "[server]\naddress = \"{grpc}\"\nmax_calls = 4096\nmax_streams_per_connection = 4096\n\
             [telemetry]\nmetrics_address = \"{metrics}\"\n\
             [database]\nurl = \"{database}\"\n\
             [auth]\npeople_jwks_file = \"{folder}/people.json\"\n\
             [auth.services]\nissuer = \"{issuer}\"\njwks = \"{folder}/jwks.json\"\n\
             [audit]\nsigning_key_file = \"{folder}/audit.pem\"\n\
             [order]\nurl = \"{redis}\"\n\
             [identity]\naddress = \"http://127.0.0.1:1\"\n\
             [broker]\nurl = \"{broker}\"\n\
             [line]\nanswer_within_ms = 20000\n",
            grpc = grpc.address(),
            metrics = metrics.address(),
            database = self.database_url,
            issuer = secrets::ISSUER,
            redis = self.redis_url,
            broker = self.broker_url,
        );
        ServicePlan {
            name: replica.to_owned(),
            binary: env!("CARGO_BIN_EXE_quota").into(),
            config,
            setup: vec![vec!["migrate".to_owned()]],
            environment: Vec::new(),
            grpc,
            metrics,
        }
    }

    /// subsidy, calling one replica.
    pub fn subsidy(&self, replica: &str) -> Caller {
        Caller::new(&self.services.grpc_url(replica).unwrap(), &self.issuer.service_token("subsidy"))
    }

    /// A worker, calling one replica.
    pub fn worker(&self, replica: &str, id: vocabulary::WorkerId) -> Caller {
        let worker = auth::Worker { id, channel: auth::Channel::App };
        let token = self.people.issue(auth::Person::Worker(&worker)).unwrap().text;
        Caller::new(&self.services.grpc_url(replica).unwrap(), &token)
    }

    pub async fn database(&self) -> sqlx::PgPool {
        connect(&self.database_url).await
    }

    /// Loses all that Redis holds, functions too.
    pub async fn wipe_redis(&self) {
        let client = redis::Client::open(self.redis_url.as_str()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        redis::pipe().cmd("FLUSHALL").cmd("FUNCTION").arg("FLUSH").exec_async(&mut connection).await.unwrap();
    }
}

async fn connect(url: &str) -> sqlx::PgPool {
    sqlx::postgres::PgPoolOptions::new().max_connections(4).connect(url).await.unwrap()
}

fn redis(folder: &TempDir, port: &Port) -> Process {
    let port = port.number().to_string();
    let arguments = ["--port", &port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
    let program = stack::find::program("redis-server").unwrap();
    let log = folder.path().join("redis.log");
    let launch = Launch::new("Redis of a test", program).args(arguments).log(log).folder(folder.path());
    let process = Process::spawn(launch).unwrap();
    let begun = Instant::now();
    let address = format!("127.0.0.1:{port}");
    while std::net::TcpStream::connect(&address).is_err() {
        assert!(begun.elapsed() < PATIENCE, "Redis did not start");
        std::thread::sleep(Duration::from_millis(20));
    }
    process
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
