//! A city with nobody but identity in it, the root of its union tree, and people who come to it.

use std::sync::atomic::{AtomicU32, Ordering};

use proto::identity::{
    Channel, CodePurpose, Consent, GetWorkerRequest, RegisterWorkerRequest, RequestCodeRequest, UnionKind,
    VerifyRealNameRequest, WorkerView,
};
use proto::shared::Action;
use redis::aio::MultiplexedConnection;
use stack::Service;
use testkit::{Api, City, NewUnion, Official, Person, Worker, latest_code, request_id};
use tokio::sync::OnceCell;
use vocabulary::CreditCode;

const MOMENT: &str = "2021-05-10T09:00:00+08:00";

pub const BOTH_CONSENTS: [Consent; 2] = [Consent::PrivacyNotice, Consent::SensitiveData];

/// The city, and an official of its federation in every role.
pub struct House {
    pub city: City,
    pub federation: Official,
}

/// The house that most tests share, each with people and unions of its own.
pub async fn shared() -> &'static House {
    static SHARED: OnceCell<House> = OnceCell::const_new();
    SHARED.get_or_init(House::own).await
}

impl House {
    /// A house that one test has for itself.
    pub async fn own() -> Self {
        let city = City::found(&[Service::Identity], MOMENT).await;
        let federation = city.federation().await;
        Self { city, federation }
    }

    pub fn api(&self) -> Api {
        self.city.api()
    }

    /// The Redis that keeps codes and limits.
    pub async fn codes(&self) -> MultiplexedConnection {
        let redis = redis::Client::open(self.city.stack.codes().url()).unwrap();
        redis.get_multiplexed_async_connection().await.unwrap()
    }

    /// Asks for a code, which is sent.
    pub async fn code(&self, phone: &str, purpose: CodePurpose) -> String {
        self.api().workers().request_code(code_request(phone, purpose)).await.unwrap();
        latest_code(&self.city.outside, phone)
    }

    /// Somebody new, whom the register knows, and who has registered with both consents.
    pub async fn worker(&self) -> (Person, Worker) {
        let person = Person::new();
        self.city.outside.register(person.citizen());
        let worker = Worker::register(&self.api(), &self.city.outside, &person.phone, Channel::App).await;
        (person, worker)
    }

    /// Somebody new whose real name is verified.
    pub async fn verified(&self) -> (Person, Worker) {
        let (person, worker) = self.worker().await;
        worker.verify(&person.name, &person.id_number).await;
        (person, worker)
    }

    /// A district that has joined, and somebody with all its offices.
    pub async fn district(&self) -> Official {
        let (name, office) = (union_name(), sign_in_name());
        self.federation.below(new_union(UnionKind::District, &name), &office).await
    }

    /// What the trail holds of a subject, newest first.
    pub async fn trail(&self, subject: String) -> Vec<Action> {
        self.federation.api.trail(Service::Identity, &subject).await
    }
}

pub fn code_request(phone: &str, purpose: CodePurpose) -> RequestCodeRequest {
    RequestCodeRequest { request_id: request_id(), phone: phone.to_owned(), purpose: purpose.into() }
}

pub fn registration(phone: &str, code: &str, consents: &[Consent]) -> RegisterWorkerRequest {
    RegisterWorkerRequest {
        request_id: request_id(),
        phone: phone.to_owned(),
        code: code.to_owned(),
        consents: consents.iter().map(|consent| i32::from(*consent)).collect(),
        channel: Channel::Wechat.into(),
    }
}

pub fn check(name: &str, id_number: &str) -> VerifyRealNameRequest {
    VerifyRealNameRequest { request_id: request_id(), name: name.to_owned(), id_number: id_number.to_owned() }
}

pub fn look(worker_id: &str, view: WorkerView) -> GetWorkerRequest {
    GetWorkerRequest { worker_id: worker_id.to_owned(), view: view.into() }
}

/// Six digits that are not these.
pub fn other_than(code: &str) -> &'static str {
    if code == "000000" { "111111" } else { "000000" }
}

pub fn new_union(kind: UnionKind, name: &str) -> NewUnion<'_> {
    NewUnion { kind, name, administrative_code: "", credit_code: "" }
}

/// A name that no other union has.
pub fn union_name() -> String {
    format!("第{}测试工会", next())
}

/// A name that no other official has.
pub fn sign_in_name() -> String {
    format!("official.{}", next())
}

/// A credit code of no unit there is, and of no other here.
pub fn credit_code() -> String {
    let digits = format!("91370117YMT{:06}", next());
    let checks = "0123456789ABCDEFGHJKLMNPQRTUWXY".chars().map(|check| format!("{digits}{check}"));
    checks.into_iter().find(|code| code.parse::<CreditCode>().is_ok()).unwrap()
}

fn next() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
