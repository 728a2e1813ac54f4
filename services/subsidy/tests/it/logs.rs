//! Nothing sensitive is logged, neither by calls that are answered nor by calls that are refused.

use proto::subsidy::{GetPayeeRequest, MaterialData, MaterialKind, PayeeFields, PayeeKind};
use refusal::Reason;
use testkit::{Applicant, Gangcheng, Upload, assert_refused, fields, picture, request_id};
use tonic::Response;

use crate::calls::{draft, submitted};
use crate::city::{OPEN, shared};
use crate::grants::granted;

/// A code that no other test uses.
const CHSI_CODE: &str = "YMLOG20210510";

/// numbers, names and codes occur in the log of no service.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_sensitive_is_logged() {
    let ground = shared().await;
    let refused = draft(ground, OPEN).await;
    be_refused(&refused).await;
    let approved = submitted(ground, OPEN).await;
    ground.approve(&approved).await;
    pay(ground, &approved).await;
    granted(&approved, 1).await;

    for (service, log) in ground.city.logs() {
        assert!(log.contains("taking calls"), "this is not the log of a service: {service}");
        assert!(!log.contains("BasicReturnMessage"), "{service} logged the body of a message");
        for person in [&refused.person, &approved.person] {
            let sensitive =
                [&person.id_number, &person.bank_card, &person.phone, &person.name].map(String::as_str);
            for text in [&sensitive[..], &[CHSI_CODE, &format!("YMDATA{:08}", person.number)]].concat() {
                let line = log.lines().find(|line| line.contains(text));
                assert_eq!(line, None, "{service} logged {text}");
            }
        }
    }
}

/// Sends sensitive things in calls that are refused.
async fn be_refused(applicant: &Applicant) {
    let application_id = &applicant.application.id;
    let mut values = fields(&applicant.person);
    values.payee = Some(PayeeFields {
        kind: PayeeKind::BankCard.into(),
        account: applicant.person.bank_card.clone(),
        holder: "李测友".to_owned(),
    });
    let answer = applicant.worker.fill_in(application_id, values).await.map(Response::new);
    assert_refused(answer, Reason::HolderNotApplicant);
    let chsi = Upload {
        application_id,
        kind: MaterialKind::ChsiReport,
        file_name: &applicant.person.id_number,
        data: MaterialData { chsi_code: CHSI_CODE.to_owned(), ..MaterialData::default() },
        bytes: &picture::png(11),
    };
    let answer = applicant.worker.upload(chsi).await.map(Response::new);
    assert_refused(answer, Reason::FieldsInvalid);
    let answer = applicant.worker.submit(application_id, &request_id()).await;
    assert_refused(answer, Reason::ApplicationIncomplete);
}

async fn pay(ground: &Gangcheng, applicant: &Applicant) {
    let request =
        GetPayeeRequest { application_id: applicant.application.id.clone(), instruction_id: request_id() };
    ground.city.service("payment").applications().get_payee(request).await.unwrap();
}
