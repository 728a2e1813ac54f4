//! Signing in: by phone and code, or by name, password and one-time password, each accepted once.

use std::time::{SystemTime, UNIX_EPOCH};

use proto::identity::{ActivateOfficialRequest, Channel, CodePurpose, SignInOfficialRequest, SignInRequest};
use refusal::Reason;
use testkit::{PASSWORD, Person, assert_field, assert_refused, request_id};
use totp_rs::Totp;

use crate::house::{self, House};
use crate::officials::appointment;

/// An authenticator shows six digits for so long.
const STEP_S: u64 = 30;

/// Somebody who is in office and has not signed in yet.
struct Holder {
    name: String,
    authenticator: Totp,
}

/// name, password and the digits of the moment sign in, each digits once.
#[tokio::test(flavor = "multi_thread")]
async fn each_one_time_password_signs_in_once() {
    let house = house::shared().await;
    let holder = Holder::of(house).await;
    let digits = holder.digits(0);

    let answer = house.api().sessions().sign_in_official(holder.sign_in(PASSWORD, &digits)).await;
    let official = answer.unwrap().into_inner().official.unwrap();
    assert_eq!((official.sign_in_name, official.active), (holder.name.clone(), true));

    let again = house.api().sessions().sign_in_official(holder.sign_in(PASSWORD, &digits)).await;
    assert_refused(again, Reason::SignInWrong);
    let next = house.api().sessions().sign_in_official(holder.sign_in(PASSWORD, &holder.digits(1))).await;
    next.unwrap();
}

/// the same digits at the same time sign in one of two.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_at_once_one_signs_in() {
    let house = house::shared().await;
    let holder = Holder::of(house).await;
    let request = holder.sign_in(PASSWORD, &holder.digits(0));
    let (mut left, mut right) = (house.api().sessions(), house.api().sessions());

    let both = tokio::join!(left.sign_in_official(request.clone()), right.sign_in_official(request));

    assert!(both.0.is_ok() != both.1.is_ok(), "{both:?}");
}

/// which of the three is wrong, and whether there is such a name, is not told.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_not_told() {
    let house = house::shared().await;
    let holder = Holder::of(house).await;
    let nobody = Holder { name: house::sign_in_name(), authenticator: holder.authenticator.clone() };
    let digits = holder.digits(0);

    let wrong = [
        holder.sign_in("another password", &digits),
        holder.sign_in(PASSWORD, house::other_than(&digits)),
        nobody.sign_in(PASSWORD, &digits),
    ];
    let mut told = Vec::new();
    for request in wrong {
        let answer = house.api().sessions().sign_in_official(request).await;
        told.push(assert_refused(answer, Reason::SignInWrong).message().to_owned());
    }
    told.dedup();
    assert_eq!(told.len(), 1);
    house.api().sessions().sign_in_official(holder.sign_in(PASSWORD, &digits)).await.unwrap();
}

/// ten guesses at the digits lock a name, also for who knows all three; a right one before forgets them. Only who has
/// all three is told.
#[tokio::test(flavor = "multi_thread")]
async fn ten_guesses_at_the_digits_lock_a_name() {
    let house = house::shared().await;
    let holder = Holder::of(house).await;
    house.refuse(&holder.sign_in(PASSWORD, holder.wrong_digits()), 9).await;
    let right = holder.sign_in(PASSWORD, &holder.digits(0));
    house.api().sessions().sign_in_official(right).await.unwrap();

    house.refuse(&holder.sign_in(PASSWORD, holder.wrong_digits()), 10).await;

    let right = holder.sign_in(PASSWORD, &holder.digits(1));
    assert_refused(house.api().sessions().sign_in_official(right).await, Reason::SignInLocked);
    house.refuse(&holder.sign_in(PASSWORD, holder.wrong_digits()), 1).await;
    house.refuse(&holder.sign_in("another password", &holder.digits(1)), 1).await;
}

/// who does not know the password locks nobody out, with whatever digits.
#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_lock_nobody_out() {
    let house = house::shared().await;
    let holder = Holder::of(house).await;

    house.refuse(&holder.sign_in("another password", holder.wrong_digits()), 11).await;
    house.refuse(&holder.sign_in("another password", &holder.digits(0)), 11).await;

    let right = holder.sign_in(PASSWORD, &holder.digits(0));
    house.api().sessions().sign_in_official(right).await.unwrap();
}

/// digits that were accepted are no guess: showing them again is refused, and does not count.
#[tokio::test(flavor = "multi_thread")]
async fn digits_shown_again_are_no_guess() {
    let house = house::shared().await;
    let holder = Holder::of(house).await;
    let used = holder.sign_in(PASSWORD, &holder.digits(0));
    house.api().sessions().sign_in_official(used.clone()).await.unwrap();

    house.refuse(&used, 11).await;

    let next = holder.sign_in(PASSWORD, &holder.digits(1));
    house.api().sessions().sign_in_official(next).await.unwrap();
}

