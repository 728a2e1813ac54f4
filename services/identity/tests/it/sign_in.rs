//! Signing in: by phone and code, or by name, password and one-time password, each accepted once.

use std::time::{SystemTime, UNIX_EPOCH};

use proto::identity::{ActivateOfficialRequest, Channel, CodePurpose, SignInOfficialRequest, SignInRequest};
use redis::cmd;
use refusal::Reason;
use stack::Service;
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

/// ten guesses at the digits lock a name, also for who knows all three; a right one before forgets them. Only who
/// shows the digits of the moment is told.
#[tokio::test(flavor = "multi_thread")]
async fn ten_guesses_at_the_digits_lock_a_name() {
    let house = house::shared().await;
    let holder = Holder::of(house).await;
    house.refuse(&holder.sign_in(PASSWORD, holder.wrong_digits()), 9).await;
    let right = holder.sign_in(PASSWORD, &holder.digits(0));
    house.api().sessions().sign_in_official(right).await.unwrap();

    house.refuse(&holder.sign_in(PASSWORD, holder.wrong_digits()), 10).await;

    house.refuse(&holder.sign_in(PASSWORD, holder.wrong_digits()), 1).await;
    house.refuse(&holder.sign_in("another password", holder.wrong_digits()), 1).await;
    let right = holder.sign_in(PASSWORD, &holder.digits(1));
    assert_refused(house.api().sessions().sign_in_official(right).await, Reason::SignInLocked);
}

/// ten guesses at the password with the digits of the moment lock a name.
#[tokio::test(flavor = "multi_thread")]
async fn ten_guesses_at_the_password_lock_a_name() {
    let house = house::shared().await;
    let holder = Holder::of(house).await;

    house.refuse(&holder.sign_in("another password", &holder.digits(0)), 10).await;

    let right = holder.sign_in(PASSWORD, &holder.digits(0));
    assert_refused(house.api().sessions().sign_in_official(right).await, Reason::SignInLocked);
}

/// a lock tells of no password: it looks at the digits only.
#[tokio::test(flavor = "multi_thread")]
async fn a_lock_does_not_tell_a_right_password() {
    let house = house::shared().await;
    let holder = Holder::of(house).await;
    house.refuse(&holder.sign_in(PASSWORD, holder.wrong_digits()), 10).await;

    for (password, steps) in [("another password", 0), (PASSWORD, 1)] {
        let digits = holder.digits(steps);
        let guess = holder.sign_in(password, &digits);
        assert_refused(house.api().sessions().sign_in_official(guess).await, Reason::SignInLocked);
        house.refuse(&holder.sign_in(PASSWORD, &digits), 1).await;
    }
}

/// a lock tells of no digits that are still good when it ends: shown in it, they are used up.
#[tokio::test(flavor = "multi_thread")]
async fn digits_shown_in_a_lock_are_used_up() {
    let house = house::shared().await;
    let holder = Holder::of(house).await;
    house.refuse(&holder.sign_in(PASSWORD, holder.wrong_digits()), 10).await;
    let right = holder.sign_in(PASSWORD, &holder.digits(0));
    let answer = house.api().sessions().sign_in_official(right.clone()).await;
    assert_refused(answer, Reason::SignInLocked);

    house.lock_ends(&holder).await;

    house.refuse(&right, 1).await;
    let next = holder.sign_in(PASSWORD, &holder.digits(1));
    house.api().sessions().sign_in_official(next).await.unwrap();
}

/// who has neither password nor authenticator locks nobody out, also not with digits that were used.
#[tokio::test(flavor = "multi_thread")]
async fn strangers_lock_nobody_out() {
    let house = house::shared().await;
    let holder = Holder::of(house).await;
    let used = holder.digits(0);
    house.api().sessions().sign_in_official(holder.sign_in(PASSWORD, &used)).await.unwrap();

    house.refuse(&holder.sign_in("another password", holder.wrong_digits()), 11).await;
    house.refuse(&holder.sign_in("another password", &used), 11).await;

    let right = holder.sign_in(PASSWORD, &holder.digits(1));
    house.api().sessions().sign_in_official(right).await.unwrap();
}

/// whatever is wrong, the answer costs one call of Redis, so that its time does not tell.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_try_costs_the_same_whatever_is_wrong() {
    let house = House::own().await;
    let holder = Holder::of(&house).await;
    let nobody = Holder { name: house::sign_in_name(), authenticator: holder.authenticator.clone() };
    let used = holder.digits(0);
    house.api().sessions().sign_in_official(holder.sign_in(PASSWORD, &used)).await.unwrap();

    for wrong in [
        nobody.sign_in(PASSWORD, &holder.digits(1)),
        holder.sign_in("another password", holder.wrong_digits()),
        holder.sign_in("another password", &used),
        holder.sign_in("another password", &holder.digits(1)),
        holder.sign_in(PASSWORD, holder.wrong_digits()),
        holder.sign_in(PASSWORD, &used),
    ] {
        let before = house.calls_of_redis().await;
        house.refuse(&wrong, 1).await;
        assert_eq!(house.calls_of_redis().await, before + 1, "{wrong:?}");
    }
}

/// a guess locks no row of an official: it lets no sign-in wait, and waits for none.
#[tokio::test(flavor = "multi_thread")]
async fn a_guess_waits_for_no_sign_in() {
    let house = house::shared().await;
    let holder = Holder::of(house).await;
    let database = house.city.database(Service::Identity).await;
    let mut sign_in = database.begin().await.unwrap();
    let hold = sqlx::query("SELECT FROM official WHERE sign_in_name = $1 FOR UPDATE").bind(&holder.name);
    assert_eq!(hold.execute(&mut *sign_in).await.unwrap().rows_affected(), 1);

    let right = holder.digits(0);
    for (password, digits) in [
        ("another password", holder.wrong_digits()),
        ("another password", right.as_str()),
        (PASSWORD, holder.wrong_digits()),
    ] {
        house.refuse(&holder.sign_in(password, digits), 1).await;
    }
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

    /// What a quarter of an hour does to a lock, done at once: real time is nobody's to move.
    async fn lock_ends(&self, holder: &Holder) {
        let guesses = format!("identity:sign_in_guesses:{}", holder.name);
        let ended: usize = cmd("DEL").arg(guesses).query_async(&mut self.codes().await).await.unwrap();
        assert_eq!(ended, 1);
    }

    /// How many functions Redis has run for identity.
    async fn calls_of_redis(&self) -> u64 {
        let told: String =
            cmd("INFO").arg("commandstats").query_async(&mut self.codes().await).await.unwrap();
        let calls = told.lines().find_map(|line| line.strip_prefix("cmdstat_fcall:calls="));
        calls.unwrap().split(',').next().unwrap().parse().unwrap()
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
