//! From rows to the law's words and back. A row that says something unknown is a bug of ours or a damaged table.

use chrono::{DateTime, NaiveDate, Utc};
use scan::MediaType;
use sealing::Keyring;
use serde_json::Value;
use sqlx::Error;
use uuid::Uuid;
use vocabulary::ApplicationId;

use crate::domain::{
    Application, ApplicationState, Fields, Material, MaterialData, MaterialKind, QrCheck, Receipt,
};

/// A row of `application`.
pub struct ApplicationRow {
    pub application_id: Uuid,
    pub number: String,
    pub programme_id: String,
    pub round_id: String,
    pub worker_id: Uuid,
    pub person_id: Uuid,
    pub masked_name: String,
    pub state: String,
    pub fields: Vec<u8>,
    pub study: Value,
    pub union_path: String,
    pub revision: i32,
    pub printed_revision: i32,
    pub operation_id: Option<Uuid>,
    pub chain: Option<Value>,
    pub arrival_number: Option<i64>,
    pub sequence: Option<i64>,
    pub line_chain: Option<String>,
    pub standings: Option<Value>,
    pub submitted_at: Option<DateTime<Utc>>,
    pub correction: Option<String>,
    pub correct_by: Option<NaiveDate>,
    pub created_at: DateTime<Utc>,
}

/// A row of `material`.
pub struct MaterialRow {
    pub application_id: Uuid,
    pub material_id: Uuid,
    pub kind: String,
    pub media_type: String,
    pub size_bytes: i64,
    pub data: Value,
    pub qr_check: Option<String>,
    pub uploaded_at: DateTime<Utc>,
}

impl ApplicationRow {
    /// The application with these materials, its fields opened.
    pub fn with_materials(self, keyring: &Keyring, materials: Vec<Material>) -> Result<Application, Error> {
        let id = ApplicationId::from(self.application_id);
        Ok(Application {
            state: self.state()?,
            receipt: self.receipt()?,
            fields: open_fields(keyring, id, &self.fields)?,
            study: serde_json::from_value(self.study).map_err(decode)?,
            programme_id: self.programme_id.parse().map_err(decode)?,
            round_id: self.round_id.parse().map_err(decode)?,
            union_path: self.union_path.parse().map_err(decode)?,
            id,
            number: self.number,
            worker_id: self.worker_id.into(),
            person_id: self.person_id.into(),
            masked_name: self.masked_name,
            revision: self.revision,
            printed_revision: self.printed_revision,
            materials,
            created_at: self.created_at,
        })
    }

    fn state(&self) -> Result<ApplicationState, Error> {
        Ok(match self.state.as_str() {
            "draft" => ApplicationState::Draft,
            "submitting" => match (self.operation_id, &self.chain) {
                (Some(operation), Some(chain)) => ApplicationState::Submitting {
                    operation: operation.into(),
                    chain: serde_json::from_value(chain.clone()).map_err(decode)?,
                },
                _ => return Err(decode("a submission without its operation")),
            },
            "in_review" => ApplicationState::InReview,
            "returned" => match (&self.correction, self.correct_by) {
                (Some(correction), Some(day)) => {
                    ApplicationState::Returned { correction: correction.clone(), correct_by: day.into() }
                }
                _ => return Err(decode("a returned application without a correction")),
            },
            "approved" => ApplicationState::Approved,
            "rejected" => ApplicationState::Rejected,
            "withdrawn" => ApplicationState::Withdrawn,
            "expired" => ApplicationState::Expired,
            "paid" => ApplicationState::Paid,
            _ => return Err(decode("a state is not known")),
        })
    }

    fn receipt(&self) -> Result<Option<Receipt>, Error> {
        let whole = (
            self.arrival_number,
            self.sequence,
            self.line_chain.clone(),
            self.standings.clone(),
            self.submitted_at,
        );
        let (Some(arrival_number), Some(sequence), Some(chain), Some(standings), Some(submitted_at)) = whole
        else {
            return Ok(None);
        };
        let standings = serde_json::from_value(standings).map_err(decode)?;
        Ok(Some(Receipt { arrival_number, sequence, chain, standings, submitted_at }))
    }
}

impl TryFrom<MaterialRow> for Material {
    type Error = Error;

    fn try_from(row: MaterialRow) -> Result<Self, Error> {
        let kind: MaterialKind = serde_json::from_value(Value::String(row.kind)).map_err(decode)?;
        let data: MaterialData = serde_json::from_value(row.data).map_err(decode)?;
        let media_type = match row.media_type.as_str() {
            "jpeg" => MediaType::Jpeg,
            "png" => MediaType::Png,
            "pdf" => MediaType::Pdf,
            _ => return Err(decode("a media type is not known")),
        };
        let qr_check = row.qr_check.map(|name| match name.as_str() {
            "agrees" => QrCheck::Agrees,
            _ => QrCheck::Unreadable,
        });
        Ok(Self {
            id: row.material_id.into(),
            kind,
            media_type,
            size: row.size_bytes,
            data,
            qr_check,
            uploaded_at: row.uploaded_at,
        })
    }
}

/// Seals what the worker wrote, for this application's row only.
pub fn seal_fields(keyring: &Keyring, id: ApplicationId, fields: &Fields) -> Result<Vec<u8>, Error> {
    let plain = serde_json::to_vec(fields).map_err(decode)?;
    keyring.seal(&context(id), &plain).map_err(decode)
}

fn open_fields(keyring: &Keyring, id: ApplicationId, sealed: &[u8]) -> Result<Fields, Error> {
    let plain = keyring.open(&context(id), sealed).map_err(decode)?;
    serde_json::from_slice(&plain).map_err(decode)
}

fn context(id: ApplicationId) -> String {
    format!("application.fields:{id}")
}

/// A value that a row should not hold.
pub fn decode(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Decode(error.into())
}