/// who is appointed and has not activated it does not sign in.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_signs_in_before_activation() {
    let house = house::shared().await;
    let name = house::sign_in_name();
    let request = appointment(&house.federation.union_id, &name);
    house.federation.api.officials().appoint_official(request).await.unwrap();

    let request = SignInOfficialRequest {
        sign_in_name: name,
        password: PASSWORD.to_owned(),
        one_time_password: "000000".to_owned(),
    };
    assert_refused(house.api().sessions().sign_in_official(request).await, Reason::SignInWrong);
}

/// a phone without an account says so to its holder only.
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_without_an_account_is_told_to_its_holder() {
    let house = house::shared().await;
    let phone = Person::new().phone;
    let sign_in = |code: &str| SignInRequest {
        phone: phone.clone(),
        code: code.to_owned(),
        channel: Channel::Web.into(),
    };
    assert_refused(house.api().sessions().sign_in(sign_in("123456")).await, Reason::CodeWrong);

    let code = house.code(&phone, CodePurpose::SignIn).await;
    assert_refused(house.api().sessions().sign_in(sign_in(&code)).await, Reason::PhoneUnknown);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_fields_are_named() {
    let house = house::shared().await;
    let mut sessions = house.api().sessions();

    let status = assert_refused(sessions.sign_in(SignInRequest::default()).await, Reason::FieldsInvalid);
    for field in ["phone", "code", "channel"] {
        assert_field(&status, field, Reason::FieldRequired);
    }
    let wrong = SignInRequest { phone: "1".to_owned(), code: "1234567".to_owned(), channel: 9 };
    let status = assert_refused(sessions.sign_in(wrong).await, Reason::FieldsInvalid);
    assert_field(&status, "phone", Reason::PhoneMalformed);
    assert_field(&status, "code", Reason::TooLong);
    assert_field(&status, "channel", Reason::ChoiceUnknown);

    let answer = sessions.sign_in_official(SignInOfficialRequest::default()).await;
    let status = assert_refused(answer, Reason::FieldsInvalid);
    for field in ["sign_in_name", "password", "one_time_password"] {
        assert_field(&status, field, Reason::FieldRequired);
    }
    let wrong = SignInOfficialRequest {
        sign_in_name: "Li Si".to_owned(),
        password: "a".repeat(129),
        one_time_password: "1234567".to_owned(),
    };
    let status = assert_refused(sessions.sign_in_official(wrong).await, Reason::FieldsInvalid);
    assert_field(&status, "sign_in_name", Reason::SignInNameMalformed);
    assert_field(&status, "password", Reason::TooLong);
    assert_field(&status, "one_time_password", Reason::TooLong);
}

impl House {
    /// Signs in so many times, and is told each time that something is wrong.
    async fn refuse(&self, request: &SignInOfficialRequest, times: usize) {
        let mut sessions = self.api().sessions();
        for _ in 0..times {
            assert_refused(sessions.sign_in_official(request.clone()).await, Reason::SignInWrong);
        }
    }
}

impl Holder {
    async fn of(house: &House) -> Self {
        let name = house::sign_in_name();
        let request = appointment(&house.federation.union_id, &name);
        let answer = house.federation.api.officials().appoint_official(request).await.unwrap().into_inner();
        let request = ActivateOfficialRequest {
            request_id: request_id(),
            appointment_secret: answer.appointment_secret,
            password: PASSWORD.to_owned(),
        };
        let answer = house.api().officials().activate_official(request).await.unwrap().into_inner();
        Self { name, authenticator: Totp::from_url(&answer.otpauth_uri).unwrap() }
    }

    /// What the authenticator shows so many steps from now.
    fn digits(&self, steps: u64) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        self.authenticator.generate(now + steps * STEP_S).to_string()
    }

    /// What it shows neither now nor a step before or after.
    fn wrong_digits(&self) -> &'static str {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        // A test may take a few steps.
        let shown: Vec<String> = (0..10)
            .map(|step| self.authenticator.generate(now + step * STEP_S - STEP_S).to_string())
            .collect();
        [
            "000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777", "888888",
            "999999", "123456",
        ]
        .into_iter()
        .find(|digits| !shown.iter().any(|one| one == digits))
        .unwrap()
    }

    fn sign_in(&self, password: &str, digits: &str) -> SignInOfficialRequest {
        SignInOfficialRequest {
            sign_in_name: self.name.clone(),
            password: password.to_owned(),
            one_time_password: digits.to_owned(),
        }
    }
}
