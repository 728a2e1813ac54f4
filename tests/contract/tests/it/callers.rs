//! Everybody who could call: workers, officials of every role and place, and services.

use auth::{Channel, Official, Person, Roles, Worker};
use stack::Service;
use testkit::City;
use uuid::Uuid;
use vocabulary::{OfficialId, Role, UnionId, UnionPath, WorkerId};

/// Somebody, by what the policy goes by.
pub struct Caller {
    /// As the table of who may call names them.
    pub name: String,
    /// What they show; nobody shows nothing.
    pub token: Option<String>,
}

/// One of each kind.
pub fn everybody(city: &City) -> Vec<Caller> {
    let nobody = Caller { name: "nobody".to_owned(), token: None };
    let mut all = vec![nobody, worker(city)];
    for place in ["district", "city", "centre"] {
        all.extend(Role::ALL.iter().map(|role| official(city, place, *role)));
    }
    let names = Service::ALL.into_iter().map(Service::name).chain(["gateway", "operator", "stranger"]);
    all.extend(names.map(|name| Caller {
        name: format!("service {name}"),
        token: Some(city.stack.issuer().service_token(name)),
    }));
    all
}

fn worker(city: &City) -> Caller {
    let worker = Worker { id: WorkerId::new(), channel: Channel::App };
    let token = city.token(Person::Worker(&worker));
    Caller { name: "worker".to_owned(), token: Some(token) }
}

fn official(city: &City, place: &str, role: Role) -> Caller {
    let union = UnionId::new();
    let path = match place {
        "district" => UnionPath::root(UnionId::new()).child(union).unwrap(),
        _ => UnionPath::root(union),
    };
    let official = Official {
        id: OfficialId::new(),
        union,
        path,
        roles: Roles::of(&[role]),
        centre: place == "centre",
        person: Uuid::now_v7(),
    };
    let token = city.token(Person::Official(&official));
    Caller { name: format!("{place} {role}"), token: Some(token) }
}
