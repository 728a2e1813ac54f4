//! Answers, from our words to the wire's; people's data is masked.

use proto::subsidy as pb;
use proto::{page, timestamp};
use refusal::Violation;
use scan::MediaType;

use crate::app::{Page, Story};
use crate::domain::{
    Account, Application, ApplicationState, Fields, Material, MaterialData, MaterialKind, Payee, Pool,
    Programme, QrCheck, Rank, Receipt, TimelineEntry, TimelineKind, Unit, UnitKind,
};

impl From<&Programme> for pb::Programme {
    fn from(programme: &Programme) -> Self {
        let rounds = programme.rounds.iter().map(|round| pb::ProgrammeRound {
            id: round.id.to_string(),
            apply_from: round.apply.first().to_string(),
            apply_until: round.apply.last().to_string(),
            review_from: round.review.first().to_string(),
            review_until: round.review.last().to_string(),
        });
        let help_lines = programme.help_lines.iter();
        Self {
            id: programme.id.to_string(),
            title: programme.title.clone(),
            year: programme.year,
            rounds: rounds.collect(),
            help_lines: help_lines
                .map(|line| pb::HelpLine { name: line.name.clone(), phone: line.phone.clone() })
                .collect(),
        }
    }
}

/// A pool with its seats left and how many wait.
pub fn pool((pool, seats_left, waiting): &(Pool, i64, i64)) -> pb::ProgrammePool {
    pb::ProgrammePool {
        id: pool.id.to_string(),
        name: pool.name.clone(),
        union_id: pool.union_id.to_string(),
        capacity: pool.seats,
        amount_fen: pool.amount.into(),
        seats_left: *seats_left,
        waiting: *waiting,
    }
}

pub fn applications(asked: &pb::ListApplicationsRequest, found: &Page) -> pb::ListApplicationsResponse {
    let next = found.next.map(|after| {
        page::token(asked, &[&after.created_at.timestamp_micros().to_string(), &after.id.to_string()])
    });
    pb::ListApplicationsResponse {
        applications: found.applications.iter().map(application).collect(),
        next_page_token: next.unwrap_or_default(),
    }
}

impl From<&Story> for pb::Application {
    fn from(story: &Story) -> Self {
        let mut told = application(&story.application);
        told.timeline = story.timeline.iter().map(Into::into).collect();
        told
    }
}

fn application(application: &Application) -> pb::Application {
    let (correction, correct_by) = match &application.state {
        ApplicationState::Returned { correction, correct_by } => (correction.clone(), correct_by.to_string()),
        _ => Default::default(),
    };
    let revision = application.revision;
    pb::Application {
        id: application.id.to_string(),
        number: application.number.clone(),
        programme_id: application.programme_id.to_string(),
        round_id: application.round_id.to_string(),
        worker_id: application.worker_id.to_string(),
        enrollment_id: application.study.enrollment_id.to_string(),
        state: pb::ApplicationState::from(&application.state).into(),
        fields: Some((&application.fields).into()),
        revision,
        printed_revision: application.printed_revision,
        materials: application.materials.iter().map(|one| material(one, revision)).collect(),
        receipt: application.receipt.as_ref().map(Into::into),
        timeline: Vec::new(),
        correction,
        correct_by,
    }
}

/// A material; whether it counts depends on the application's revision.
fn material(material: &Material, revision: i32) -> pb::Material {
    pb::Material {
        id: material.id.to_string(),
        kind: pb::MaterialKind::from(material.kind).into(),
        media_type: media_type(material.media_type).into(),
        size_bytes: material.size,
        data: Some((&material.data).into()),
        current: material.is_current(revision),
        uploaded_at: Some(timestamp(material.uploaded_at)),
        qr_check: match material.qr_check {
            None => pb::QrCheck::Unspecified,
            Some(QrCheck::Agrees) => pb::QrCheck::Agrees,
            Some(QrCheck::Unreadable) => pb::QrCheck::Unreadable,
        }
        .into(),
    }
}

impl From<&ApplicationState> for pb::ApplicationState {
    fn from(state: &ApplicationState) -> Self {
        match state {
            ApplicationState::Draft => Self::Draft,
            ApplicationState::Submitting { .. } => Self::Submitting,
            ApplicationState::InReview => Self::InReview,
            ApplicationState::Returned { .. } => Self::Returned,
            ApplicationState::Approved => Self::Approved,
            ApplicationState::Rejected => Self::Rejected,
            ApplicationState::Withdrawn => Self::Withdrawn,
            ApplicationState::Expired => Self::Expired,
            ApplicationState::Paid => Self::Paid,
        }
    }
}

impl From<&Fields> for pb::ApplicationFields {
    fn from(fields: &Fields) -> Self {
        Self {
            household: fields.household.as_ref().map(|household| household.0.clone()).unwrap_or_default(),
            household_outside_city: fields.household_outside_city,
            migrant_worker: fields.migrant_worker,
            without_work: fields.without_work,
            unit: fields.unit.as_ref().map(Into::into),
            payee: fields.payee.as_ref().map(masked),
        }
    }
}

