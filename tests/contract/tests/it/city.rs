//! The six services, as they are deployed, with nobody in them.

use stack::Service;
use testkit::City;
use tokio::sync::OnceCell;
use tonic::transport::{Channel, Endpoint};

/// Whatever the day: nothing here depends on it.
const MOMENT: &str = "2021-05-10T09:00:00+08:00";

/// The city that all tests of this binary share: they change nothing in it.
pub async fn shared() -> &'static City {
    static SHARED: OnceCell<City> = OnceCell::const_new();
    SHARED.get_or_init(|| City::found(&Service::ALL, MOMENT)).await
}

/// A city of one service, and of one test.
pub async fn of(service: Service) -> City {
    City::found(&[service], MOMENT).await
}

/// A connection to each service; where several replicas run, to the first.
pub fn channels(city: &City) -> Vec<(Service, Channel)> {
    let mut instances = city.stack.instances().unwrap();
    instances.dedup_by_key(|(service, ..)| *service);
    instances
        .into_iter()
        .map(|(service, _, url)| (service, Endpoint::from_shared(url).unwrap().connect_lazy()))
        .collect()
}
