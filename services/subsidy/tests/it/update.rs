//! `UpdateApplication`.

use proto::subsidy::{ApplicationFields, PayeeFields, PayeeKind, UnitFields, UpdateApplicationRequest};
use refusal::Reason;
use testkit::{ALL_FIELDS, Applicant, assert_field, assert_refused, fields, request_id};
use tonic::{Response, Status};
use vocabulary::BankCard;

use crate::calls::{draft, filled_in, moves_to, submitted, times};
use crate::city::{OPEN, shared};

/// a change after printing makes a new revision; the same again, and a change before printing, do not.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_after_printing_makes_a_new_revision() {
    let ground = shared().await;
    let applicant = filled_in(ground, OPEN).await;
    let moves = async |household| {
        let request = moves_to(&applicant, household);
        let answer = applicant.worker.api.applications().update_application(request).await;
        answer.unwrap().into_inner().application.unwrap()
    };
    assert_eq!(moves("济南市钢城区里辛街道").await.revision, 1);

    applicant.worker.print_form(&applicant.application.id).await;

    assert_eq!(moves("济南市钢城区里辛街道").await.revision, 1, "nothing was changed");
    let changed = moves("济南市钢城区汶源街道").await;
    assert_eq!((changed.revision, changed.printed_revision), (2, 1));
    assert_eq!(moves("济南市钢城区颜庄街道").await.revision, 2, "nothing was printed since");
    assert_eq!(applicant.now().await.fields.unwrap().household, "济南市钢城区颜庄街道");
    assert_eq!(times(ground, &applicant, "APPLICATION_CHANGED").await, 4);
}

/// the mask names what changes; everything else stays as it was.
#[tokio::test(flavor = "multi_thread")]
async fn only_what_the_mask_names_is_changed() {
    let applicant = filled_in(shared().await, OPEN).await;
    let before = applicant.application.fields.clone().unwrap();
    let request = UpdateApplicationRequest {
        request_id: request_id(),
        application_id: applicant.application.id.clone(),
        fields: Some(ApplicationFields {
            migrant_worker: true,
            household: "not looked at".to_owned(),
            ..ApplicationFields::default()
        }),
        update_mask: vec!["migrant_worker".to_owned()],
    };

    applicant.worker.api.applications().update_application(request).await.unwrap();

    let expected = ApplicationFields { migrant_worker: true, ..before };
    assert_eq!(applicant.now().await.fields, Some(expected));
}

