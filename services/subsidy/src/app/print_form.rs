//! Prints the form from the saved data.

use audit::{Action, Detail, Entry, Subject};
use auth::{Caller, Scope};
use bytes::Bytes;
use postgres::Request;
use proto::subsidy as pb;
use refusal::Reason;
use typeset as paper;
use vocabulary::{ApplicationId, WorkerId};

use super::App;
use crate::domain::{
    Account, Applicant, Application, ApplicationState, Fields, Programme, Study, UnitKind, ready_to_print,
};
use crate::error::Error;

const PRINTED: Action = Action::new("FORM_PRINTED");

impl App {
    /// The revision printed, and the PDF. Printed again, the same data gives the same form but for the time on it: of a
    /// request, its revision is kept, and never the paper with a person's data on it.
    pub async fn print_form(
        self,
        request: Request,
        caller: Caller,
        worker: WorkerId,
        id: ApplicationId,
    ) -> Result<(i32, Vec<u8>), Error> {
        let applicant = self.identity.applicant(worker).await?;
        let mut connection = self.database.acquire().await?;
        let application = self.read(&mut connection, &Scope::Worker(worker), id).await?;
        let first: Option<pb::PrintFormResponse> = request.kept(&mut connection).await?;
        if first.is_some_and(|first| first.revision != application.revision) {
            return Err(Error::refused(Reason::RequestIdReused));
        }
        if !matches!(application.state, ApplicationState::Draft | ApplicationState::Returned { .. }) {
            return Err(Error::refused(Reason::ApplicationLocked));
        }
        ready_to_print(&application.fields)?;
        let programme = self.programme_of(&mut connection, &application).await?;
        drop(connection);
        let chosen = self.identity.union(application.study.chosen_union).await?;
        let form = self.form(&application, &programme, &applicant, chosen.name);
        let pdf = self.typeset(form).await?;
        self.printed(request, &caller, application).await.map(|revision| (revision, pdf))
    }

    async fn typeset(&self, form: paper::Form) -> Result<Vec<u8>, Error> {
        let _turn = self.printing.acquire().await.ok();
        let typesetter = self.typesetter.clone();
        Ok(tokio::task::spawn_blocking(move || typesetter.print(&form)).await??)
    }

    /// Notes which revision is on paper now; a change in the meantime makes the paper void.
    async fn printed(&self, request: Request, caller: &Caller, was: Application) -> Result<i32, Error> {
        let mut tx = self.database.begin().await?;
        let mut application = self.hold(&mut tx, &Scope::Worker(was.worker_id), was.id).await?;
        if application.revision != was.revision || application.fields != was.fields {
            return Err(Error::refused(Reason::ChangedMeanwhile));
        }
        if request.answered::<pb::PrintFormResponse>(&mut tx).await?.is_some() {
            return Ok(application.revision);
        }
        application.printed_revision = application.revision;
        self.save(&mut tx, &application).await?;
        let entry = Entry::new(self.clock.now(), caller, PRINTED, Subject::new("application", was.id))
            .under(&application.union_path)
            .asked_by(request.id())
            .with(Detail::new().with("revision", application.revision));
        audit::record(&mut tx, &entry).await?;
        let answer = pb::PrintFormResponse { revision: application.revision, chunk: Bytes::new() };
        request.keep(&mut tx, &answer).await?;
        tx.commit().await?;
        Ok(application.revision)
    }

    fn form(
        &self,
        application: &Application,
        programme: &Programme,
        applicant: &Applicant,
        chosen_union: String,
    ) -> paper::Form {
        let round = programme.round(&application.round_id);
        let help_lines = programme.help_lines.iter();
        let now = self.clock.now() + chrono::TimeDelta::hours(8);
        paper::Form {
            number: application.number.clone(),
            revision: u32::try_from(application.revision).unwrap_or_default(),
            qr_text: self.form_code(application).text(),
            programme: programme.title.clone(),
            round: round.map(|round| round.name.clone()).unwrap_or_default(),
            person: person(applicant, &application.fields),
            employment: employment(&application.fields),
            chosen_union,
            education: education(&application.study),
            payee: payee(&application.fields),
            // China keeps one time all year: eight hours before UTC.
            printed_at: now.format("%Y-%m-%d %H:%M").to_string(),
            help_lines: help_lines
                .map(|line| paper::HelpLine { name: line.name.clone(), phone: line.phone.clone() })
                .collect(),
        }
    }
}

fn person(applicant: &Applicant, fields: &Fields) -> paper::Person {
    let id_number = &applicant.id_number;
    paper::Person {
        name: applicant.name.expose().to_owned(),
        id_number: id_number.expose().to_owned(),
        sex: match id_number.sex() {
            vocabulary::Sex::Male => paper::Sex::Male,
            vocabulary::Sex::Female => paper::Sex::Female,
        },
        birth_date: id_number.birth_day().to_string(),
        phone: applicant.phone.expose().to_owned(),
        household: fields.household.as_ref().map(|household| household.0.clone()).unwrap_or_default(),
        migrant_worker: fields.migrant_worker,
    }
}

fn employment(fields: &Fields) -> paper::Employment {
    match &fields.unit {
        Some(unit) if !fields.needs_no_unit() => paper::Employment::Unit(paper::Unit {
            name: unit.name.clone(),
            credit_code: unit.credit_code.to_string(),
            kind: match unit.kind {
                UnitKind::Enterprise => paper::UnitKind::Enterprise,
                UnitKind::Institution => paper::UnitKind::Institution,
                UnitKind::Government => paper::UnitKind::Government,
            },
            post: unit.post.clone(),
            rank: unit.rank.chinese().to_owned(),
        }),
        _ => paper::Employment::WithoutWork,
    }
}

fn education(study: &Study) -> paper::Education {
    let (years, months) = (study.length_months / 12, study.length_months % 12);
    paper::Education {
        institution: study.institution.clone(),
        major: study.major.clone(),
        level: study.level.chinese().to_owned(),
        form_of_study: study.form.clone(),
        season: format!("{}年{}", study.entered_on.year(), study.season.chinese()),
        entered_on: study.entered_on.to_string(),
        length: match months {
            0 => format!("{years}年"),
            6 => format!("{years}.5年"),
            _ => format!("{}个月", study.length_months),
        },
        tuition: format!("{}元", study.tuition),
    }
}

fn payee(fields: &Fields) -> paper::Payee {
    let payee = fields.payee.as_ref();
    let holder = payee.map(|payee| payee.holder.expose().to_owned()).unwrap_or_default();
    match payee.map(|payee| &payee.account) {
        Some(Account::BankCard(card)) => paper::Payee::BankCard {
            bank: card.bank().map_or("", vocabulary::Bank::chinese).to_owned(),
            number: card.expose().to_owned(),
            holder,
        },
        Some(Account::Wallet(wallet)) => paper::Payee::Wallet { account: wallet.expose().to_owned(), holder },
        None => paper::Payee::Wallet { account: String::new(), holder },
    }
}