impl From<&Unit> for pb::UnitFields {
    fn from(unit: &Unit) -> Self {
        let kind = match unit.kind {
            UnitKind::Enterprise => pb::UnitKind::Enterprise,
            UnitKind::Institution => pb::UnitKind::Institution,
            UnitKind::Government => pb::UnitKind::Government,
        };
        let rank = match unit.rank {
            Rank::Staff => pb::Rank::Staff,
            Rank::WorkshopHead => pb::Rank::WorkshopHead,
            Rank::SectionChief => pb::Rank::SectionChief,
            Rank::Senior => pb::Rank::Senior,
        };
        Self {
            name: unit.name.clone(),
            credit_code: unit.credit_code.to_string(),
            kind: kind.into(),
            post: unit.post.clone(),
            rank: rank.into(),
        }
    }
}

fn masked(payee: &Payee) -> pb::PayeeFields {
    pb::PayeeFields {
        kind: payee_kind(&payee.account).into(),
        account: payee.account.masked(),
        holder: payee.holder.to_string(),
    }
}

/// In full: for payment alone.
impl From<&Payee> for pb::GetPayeeResponse {
    fn from(payee: &Payee) -> Self {
        Self {
            kind: payee_kind(&payee.account).into(),
            account: payee.account.expose().to_owned(),
            holder: payee.holder.expose().to_owned(),
            bank: payee.account.bank().to_owned(),
        }
    }
}

fn payee_kind(account: &Account) -> pb::PayeeKind {
    match account {
        Account::BankCard(_) => pb::PayeeKind::BankCard,
        Account::Wallet(_) => pb::PayeeKind::Wallet,
    }
}

impl From<&MaterialData> for pb::MaterialData {
    fn from(data: &MaterialData) -> Self {
        match data {
            MaterialData::Form { revision } => Self { form_revision: *revision, ..Self::default() },
            MaterialData::Receipt { number, amount, day } => Self {
                receipt_number: number.clone(),
                receipt_amount_fen: (*amount).into(),
                receipt_day: day.to_string(),
                ..Self::default()
            },
            MaterialData::Chsi { code, issued_on, valid_until } => Self {
                chsi_code: code.clone(),
                chsi_issued_on: issued_on.to_string(),
                chsi_valid_until: valid_until.to_string(),
                ..Self::default()
            },
            MaterialData::None => Self::default(),
        }
    }
}

impl From<MaterialKind> for pb::MaterialKind {
    fn from(kind: MaterialKind) -> Self {
        match kind {
            MaterialKind::StampedForm => Self::StampedForm,
            MaterialKind::TuitionReceipt => Self::TuitionReceipt,
            MaterialKind::ChsiReport => Self::ChsiReport,
            MaterialKind::IdCardFront => Self::IdCardFront,
            MaterialKind::IdCardBack => Self::IdCardBack,
            MaterialKind::ResidencePermit => Self::ResidencePermit,
            MaterialKind::PayeeAccount => Self::PayeeAccount,
        }
    }
}

/// Not `From`: both types are of other crates.
pub fn media_type(media_type: MediaType) -> pb::MediaType {
    match media_type {
        MediaType::Jpeg => pb::MediaType::Jpeg,
        MediaType::Png => pb::MediaType::Png,
        MediaType::Pdf => pb::MediaType::Pdf,
    }
}

impl From<&Receipt> for pb::Receipt {
    fn from(receipt: &Receipt) -> Self {
        let standings = receipt.standings.iter().map(|standing| pb::PoolStanding {
            pool_id: standing.pool.to_string(),
            seated: standing.is_seated(),
            seat_number: standing.seat_number,
            waiting_position: standing.waiting_position,
        });
        Self {
            arrival_number: receipt.arrival_number,
            sequence: receipt.sequence,
            chain: receipt.chain.clone(),
            standings: standings.collect(),
            submitted_at: Some(timestamp(receipt.submitted_at)),
        }
    }
}

impl From<&TimelineEntry> for pb::TimelineEntry {
    fn from(entry: &TimelineEntry) -> Self {
        Self {
            happened_at: Some(timestamp(entry.at)),
            kind: pb::TimelineKind::from(entry.kind).into(),
            text: entry.text.clone(),
        }
    }
}

impl From<TimelineKind> for pb::TimelineKind {
    fn from(kind: TimelineKind) -> Self {
        match kind {
            TimelineKind::Submitted => Self::Submitted,
            TimelineKind::StepPassed => Self::StepPassed,
            TimelineKind::Returned => Self::Returned,
            TimelineKind::Corrected => Self::Corrected,
            TimelineKind::Rejected => Self::Rejected,
            TimelineKind::Approved => Self::Approved,
            TimelineKind::Promoted => Self::Promoted,
            TimelineKind::Granted => Self::Granted,
            TimelineKind::Paid => Self::Paid,
            TimelineKind::Withdrawn => Self::Withdrawn,
            TimelineKind::Expired => Self::Expired,
        }
    }
}

/// One thing that is missing.
pub fn missing_item(thing: &Violation) -> pb::MissingItem {
    let reason = thing.reason();
    pb::MissingItem {
        subject: thing.path().to_owned(),
        reason: reason.code().to_owned(),
        rule: reason.rule().map(|rule| rule.to_string()).unwrap_or_default(),
        text: thing.text().to_owned(),
    }
}
