//! Nobody decides what is their own, nor one case twice.

use proto::identity::OfficialRole::Reviewer;
use refusal::Reason;
use testkit::{Appointment, Official, Person, assert_refused};

use crate::calls::{decided, pass, reject, send_back};
use crate::ground::{PROGRAMME, shared, submitted};

/// Gives a person the office of a reviewer in a union.
async fn appoint(person: &Person, union: &Official, sign_in_name: &str) -> Official {
    let appointment = Appointment {
        union_id: &union.union_id,
        centre: false,
        sign_in_name,
        display_name: &person.name,
        id_number: &person.id_number,
        roles: &[Reviewer],
    };
    union.appoint(appointment).await
}

/// an official who is the applicant, by the ID number, decides nothing of the own application.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_decides_their_own_application() {
    let gangcheng = shared().await;
    let (applicant, case) = submitted(gangcheng, PROGRAMME).await;
    let applicant = appoint(&applicant.person, &gangcheng.street, "aishan.applicant").await;

    assert_refused(pass(&applicant, &case).await, Reason::OwnApplication);
    assert_refused(reject(&applicant, &case).await, Reason::OwnApplication);
    assert_refused(send_back(&applicant, &case, "2021-05-20").await, Reason::OwnApplication);

    let (_, of_another) = submitted(gangcheng, PROGRAMME).await;
    assert_eq!(decided(pass(&applicant, &of_another).await).current_step, 1);
}

/// nobody decides two steps of a case, not even by two appointments.
#[tokio::test(flavor = "multi_thread")]
async fn one_person_does_not_decide_two_steps() {
    let gangcheng = shared().await;
    let person = Person::new();
    let in_street = appoint(&person, &gangcheng.street, "aishan.both").await;
    let in_district = appoint(&person, &gangcheng.district, "gangcheng.both").await;
    let (_, case) = submitted(gangcheng, PROGRAMME).await;

    let case = decided(pass(&in_street, &case).await);

    assert_refused(pass(&in_district, &case).await, Reason::AnotherStepDecided);
    assert_eq!(decided(pass(&gangcheng.district, &case).await).current_step, 2);
}
