//! What stands on the form, ready to print: all texts as people read them, in full, since an official checks them.

use serde::Serialize;

/// An application as it is printed.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Form {
    /// The application's number, such as `QXYM-2021-000123`.
    pub number: String,
    /// The revision of the data that is printed.
    pub revision: u32,
    /// What the QR code says; made by whoever reads it back from an upload.
    pub qr_text: String,
    /// The programme's title.
    pub programme: String,
    /// The round, such as `春季批次`.
    pub round: String,
    /// Who applies.
    pub person: Person,
    /// Where the person works.
    pub employment: Employment,
    /// The full name of the chosen union.
    pub chosen_union: String,
    /// What the person studies.
    pub education: Education,
    /// Where the money goes.
    pub payee: Payee,
    /// When it is printed, in Asia/Shanghai, such as `2021-05-05 08:30`.
    pub printed_at: String,
    /// Where people can ask.
    pub help_lines: Vec<HelpLine>,
}

/// Who applies.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// Full name.
    pub name: String,
    /// ID number.
    pub id_number: String,
    /// Sex.
    pub sex: Sex,
    /// Date of birth.
    pub birth_date: String,
    /// Mobile phone.
    pub phone: String,
    /// Household registration (户籍所在地).
    pub household: String,
    /// Whether the person is a migrant worker (农民工).
    pub migrant_worker: bool,
}

/// As the ID card has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// 女
    Female,
    /// 男
    Male,
}

/// Where the person works.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Employment {
    /// At a unit, which signs and stamps the form.
    Unit(Unit),
    /// A migrant worker without work at present: street, community or village committee stamps the form.
    WithoutWork,
}

/// The employer.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Unit {
    /// Full name.
    pub name: String,
    /// Unified social credit code.
    pub credit_code: String,
    /// What kind of employer it is.
    pub kind: UnitKind,
    /// The person's post.
    pub post: String,
    /// The person's rank.
    pub rank: String,
}

/// Kinds of employer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// 企业
    Enterprise,
    /// 事业单位
    Institution,
    /// 机关
    Government,
}

/// What the person studies.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Education {
    /// The school.
    pub institution: String,
    /// The major.
    pub major: String,
    /// The level, such as `本科`.
    pub level: String,
    /// The form of study, such as `函授`.
    pub form_of_study: String,
    /// The season of entry, such as `2021年春季`.
    pub season: String,
    /// The date of entry.
    pub entered_on: String,
    /// How long it takes, such as `2.5年`.
    pub length: String,
    /// The whole tuition, such as `6,000.00元`.
    pub tuition: String,
}

/// Where the money goes.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Payee {
    /// To a debit card.
    BankCard {
        /// The bank.
        bank: String,
        /// The card number, in full.
        number: String,
        /// The account holder.
        holder: String,
    },
    /// To the wallet of the app.
    Wallet {
        /// The wallet's account.
        account: String,
        /// The account holder.
        holder: String,
    },
}

/// A telephone where people are helped.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct HelpLine {
    /// Whose it is.
    pub name: String,
    /// The number.
    pub phone: String,
}
