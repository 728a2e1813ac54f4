//! A city with two replicas of quota in it, and identity for people's keys.

use chrono::{DateTime, Utc};
use stack::{Service, Services};
use testkit::{City, Site};
use tokio::sync::OnceCell;

use crate::calls::Caller;

pub const REPLICAS: [&str; 2] = ["quota-1", "quota-2"];
const MOMENT: &str = "2021-05-10T09:00:00+08:00";

/// The city of one test, or of most of this test binary.
pub struct House {
    pub city: City,
}

/// The house that most tests share, each with a programme of its own.
pub async fn shared() -> &'static House {
    static SHARED: OnceCell<House> = OnceCell::const_new();
    SHARED.get_or_init(House::own).await
}

impl House {
    /// A house that one test has for itself.
    pub async fn own() -> Self {
        Self { city: City::found(&[Service::Identity, Service::Quota], MOMENT).await }
    }

    /// A house on stores of its own, which a test may hurt.
    pub async fn on(stores: stack::Addresses) -> Self {
        let site = Site {
            name: "house".to_owned(),
            services: vec![Service::Identity, Service::Quota],
            programs: std::env::current_exe().unwrap().ancestors().nth(2).unwrap().to_owned(),
            stores,
            folder: tempfile::tempdir().unwrap(),
        };
        Self { city: City::found_on(site, MOMENT).await.unwrap() }
    }

    /// The services, to be hurt.
    pub fn services(&self) -> &Services {
        self.city.stack.services()
    }

    /// The moment by which quota opens and closes windows.
    pub fn now(&self) -> DateTime<Utc> {
        self.city.clock.now().unwrap()
    }

    /// subsidy, calling one replica.
    pub fn subsidy(&self, replica: &str) -> Caller {
        self.caller(replica, &self.city.service_token("subsidy"))
    }

    /// Who operates the cluster, calling one replica.
    pub fn operator(&self, replica: &str) -> Caller {
        self.caller(replica, &self.city.service_token("operator"))
    }

    /// A worker, calling one replica.
    pub fn worker(&self, replica: &str, id: vocabulary::WorkerId) -> Caller {
        let worker = auth::Worker { id, channel: auth::Channel::App };
        self.caller(replica, &self.city.token(auth::Person::Worker(&worker)))
    }

    pub async fn database(&self) -> sqlx::PgPool {
        self.city.database(Service::Quota).await
    }

    fn caller(&self, replica: &str, token: &str) -> Caller {
        Caller::new(&self.city.instance(Service::Quota, replica).with_token(token))
    }
}
