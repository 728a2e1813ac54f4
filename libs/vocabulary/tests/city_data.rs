//! The data of the real case, tests/data/gangcheng-2021: every value parses, every reference leads somewhere, and
//! what the rules say of people holds for these.

#![allow(clippy::unwrap_used, reason = "all of this is test; clippy knows only the functions marked so")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::str::FromStr;

use serde::Deserialize;
use vocabulary::{
    Bank, BankCard, CardKind, CreditCode, Day, Fen, IdNumber, PersonName, Phone, PoolId, ProgrammeId,
    RoundId, VirtualSegments, Window,
};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/gangcheng-2021");

/// A row with its place, so that a bad value is found at once.
struct Row {
    place: String,
    values: BTreeMap<String, String>,
}

impl Row {
    fn text(&self, column: &str) -> &str {
        &self.values[column]
    }

    fn is_empty(&self, column: &str) -> bool {
        self.text(column).is_empty()
    }

    fn read<T: FromStr<Err: Display>>(&self, column: &str) -> T {
        let text = self.text(column);
        text.parse().unwrap_or_else(|error| panic!("{}, {column}, {text:?}: {error}", self.place))
    }

    fn one_of(&self, column: &str, choices: &[&str]) {
        assert!(choices.contains(&self.text(column)), "{}, {column}: not one of {choices:?}", self.place);
    }

    fn refers_to<'t>(&self, column: &str, table: &'t Table) -> &'t Row {
        table.get(self.text(column)).unwrap_or_else(|| panic!("{}, {column}: leads nowhere", self.place))
    }
}

/// A file's rows, in order; its first column is the key.
struct Table {
    rows: Vec<Row>,
    key: &'static str,
}

impl Table {
    fn read(file: &str, columns: &[&'static str]) -> Self {
        let mut reader = csv::Reader::from_path(format!("{FOLDER}/{file}")).unwrap();
        let header = reader.headers().unwrap().clone();
        assert_eq!(header.iter().collect::<Vec<_>>(), columns, "{file}: the columns of its README");

        let rows = reader.records().enumerate().map(|(index, record)| {
            let record = record.unwrap();
            let values =
                columns.iter().zip(&record).map(|(name, value)| ((*name).to_owned(), value.to_owned()));
            Row { place: format!("{file}:{}", index + 2), values: values.collect() }
        });
        let table = Self { rows: rows.collect(), key: columns[0] };
        table.is_unique(table.key);
        table
    }

    fn get(&self, key: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.text(self.key) == key)
    }

    fn is_unique(&self, column: &str) {
        let mut seen = BTreeSet::new();
        for row in self.rows.iter().filter(|row| !row.is_empty(column)) {
            assert!(seen.insert(row.text(column)), "{}: {column} a second time", row.place);
        }
    }
}

fn unions() -> Table {
    Table::read("unions.csv", &["key", "name", "kind", "parent", "administrative_code", "credit_code"])
}

fn units() -> Table {
    Table::read("units.csv", &["key", "name", "kind", "credit_code", "union"])
}

fn institutions() -> Table {
    Table::read("institutions.csv", &["code", "name"])
}

fn offerings() -> Table {
    let columns = ["key", "institution_code", "major", "level", "study_form", "length_months", "tuition_fen"];
    Table::read("offerings.csv", &columns)
}

#[rustfmt::skip]
fn people() -> Table {
    Table::read("people.csv", &[
        "key", "name", "id_number", "phone", "bank_card", "wallet", "unit", "post", "rank", "work", "chosen_union",
        "household", "household_outside_city", "migrant_worker", "without_work", "offering", "season", "entered_on",
        "channel",
    ])
}

/// How the kinds of unions may hang under one another; `city` is the root.
const KINDS: [(&str, &[&str]); 4] = [
    ("district", &["city"]),
    ("industrial", &["city"]),
    ("street", &["district"]),
    ("unit", &["street", "district", "industrial"]),
];

#[test]
fn unions_are_a_tree_whose_parents_come_first() {
    let unions = unions();
    let (root, below) = unions.rows.split_first().unwrap();
    assert_eq!((root.text("kind"), root.text("parent")), ("city", ""));

    let mut before = BTreeSet::from([root.text("key")]);
    for row in below {
        let parent = row.refers_to("parent", &unions);
        assert!(before.contains(parent.text("key")), "{}: stands before its parent", row.place);
        let (_, parents) = KINDS.iter().find(|(kind, _)| *kind == row.text("kind")).unwrap();
        assert!(
            parents.contains(&parent.text("kind")),
            "{}: a {} union above it",
            row.place,
            parent.text("kind")
        );
        before.insert(row.text("key"));
    }
    for column in ["name", "administrative_code", "credit_code"] {
        unions.is_unique(column);
    }
}

