//! The rows of an import: each is read whole, and what is wrong with it is told with the row.

use auth::Caller;
use postgres::Request;
use proto::enrollment as pb;
use refusal::{Fields, Reason, Refusal};
use tonic::Streaming;
use vocabulary::Fen;

use super::convert::{institution_code, level, study_form};
use crate::app::{ImportOfferings, MAX_ROWS};
use crate::domain::{Row, Terms};
use crate::error::Error;

/// All rows as one message: what the request is, as far as repetition goes.
#[derive(Clone, PartialEq, prost::Message)]
struct Rows {
    #[prost(message, repeated, tag = "1")]
    rows: Vec<pb::ImportOfferingsRequest>,
}

/// Reads the rows; whether it is a dry run, and the request's id, come with the first.
pub async fn receive(
    caller: Caller,
    mut stream: Streaming<pb::ImportOfferingsRequest>,
) -> Result<ImportOfferings, Error> {
    let mut messages = Vec::new();
    while let Some(message) = stream.message().await.map_err(Error::Import)? {
        if messages.len() == MAX_ROWS {
            return Err(Refusal::new(Reason::TooMany).with("max", MAX_ROWS).into());
        }
        messages.push(message);
    }
    let mut fields = Fields::new();
    let first = fields.require("rows", messages.first().cloned());
    let request_id = first.as_ref().and_then(|first| fields.request_id(&first.request_id));
    let (Some(first), Some(request_id)) = (first, request_id) else { return Err(fields.refusal().into()) };
    let whole = Rows { rows: messages };
    let request = Request::new(request_id, &caller, "ImportOfferings", &whole);
    let rows = whole.rows.iter().map(row).collect();
    Ok(ImportOfferings { request, caller, dry_run: first.dry_run, rows })
}

fn row(message: &pb::ImportOfferingsRequest) -> Row {
    let mut fields = Fields::new();
    let institution_code = institution_code(&mut fields, &message.institution_code);
    let institution_name = fields.text("institution_name", &message.institution_name, 2..=80);
    let major = fields.text("major", &message.major, 2..=80);
    let level = fields.choice("level", message.level).and_then(level);
    let study_form = fields.choice("study_form", message.study_form).and_then(study_form);
    let length_months = fields.number("length_months", message.length_months, 6..=96);
    let tuition = fields.amount("tuition_fen", message.tuition_fen, Fen::MOST_TUITION);
    let whole = (institution_code, institution_name, major, level, study_form, length_months, tuition);
    let (
        Some(institution_code),
        Some(institution_name),
        Some(major),
        Some(level),
        Some(study_form),
        Some(length_months),
        Some(tuition),
    ) = whole
    else {
        let told = fields.bad().iter().map(|one| format!("{}：{}", one.path(), one.text()));
        return Err(told.collect());
    };
    Ok(Terms { institution_code, institution_name, major, level, study_form, length_months, tuition })
}
