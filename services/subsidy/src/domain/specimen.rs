//! Specimens for the law's tests: the programme of the notice, and an application that is complete.

use chrono::{DateTime, Utc};
use scan::MediaType;
use vocabulary::{ApplicationId, Day, EnrollmentId, Fen, MaterialId, PersonId, UnionId, UnionPath, WorkerId};

use super::fields::{Account, Fields, Household, Payee, Rank, Unit, UnitKind};
use super::study::{Level, Season, Study};
use super::*;

/// 5 May 2021, 08:00 in Jinan.
pub fn first_morning() -> DateTime<Utc> {
    "2021-05-05T00:00:00Z".parse().unwrap()
}

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// The programme of the 2021 notice, as its file says.
pub fn programme() -> Programme {
    let text = include_str!("../../../../tests/data/gangcheng-2021/programme.toml");
    let file = ProgrammeFile::read(text).unwrap();
    let city = UnionPath::root(UnionId::new());
    let pools = file.pools.into_iter().map(|plan| Pool {
        id: plan.id,
        name: plan.name,
        union_id: city.unions().next().unwrap(),
        union_path: city.clone(),
        seats: plan.seats,
        amount: plan.amount_fen,
    });
    Programme {
        id: file.id,
        title: file.title,
        year: file.year,
        rounds: file.rounds,
        pools: pools.collect(),
        help_lines: file.help_lines,
        settings: file.settings,
    }
}

pub fn study() -> Study {
    Study {
        enrollment_id: EnrollmentId::new(),
        institution: "济南大学".to_owned(),
        major: "机械设计制造及其自动化".to_owned(),
        level: Level::Bachelor,
        form: "函授".to_owned(),
        length_months: 30,
        tuition: Fen::try_from(600_000).unwrap(),
        season: Season::Spring,
        entered_on: day("2021-03-01"),
        unit_union: None,
        chosen_union: UnionId::new(),
        major_agreed: true,
    }
}

pub fn fields() -> Fields {
    Fields {
        household: Some(Household("山东省济南市钢城区".to_owned())),
        unit: Some(Unit {
            name: "钢城区第一机械厂".to_owned(),
            credit_code: "91370117YMDATA014P".parse().unwrap(),
            kind: UnitKind::Enterprise,
            post: "钳工".to_owned(),
            rank: Rank::Staff,
        }),
        payee: Some(Payee {
            account: Account::Wallet("wallet1234".parse().unwrap()),
            holder: "刘建国".parse().unwrap(),
        }),
        ..Fields::default()
    }
}

pub fn material(kind: MaterialKind) -> Material {
    let data = match kind {
        MaterialKind::StampedForm => MaterialData::Form { revision: 1 },
        MaterialKind::TuitionReceipt => MaterialData::Receipt {
            number: "R1".to_owned(),
            amount: Fen::try_from(300_000).unwrap(),
            day: day("2021-03-05"),
        },
        MaterialKind::ChsiReport => MaterialData::Chsi {
            code: "ABCD12345678".to_owned(),
            issued_on: day("2021-04-20"),
            valid_until: day("2021-10-20"),
        },
        _ => MaterialData::None,
    };
    let id = MaterialId::new();
    let (media_type, size, qr_check) = (MediaType::Jpeg, 1_000, None);
    Material { id, kind, media_type, size, data, qr_check, uploaded_at: first_morning() }
}

/// A draft with everything that a submission needs.
pub fn complete() -> Application {
    let kinds = [
        MaterialKind::StampedForm,
        MaterialKind::TuitionReceipt,
        MaterialKind::ChsiReport,
        MaterialKind::IdCardFront,
        MaterialKind::IdCardBack,
        MaterialKind::PayeeAccount,
    ];
    Application {
        id: ApplicationId::new(),
        number: "QXYM-2021-000001".to_owned(),
        programme_id: "jinan-2021".parse().unwrap(),
        round_id: "spring".parse().unwrap(),
        worker_id: WorkerId::new(),
        person_id: PersonId::new(),
        masked_name: "刘**".to_owned(),
        state: ApplicationState::Draft,
        fields: fields(),
        study: study(),
        union_path: UnionPath::root(UnionId::new()),
        revision: 1,
        printed_revision: 1,
        materials: kinds.map(material).to_vec(),
        receipt: None,
        created_at: first_morning(),
    }
}