#[test]
fn administrative_codes_lie_inside_their_parents() {
    let unions = unions();
    for row in unions.rows.iter().filter(|row| !row.is_empty("administrative_code")) {
        let code = row.text("administrative_code");
        let length = if row.text("kind") == "street" { 9 } else { 6 };
        assert!(code.len() == length && code.bytes().all(|byte| byte.is_ascii_digit()), "{}", row.place);
        if let Some(parent) = unions.get(row.text("parent")) {
            let outer = parent.text("administrative_code").trim_end_matches("00");
            assert!(code.starts_with(outer), "{}: not inside {outer}", row.place);
        }
    }
}

#[test]
fn every_unit_is_registered_and_its_union_knows_it() {
    let (unions, units) = (unions(), units());
    for row in &units.rows {
        row.one_of("kind", &["enterprise", "institution", "government"]);
        let code: CreditCode = row.read("credit_code");
        assert!(["370117", "370102"].contains(&code.region()), "{}: {}", row.place, code.region());
        if !row.is_empty("union") {
            let union = row.refers_to("union", &unions);
            assert_eq!((union.text("kind"), union.read::<CreditCode>("credit_code")), ("unit", code));
        }
    }
    let of_units = unions.rows.iter().filter(|row| row.text("kind") == "unit");
    for union in of_units {
        assert!(units.rows.iter().any(|unit| unit.text("union") == union.text("key")), "{}", union.place);
    }
}

#[test]
fn offerings_are_of_known_institutions() {
    let institutions = institutions();
    for row in &institutions.rows {
        assert!(row.text("code").len() == 5 && row.read::<u32>("code") > 10_000, "{}", row.place);
    }
    for row in &offerings().rows {
        row.refers_to("institution_code", &institutions);
        row.one_of("level", &["secondary", "junior_college", "bachelor"]);
        row.one_of("study_form", &["correspondence", "part_time", "open", "self_taught"]);
        assert!((6..=96).contains(&row.read::<u32>("length_months")), "{}", row.place);
        assert!(Fen::try_from(row.read::<i64>("tuition_fen")).unwrap() > Fen::ZERO, "{}", row.place);
    }
}

/// people's numbers are valid, their own, and nobody's outside these files.
#[test]
fn people_have_valid_numbers_of_their_own() {
    let people = people();
    for row in &people.rows {
        let name: PersonName = row.read("name");
        assert_eq!(name.expose().chars().nth(1), Some('测'), "{}: looks like a person's name", row.place);

        let id_number: IdNumber = row.read("id_number");
        assert!(["370117", "370215", "370614"].contains(&id_number.region()), "{}", row.place);
        assert!((1975..2000).contains(&id_number.birth_day().year()), "{}", row.place);

        let phone: Phone = row.read("phone");
        assert!(phone.expose().starts_with("154"), "{}: may be a person's phone", row.place);

        let card: BankCard = row.read("bank_card");
        assert_eq!((card.bank(), card.kind()), (Some(Bank::Icbc), Some(CardKind::Debit)), "{}", row.place);
        assert_eq!((&card.expose()[6..10], card.expose().len()), ("0000", 19), "{}", row.place);
    }
    for column in ["name", "id_number", "phone", "bank_card", "wallet"] {
        people.is_unique(column);
    }
}

/// everybody has a unit and its parent union, or is a migrant worker without work.
#[test]
fn people_stand_where_the_rules_put_them() {
    let (unions, units) = (unions(), units());
    for row in &people().rows {
        let chosen = row.refers_to("chosen_union", &unions);
        assert_ne!(chosen.text("kind"), "unit", "{}: R-20 wants the parent", row.place);

        let without_work: bool = row.read("without_work");
        assert_eq!(without_work, row.is_empty("unit") && row.is_empty("post"), "{}", row.place);
        if without_work {
            assert!(row.read::<bool>("migrant_worker") && row.is_empty("rank"), "{}: R-21", row.place);
        } else {
            let unit = row.refers_to("unit", &units);
            let leading = if unit.text("kind") == "enterprise" { "workshop_head" } else { "section_chief" };
            row.one_of("rank", &["staff", leading]);
            if let Some(union) = unions.get(unit.text("union")) {
                assert_eq!(union.text("parent"), chosen.text("key"), "{}: R-20", row.place);
            }
        }
        let inside = row.text("household").starts_with("山东省济南市");
        assert_eq!(row.read::<bool>("household_outside_city"), !inside, "{}", row.place);
        assert!((2..=200).contains(&row.text("work").chars().count()), "{}", row.place);
    }
}

