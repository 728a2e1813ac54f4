//! The form on paper: filled in from the data, printed, stamped, and photographed by the worker.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use proto::subsidy::{
    ApplicationFields, MaterialData, MaterialKind, PayeeFields, PayeeKind, Rank, UnitFields, UnitKind,
};
use testkit::Upload;
use tokio::process::Command;

use crate::cast::Applicant;
use crate::data::{PersonRow, UnitRow};

/// As sharp as a phone's camera at arm's length, in dots per inch.
const SHARPNESS: &str = "200";

/// A printed form and its photo.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    /// What it was printed from.
    pub(crate) revision: i32,
    /// As it came from the printer.
    pub(crate) pdf: Vec<u8>,
    photo: Vec<u8>,
}

impl Form {
    /// Prints the form and takes a photo of it.
    pub(crate) async fn of(applicant: &Applicant, application_id: &str, folder: &Path) -> Result<Self> {
        let (revision, pdf) = applicant.worker.print_form(application_id).await;
        let photo = photograph(&pdf, &folder.join(format!("form-{application_id}"))).await?;
        Ok(Self { revision, pdf, photo })
    }

    /// The photo, on its way to an application.
    pub(crate) fn upload<'a>(&'a self, application_id: &'a str) -> Upload<'a> {
        Upload {
            application_id,
            kind: MaterialKind::StampedForm,
            file_name: "申请表.jpg",
            data: MaterialData { form_revision: self.revision, ..MaterialData::default() },
            bytes: &self.photo,
        }
    }
}

/// The first page as a JPEG.
async fn photograph(pdf: &[u8], path: &Path) -> Result<Vec<u8>> {
    let paper = path.with_extension("pdf");
    tokio::fs::write(&paper, pdf).await?;
    let mut camera = Command::new("pdftoppm");
    camera.args(["-jpeg", "-gray", "-r", SHARPNESS, "-f", "1", "-l", "1", "-singlefile"]);
    camera.arg(&paper).arg(path).stdin(Stdio::null()).kill_on_drop(true);
    let status = camera.status().await.context("cannot run pdftoppm; it comes with poppler-utils")?;
    ensure!(status.success(), "pdftoppm ended with {status}");
    Ok(tokio::fs::read(path.with_extension("jpg")).await?)
}

/// What a worker writes into the form (R-19).
pub(crate) fn fields(row: &PersonRow, units: &[UnitRow]) -> ApplicationFields {
    let unit = units.iter().find(|unit| unit.key == row.unit);
    let (kind, account) = match row.wallet.as_str() {
        "" => (PayeeKind::BankCard, &row.bank_card),
        wallet => (PayeeKind::Wallet, &wallet.to_owned()),
    };
    ApplicationFields {
        household: row.household.clone(),
        household_outside_city: row.household_outside_city,
        migrant_worker: row.migrant_worker,
        without_work: row.without_work,
        unit: unit.map(|unit| employer(unit, row)),
        payee: Some(PayeeFields { kind: kind.into(), account: account.clone(), holder: row.name.clone() }),
    }
}

fn employer(unit: &UnitRow, row: &PersonRow) -> UnitFields {
    let kind = match unit.kind.as_str() {
        "enterprise" => UnitKind::Enterprise,
        "institution" => UnitKind::Institution,
        _ => UnitKind::Government,
    };
    let rank = match row.rank.as_str() {
        "workshop_head" => Rank::WorkshopHead,
        "section_chief" => Rank::SectionChief,
        _ => Rank::Staff,
    };
    UnitFields {
        name: unit.name.clone(),
        credit_code: unit.credit_code.clone(),
        kind: kind.into(),
        post: row.post.clone(),
        rank: rank.into(),
    }
}