/// what is sensitive comes back masked.
#[tokio::test(flavor = "multi_thread")]
async fn account_and_holder_are_answered_masked() {
    let applicant = filled_in(shared().await, OPEN).await;

    let payee = applicant.now().await.fields.unwrap().payee.unwrap();

    let card = &applicant.person.bank_card;
    assert!(payee.account.contains('*') && !payee.account.contains(&card[4..card.len() - 4]), "{payee:?}");
    assert!(payee.holder.contains('*') && payee.holder != applicant.person.name, "{payee:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_field_of_a_change_is_told_at_once() {
    let applicant = draft(shared().await, OPEN).await;
    let card = &applicant.person.bank_card;
    let wrong = if card.ends_with('0') { "1" } else { "0" };
    let values = ApplicationFields {
        household: "济".to_owned(),
        unit: Some(UnitFields {
            name: "厂".repeat(81),
            credit_code: "91370117YMDATA0140".to_owned(),
            kind: 9,
            post: String::new(),
            rank: 0,
        }),
        payee: Some(PayeeFields {
            kind: PayeeKind::BankCard.into(),
            account: format!("{}{wrong}", &card[..card.len() - 1]),
            holder: "Zhang San".to_owned(),
        }),
        ..ApplicationFields::default()
    };
    let mut request = UpdateApplicationRequest {
        request_id: request_id(),
        application_id: applicant.application.id.clone(),
        fields: Some(values),
        update_mask: ALL_FIELDS.map(str::to_owned).to_vec(),
    };
    request.update_mask.push("arrival_number".to_owned());

    let answer = applicant.worker.api.applications().update_application(request).await;

    let status = assert_refused(answer, Reason::FieldsInvalid);
    assert_field(&status, "fields.household", Reason::TooShort);
    assert_field(&status, "fields.unit.name", Reason::TooLong);
    assert_field(&status, "fields.unit.credit_code", Reason::CreditCodeCheck);
    assert_field(&status, "fields.unit.kind", Reason::ChoiceUnknown);
    assert_field(&status, "fields.unit.post", Reason::FieldRequired);
    assert_field(&status, "fields.unit.rank", Reason::FieldRequired);
    assert_field(&status, "fields.payee.account", Reason::BankCardCheckDigit);
    assert_field(&status, "fields.payee.holder", Reason::PersonNameMalformed);
    assert_field(&status, "update_mask", Reason::ChoiceUnknown);
}

/// each way in which a credit code or a name is mistyped is told apart.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_mistyped_is_told_apart() {
    let applicant = draft(shared().await, OPEN).await;
    let refused = async |credit_code: &str, holder: &str| {
        let mut values = fields(&applicant.person);
        credit_code.clone_into(&mut values.unit.as_mut().unwrap().credit_code);
        holder.clone_into(&mut values.payee.as_mut().unwrap().holder);
        let answer = applicant.worker.fill_in(&applicant.application.id, values).await.map(Response::new);
        assert_refused(answer, Reason::FieldsInvalid)
    };

    let status = refused("91370117", "张").await;
    assert_field(&status, "fields.unit.credit_code", Reason::CreditCodeLength);
    assert_field(&status, "fields.payee.holder", Reason::PersonNameTooShort);
    let status = refused("91370117YMDATAOI4P", &"张".repeat(31)).await;
    assert_field(&status, "fields.unit.credit_code", Reason::CreditCodeCharacter);
    assert_field(&status, "fields.payee.holder", Reason::PersonNameTooLong);
    let status = refused("913701A7YMDATA014P", "张测三").await;
    assert_field(&status, "fields.unit.credit_code", Reason::CreditCodeRegion);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_nothing_is_refused() {
    let applicant = draft(shared().await, OPEN).await;

    let request = UpdateApplicationRequest::default();
    let answer = applicant.worker.api.applications().update_application(request).await;

    let status = assert_refused(answer, Reason::FieldsInvalid);
    assert_field(&status, "request_id", Reason::RequestIdMissing);
    assert_field(&status, "application_id", Reason::FieldRequired);
    assert_field(&status, "update_mask", Reason::FieldRequired);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mask_names_each_field_once() {
    let applicant = draft(shared().await, OPEN).await;
    for (times, reason) in [(2, Reason::EntryTwice), (100_000, Reason::TooMany)] {
        let request = UpdateApplicationRequest {
            update_mask: vec!["migrant_worker".to_owned(); times],
            ..UpdateApplicationRequest::default()
        };
        let answer = applicant.worker.api.applications().update_application(request).await;
        assert_field(&assert_refused(answer, Reason::FieldsInvalid), "update_mask", reason);
    }
}

/// a debit card of an accepted bank, or a wallet, in the applicant's own name.
#[tokio::test(flavor = "multi_thread")]
async fn money_goes_to_the_applicants_own_account_only() {
    let applicant = draft(shared().await, OPEN).await;
    let own = applicant.person.name.as_str();

    let credit = pay_to(&applicant, PayeeKind::BankCard, &card("622206"), own).await;
    assert_refused(credit, Reason::CardNotDebit);
    let other_bank = pay_to(&applicant, PayeeKind::BankCard, &card("622848"), own).await;
    assert_refused(other_bank, Reason::BankNotAccepted);
    let no_card = pay_to(&applicant, PayeeKind::BankCard, "6222 03", own).await;
    assert_field(
        &assert_refused(no_card, Reason::FieldsInvalid),
        "fields.payee.account",
        Reason::BankCardMalformed,
    );
    let no_wallet = pay_to(&applicant, PayeeKind::Wallet, "钱包", own).await;
    assert_field(
        &assert_refused(no_wallet, Reason::FieldsInvalid),
        "fields.payee.account",
        Reason::WalletMalformed,
    );
    let a_friends = pay_to(&applicant, PayeeKind::BankCard, &card("622203"), "李测友").await;
    assert_refused(a_friends, Reason::HolderNotApplicant);
    assert_eq!(applicant.now().await.fields.unwrap().payee, None, "nothing of it was kept");

    pay_to(&applicant, PayeeKind::Wallet, "wallet2021", own).await.unwrap();
    let payee = applicant.now().await.fields.unwrap().payee.unwrap();
    assert_eq!(payee.kind(), PayeeKind::Wallet);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_repeated_is_one_change() {
    let ground = shared().await;
    let applicant = filled_in(ground, OPEN).await;
    let request = moves_to(&applicant, "济南市钢城区辛庄街道");
    let update = async |request| applicant.worker.api.applications().update_application(request).await;

    let first = update(request.clone()).await.unwrap().into_inner();

    assert_eq!(update(request.clone()).await.unwrap().into_inner(), first);
    assert_eq!(times(ground, &applicant, "APPLICATION_CHANGED").await, 2, "filled in, and moved once");
    let other =
        UpdateApplicationRequest { request_id: request.request_id, ..moves_to(&applicant, "济南市") };
    assert_refused(update(other).await, Reason::RequestIdReused);
}

/// what is submitted stays as it is, and nobody changes another's.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_submitted_or_anothers_does_not_change() {
    let ground = shared().await;
    let (applicant, other) = (submitted(ground, OPEN).await, draft(ground, OPEN).await);
    let request = moves_to(&applicant, "济南市钢城区辛庄街道");

    let locked = applicant.worker.api.applications().update_application(request.clone()).await;
    assert_refused(locked, Reason::ApplicationLocked);
    let anothers = other.worker.api.applications().update_application(request).await;
    assert_refused(anothers, Reason::NotFound);
}

async fn pay_to(
    applicant: &Applicant,
    kind: PayeeKind,
    account: &str,
    holder: &str,
) -> Result<Response<proto::subsidy::UpdateApplicationResponse>, Status> {
    let mut values = fields(&applicant.person);
    values.payee =
        Some(PayeeFields { kind: kind.into(), account: account.to_owned(), holder: holder.to_owned() });
    let request = UpdateApplicationRequest {
        request_id: request_id(),
        application_id: applicant.application.id.clone(),
        fields: Some(values),
        update_mask: vec!["payee".to_owned()],
    };
    applicant.worker.api.applications().update_application(request).await
}

/// A card number that begins so, and whose check digit is right.
fn card(first_digits: &str) -> String {
    let digits = format!("{first_digits:0<18}");
    let candidates = ('0'..='9').map(|check| format!("{digits}{check}"));
    candidates.into_iter().find(|text| text.parse::<BankCard>().is_ok()).unwrap()
}
