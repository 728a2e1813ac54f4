//! What the worker writes, parsed: what is here is well-formed; whether it is all there is completeness.

use std::fmt;
use std::str::FromStr;

use refusal::{Reason, Refusal};
use serde::{Deserialize, Serialize};
use vocabulary::{Bank, BankCard, CardKind, CreditCode, PersonName};

/// The worker's own fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fields {
    /// Household registration (户籍所在地).
    pub household: Option<Household>,
    /// Registered outside Jinan: a residence permit is needed.
    pub household_outside_city: bool,
    /// 农民工.
    pub migrant_worker: bool,
    /// A migrant worker without work at present: no unit is needed.
    pub without_work: bool,
    /// The employer.
    pub unit: Option<Unit>,
    /// Where the money goes.
    pub payee: Option<Payee>,
}

/// A part of the fields that a worker changes at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// `household`
    Household(Household),
    /// `household_outside_city`
    HouseholdOutsideCity(bool),
    /// `migrant_worker`
    MigrantWorker(bool),
    /// `without_work`
    WithoutWork(bool),
    /// `unit`
    Unit(Unit),
    /// `payee`
    Payee(Payee),
}

/// An address, which is nobody else's business.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Household(pub String);

/// The employer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Its full name.
    pub name: String,
    /// Its unified social credit code.
    pub credit_code: CreditCode,
    /// What kind of employer it is.
    pub kind: UnitKind,
    /// The worker's post.
    pub post: String,
    /// The worker's rank.
    pub rank: Rank,
}

/// Kinds of employer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// 企业
    Enterprise,
    /// 事业单位
    Institution,
    /// 机关
    Government,
}

/// Ranks, as far as they decide who is front-line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    /// 普通职工
    Staff,
    /// 车间、工段、科室主任
    WorkshopHead,
    /// 科级
    SectionChief,
    /// Above these.
    Senior,
}

/// Where the money goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payee {
    /// The account.
    pub account: Account,
    /// Whose it is: the applicant's own name.
    #[serde(with = "in_full")]
    pub holder: PersonName,
}

/// A card or a wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    /// A debit card of an accepted bank.
    BankCard(#[serde(with = "in_full")] BankCard),
    /// The app's wallet.
    Wallet(#[serde(with = "in_full")] WalletAccount),
}

/// The account of an app wallet: 6 to 32 letters and digits.
#[derive(Clone, PartialEq, Eq)]
pub struct WalletAccount(String);

/// People's data as the sealed column holds it. Everywhere else these types print masked.
mod in_full {
    use std::str::FromStr;

    use serde::{Deserialize, Deserializer, Serializer, de};
    use vocabulary::{BankCard, PersonName};

    use super::WalletAccount;

    pub trait Exposed {
        fn text(&self) -> &str;
    }

    macro_rules! exposed {
        ($($word:ty),+) => {$(
            impl Exposed for $word {
                fn text(&self) -> &str {
                    self.expose()
                }
            }
        )+};
    }
    exposed!(BankCard, PersonName, WalletAccount);

    pub fn serialize<T: Exposed, S: Serializer>(word: &T, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(word.text())
    }

    pub fn deserialize<'de, T, D>(from: D) -> Result<T, D::Error>
    where
        T: FromStr<Err: std::fmt::Display>,
        D: Deserializer<'de>,
    {
        String::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

impl Fields {
    /// Makes a change.
    pub fn apply(&mut self, change: Change) {
        match change {
            Change::Household(household) => self.household = Some(household),
            Change::HouseholdOutsideCity(outside) => self.household_outside_city = outside,
            Change::MigrantWorker(migrant) => self.migrant_worker = migrant,
            Change::WithoutWork(without) => self.without_work = without,
            Change::Unit(unit) => self.unit = Some(unit),
            Change::Payee(payee) => self.payee = Some(payee),
        }
    }

    /// Whether the worker has no employer now.
    pub const fn needs_no_unit(&self) -> bool {
        self.migrant_worker && self.without_work
    }
}

impl Unit {
    /// front-line up to workshop head in an enterprise, up to section chief in government or an institution.
    pub fn is_front_line(&self) -> bool {
        match self.kind {
            UnitKind::Enterprise => self.rank <= Rank::WorkshopHead,
            UnitKind::Institution | UnitKind::Government => self.rank <= Rank::SectionChief,
        }
    }
}

/// a debit card of an accepted bank.
pub fn check_card(card: &BankCard, accepted: &[Bank]) -> Result<(), Refusal> {
    if card.kind() == Some(CardKind::Credit) {
        return Err(Reason::CardNotDebit.into());
    }
    if card.bank().is_some_and(|bank| accepted.contains(&bank)) {
        return Ok(());
    }
    let banks: Vec<&str> = accepted.iter().map(|bank| bank.chinese()).collect();
    Err(Refusal::new(Reason::BankNotAccepted).with("banks", banks.join("、")))
}

impl Account {
    /// Without most of its digits.
    pub fn masked(&self) -> String {
        match self {
            Self::BankCard(card) => card.to_string(),
            Self::Wallet(wallet) => wallet.to_string(),
        }
    }

    /// In full.
    pub fn expose(&self) -> &str {
        match self {
            Self::BankCard(card) => card.expose(),
            Self::Wallet(wallet) => wallet.expose(),
        }
    }

    /// The bank's name; empty for a wallet.
    pub fn bank(&self) -> &'static str {
        match self {
            Self::BankCard(card) => card.bank().map_or("", Bank::chinese),
            Self::Wallet(_) => "",
        }
    }
}

impl WalletAccount {
    /// In full.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for WalletAccount {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let well = (6..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if well { Ok(Self(text.to_owned())) } else { Err(Reason::WalletMalformed.into()) }
    }
}

impl fmt::Display for WalletAccount {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}****{}", &self.0[..2], &self.0[self.0.len() - 2..])
    }
}

