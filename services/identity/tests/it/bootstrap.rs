//! The operator makes the city federation and its first administrator, once.

use proto::identity::ListUnionsRequest;
use stack::Service;
use stack::city::Bootstrap;
use testkit::{City, Official, Person};

use crate::house;

/// what is wrong makes nothing; what is right makes the city, with an administrator who can take office.
#[tokio::test(flavor = "multi_thread")]
async fn the_operator_makes_the_city() {
    let city = City::found(&[Service::Identity], "2021-05-10T09:00:00+08:00").await;
    let (person, sign_in_name) = (Person::new(), house::sign_in_name());
    let (right, file) = (jinan(&person, &sign_in_name), id_number_file(&city, &person));

    for (wrong, file) in [
        (Bootstrap { administrative_code: "37", ..right }, file.as_str()),
        (Bootstrap { administrator: "Zhang San", ..right }, file.as_str()),
        (Bootstrap { sign_in_name: "A", ..right }, file.as_str()),
        (right, "nowhere"),
    ] {
        assert!(city.run("identity", &wrong.words(file)).is_err(), "{wrong:?}, {file}");
    }
    let secret = city.run("identity", &right.words(&file)).unwrap();

    let administrator = Official::activate(&city.api(), secret.trim()).await;
    assert_eq!(administrator.sign_in_name, right.sign_in_name);
    let roots = administrator.api.unions().list_unions(ListUnionsRequest::default()).await.unwrap();
    let roots = roots.into_inner().unions;
    assert_eq!(roots.len(), 1);
    assert_eq!((roots[0].name.as_str(), roots[0].administrative_code.as_str()), (right.name, "370100"));
}

/// a second time nothing is made, and the first administrator stays.
#[tokio::test(flavor = "multi_thread")]
async fn a_city_is_made_once() {
    let house = house::shared().await;
    let (person, sign_in_name) = (Person::new(), house::sign_in_name());
    let again = Bootstrap { name: "另一个总工会", ..jinan(&person, &sign_in_name) };

    let file = id_number_file(&house.city, &person);
    assert!(house.city.run("identity", &again.words(&file)).is_err());

    let roots = house.federation.api.unions().list_unions(ListUnionsRequest::default()).await.unwrap();
    let names: Vec<_> = roots.into_inner().unions.into_iter().map(|root| root.name).collect();
    assert_eq!(names, ["济南市总工会"]);
    let trail = house.trail(format!("union:{}", house.federation.union_id)).await;
    let told: Vec<_> = trail.iter().map(|one| (one.action.as_str(), one.actor.as_str())).collect();
    assert_eq!(told, [("CITY_BOOTSTRAPPED", "operator")]);
}

/// What the operator says of Jinan.
fn jinan<'a>(person: &'a Person, sign_in_name: &'a str) -> Bootstrap<'a> {
    Bootstrap {
        name: "济南市总工会",
        administrative_code: "370100",
        administrator: &person.name,
        sign_in_name,
        id_number: &person.id_number,
    }
}

fn id_number_file(city: &City, person: &Person) -> String {
    let file = city.folder().join(format!("administrator-{}", person.number));
    std::fs::write(&file, &person.id_number).unwrap();
    file.to_str().unwrap().to_owned()
}