/// sixty people enter in spring, the others in autumn, on offerings that count for a subsidy.
#[test]
fn people_study_what_counts() {
    let (offerings, people) = (offerings(), people());
    for row in &people.rows {
        assert_ne!(row.refers_to("offering", &offerings).text("level"), "secondary", "{}: R-07", row.place);
        row.one_of("channel", &["app", "wechat"]);
        let entered_on: Day = row.read("entered_on");
        let day = if row.text("season") == "spring" { "2021-03-01" } else { "2021-09-01" };
        assert_eq!(entered_on, day.parse().unwrap(), "{}: R-11", row.place);
    }
    let spring = people.rows.iter().filter(|row| row.text("season") == "spring").count();
    assert_eq!((spring, people.rows.len()), (60, 62));
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Programme {
    id: ProgrammeId,
    title: String,
    year: i32,
    rounds: Vec<Round>,
    pools: Vec<Pool>,
    help_lines: Vec<HelpLine>,
    settings: BTreeMap<String, toml::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Round {
    id: RoundId,
    name: String,
    apply: Window,
    review: Window,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pool {
    id: PoolId,
    name: String,
    funded_by: String,
    seats: u32,
    amount_fen: Fen,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HelpLine {
    name: String,
    phone: String,
}

/// the programme is that of the notice.
#[test]
fn the_programme_is_that_of_the_notice() {
    let file = std::fs::read_to_string(format!("{FOLDER}/programme.toml")).unwrap();
    let programme: Programme = toml::from_str(&file).unwrap();
    let window =
        |first: &str, last: &str| Window::new(first.parse().unwrap(), last.parse().unwrap()).unwrap();

    assert_eq!((programme.id.as_str(), programme.year), ("jinan-2021", 2021));
    assert!(programme.title.contains("求学圆梦行动"));

    let rounds: Vec<_> =
        programme.rounds.iter().map(|round| (round.id.as_str(), round.apply, round.review)).collect();
    let spring = (window("2021-05-05", "2021-05-31"), window("2021-05-05", "2021-06-07"));
    let autumn = (window("2021-11-05", "2021-11-30"), window("2021-11-05", "2021-12-07"));
    assert_eq!(rounds, [("spring", spring.0, spring.1), ("autumn", autumn.0, autumn.1)]);
    assert!(programme.rounds.iter().all(|round| round.name.ends_with("批次")));

    let pools =
        programme.pools.iter().map(|pool| (pool.id.as_str(), pool.seats, pool.amount_fen.to_string()));
    let expected = [("city", 3000, "1000.00".to_owned()), ("gangcheng", 110, "1000.00".to_owned())];
    assert_eq!(pools.collect::<Vec<_>>(), expected);
    for pool in &programme.pools {
        let funder = unions().rows.into_iter().find(|row| row.text("administrative_code") == pool.funded_by);
        assert!(pool.name.contains(funder.unwrap().text("name")), "{}", pool.name);
    }

    let lines: Vec<_> =
        programme.help_lines.iter().map(|line| (line.name.as_str(), line.phone.as_str())).collect();
    assert_eq!(lines, [("职工咨询服务热线", "4000123318转0"), ("钢城区总工会服务热线", "76891124")]);
    settings_hold_words(&programme.settings);
}

/// settings that are lists of words are read as such.
fn settings_hold_words(settings: &BTreeMap<String, toml::Value>) {
    let banks: Vec<Bank> = settings["accepted_banks"].clone().try_into().unwrap();
    let segments: Vec<String> = settings["virtual_segments"].clone().try_into().unwrap();

    assert_eq!(banks, [Bank::Icbc]);
    assert_eq!(VirtualSegments::new(segments), Ok(VirtualSegments::default()));
    assert_eq!(settings["max_file_bytes"].as_integer(), Some(3 * 1024 * 1024));
}