impl fmt::Debug for WalletAccount {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "WalletAccount({self})")
    }
}

impl fmt::Debug for Household {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Household(…)")
    }
}

impl Rank {
    /// As the form says it.
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::Staff => "普通职工",
            Self::WorkshopHead => "车间（工段、科室）主任",
            Self::SectionChief => "科级",
            Self::Senior => "科级以上",
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// who is front-line depends on the kind of employer.
    #[rstest]
    #[case(UnitKind::Enterprise, Rank::WorkshopHead, true)]
    #[case(UnitKind::Enterprise, Rank::SectionChief, false)]
    #[case(UnitKind::Institution, Rank::SectionChief, true)]
    #[case(UnitKind::Government, Rank::SectionChief, true)]
    #[case(UnitKind::Government, Rank::Senior, false)]
    fn front_line_depends_on_the_unit(#[case] kind: UnitKind, #[case] rank: Rank, #[case] front_line: bool) {
        let unit = Unit {
            name: "单位".to_owned(),
            credit_code: "91370117YMDATA014P".parse().unwrap(),
            kind,
            post: "岗位".to_owned(),
            rank,
        };
        assert_eq!(unit.is_front_line(), front_line);
    }

    /// a payee never prints in full, and survives the sealed column.
    #[test]
    fn a_payee_prints_masked_and_is_kept_in_full() {
        let payee = Payee {
            account: Account::Wallet("wallet1234".parse().unwrap()),
            holder: "刘建国".parse().unwrap(),
        };
        let fields = Fields { payee: Some(payee), ..Fields::default() };

        let printed = format!("{fields:?}");
        assert!(!printed.contains("wallet1234") && !printed.contains("刘建国"), "{printed}");
        let kept = serde_json::to_string(&fields).unwrap();
        assert_eq!(serde_json::from_str::<Fields>(&kept).unwrap(), fields);
    }

    /// a wallet's account is checked for its shape.
    #[rstest]
    #[case("12345")]
    #[case("钱包账号一二三")]
    #[case("123456789012345678901234567890123")]
    fn a_wallet_account_is_letters_and_digits(#[case] text: &str) {
        assert_eq!(text.parse::<WalletAccount>().unwrap_err().reason(), Reason::WalletMalformed);
    }
}
