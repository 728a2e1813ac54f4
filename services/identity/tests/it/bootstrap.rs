//! The operator makes the city federation and its first administrator, once.

use proto::identity::ListUnionsRequest;
use stack::Service;
use testkit::{City, Official, Person};

use crate::house;

/// what is wrong makes nothing; what is right makes the city, with an administrator who can take office.
#[tokio::test(flavor = "multi_thread")]
async fn the_operator_makes_the_city() {
    let city = City::found(&[Service::Identity], "2021-05-10T09:00:00+08:00").await;
    let person = Person::new();
    let right = Words::of(&city, &person);

    for wrong in [
        Words { administrative_code: "37".to_owned(), ..right.clone() },
        Words { administrator: "Zhang San".to_owned(), ..right.clone() },
        Words { sign_in_name: "A".to_owned(), ..right.clone() },
        Words { id_number_file: "nowhere".to_owned(), ..right.clone() },
    ] {
        assert!(wrong.say(&city).is_err(), "{wrong:?}");
    }
    let secret = right.say(&city).unwrap();

    let administrator = Official::activate(&city.api(), secret.trim()).await;
    assert_eq!(administrator.sign_in_name, right.sign_in_name);
    let roots = administrator.api.unions().list_unions(ListUnionsRequest::default()).await.unwrap();
    let roots = roots.into_inner().unions;
    assert_eq!(roots.len(), 1);
    assert_eq!((&roots[0].name, roots[0].administrative_code.as_str()), (&right.name, "370100"));
}

/// a second time nothing is made, and the first administrator stays.
#[tokio::test(flavor = "multi_thread")]
async fn a_city_is_made_once() {
    let house = house::shared().await;
    let words = Words { name: "另一个总工会".to_owned(), ..Words::of(&house.city, &Person::new()) };

    assert!(words.say(&house.city).is_err());

    let roots = house.federation.api.unions().list_unions(ListUnionsRequest::default()).await.unwrap();
    let names: Vec<_> = roots.into_inner().unions.into_iter().map(|root| root.name).collect();
    assert_eq!(names, ["济南市总工会"]);
    let trail = house.trail(format!("union:{}", house.federation.union_id)).await;
    let told: Vec<_> = trail.iter().map(|one| (one.action.as_str(), one.actor.as_str())).collect();
    assert_eq!(told, [("CITY_BOOTSTRAPPED", "operator")]);
}

/// What the operator says.
#[derive(Clone, Debug)]
struct Words {
    name: String,
    administrative_code: String,
    administrator: String,
    sign_in_name: String,
    id_number_file: String,
}

impl Words {
    fn of(city: &City, person: &Person) -> Self {
        let file = city.folder().join(format!("administrator-{}", person.number));
        std::fs::write(&file, &person.id_number).unwrap();
        Self {
            name: "济南市总工会".to_owned(),
            administrative_code: "370100".to_owned(),
            administrator: person.name.clone(),
            sign_in_name: house::sign_in_name(),
            id_number_file: file.to_str().unwrap().to_owned(),
        }
    }

    fn say(&self, city: &City) -> Result<String, stack::Error> {
        let words = [
            "bootstrap",
            "--name",
            &self.name,
            "--administrative-code",
            &self.administrative_code,
            "--administrator",
            &self.administrator,
            "--sign-in-name",
            &self.sign_in_name,
            "--id-number-file",
            &self.id_number_file,
        ];
        city.run("identity", &words)
    }
}
