//! Files on the wire: received piece by piece and no further than they may be, given out piece by piece.

use auth::Caller;
use bytes::Bytes;
use postgres::Request;
use proto::subsidy as pb;
use proto::subsidy::upload_material_request::Part;
use refusal::{Fields, Reason, Refusal};
use tonic::{Status, Streaming};
use vocabulary::{Day, Fen};

use crate::app::{MAX_FILE_BYTES, UploadMaterial};
use crate::domain::{MaterialData, MaterialKind};
use crate::error::Error;

/// How much of a file goes into one message.
const PIECE_BYTES: usize = 64 * 1024;

/// No message of an upload carries more of a file.
const MAX_PIECE_BYTES: usize = 256 * 1024;

/// A file on its way out.
pub type Pieces<M> = tokio_stream::Iter<std::vec::IntoIter<Result<M, Status>>>;

/// A file in pieces; the bytes themselves are shared.
pub fn pieces<M>(file: &Bytes, message: impl Fn(Bytes) -> M) -> Pieces<M> {
    let starts = (0..file.len()).step_by(PIECE_BYTES);
    let cut = starts.map(|start| file.slice(start..file.len().min(start + PIECE_BYTES)));
    let messages: Vec<_> = cut.map(|piece| Ok(message(piece))).collect();
    tokio_stream::iter(messages)
}

/// Reads the description, which comes first.
pub async fn header(stream: &mut Streaming<pb::UploadMaterialRequest>) -> Result<pb::MaterialHeader, Error> {
    let first = stream.message().await.map_err(Error::Upload)?;
    match first.and_then(|first| first.part) {
        Some(Part::Header(header)) => Ok(header),
        _ => Err(Error::refused(Reason::UploadMalformed)),
    }
}

/// Reads the file that the description is of; reading stops where the file is too large.
pub async fn receive(
    caller: Caller,
    header: &pb::MaterialHeader,
    mut stream: Streaming<pb::UploadMaterialRequest>,
    today: Day,
) -> Result<UploadMaterial, Error> {
    let mut command = described(caller, header, today)?;
    while let Some(message) = stream.message().await.map_err(Error::Upload)? {
        let Some(Part::Chunk(chunk)) = message.part else {
            return Err(Error::refused(Reason::UploadMalformed));
        };
        if chunk.len() > MAX_PIECE_BYTES {
            return Err(Error::refused(Reason::UploadMalformed));
        }
        if command.bytes.len() + chunk.len() > MAX_FILE_BYTES {
            return Err(Error::refused(Reason::FileTooLarge));
        }
        command.bytes.extend_from_slice(&chunk);
    }
    command.request = command.request.with_file(&command.bytes);
    Ok(command)
}

fn described(caller: Caller, header: &pb::MaterialHeader, today: Day) -> Result<UploadMaterial, Refusal> {
    let worker = caller.worker()?.id;
    let mut fields = Fields::new();
    let request_id = fields.request_id(&header.request_id);
    let application = fields.parse("application_id", &header.application_id);
    let _ = fields.text("file_name", &header.file_name, 0..=200);
    let kind = fields.choice::<pb::MaterialKind>("kind", header.kind).and_then(kind);
    let data = header.data.clone().unwrap_or_default();
    let data =
        kind.and_then(|kind| fields.inside("data", |fields| material_data(fields, kind, &data, today)));
    let (Some(request_id), Some(application), Some(kind), Some(data), true) =
        (request_id, application, kind, data, fields.all_right())
    else {
        return Err(fields.refusal());
    };
    let request = Request::new(request_id, &caller, "UploadMaterial", header);
    Ok(UploadMaterial { request, caller, worker, application, kind, data, bytes: Vec::new() })
}

/// The data that a kind needs. Nothing was paid after today; whether a report is valid, completeness says.
fn material_data(
    fields: &mut Fields,
    kind: MaterialKind,
    data: &pb::MaterialData,
    today: Day,
) -> Option<MaterialData> {
    match kind {
        MaterialKind::StampedForm => {
            let revision = fields.number("form_revision", data.form_revision, 1..=i32::MAX)?;
            Some(MaterialData::Form { revision })
        }
        MaterialKind::TuitionReceipt => {
            let number = fields.text("receipt_number", &data.receipt_number, 1..=64);
            let amount = fields.amount("receipt_amount_fen", data.receipt_amount_fen, Fen::MOST_TUITION);
            let day = fields.day("receipt_day", &data.receipt_day, Day::EARLIEST..=Day::LATEST);
            if day.is_some_and(|day| day > today) {
                fields.refuse("receipt_day", Reason::PaidInFuture);
            }
            Some(MaterialData::Receipt { number: number?, amount: amount?, day: day? })
        }
        MaterialKind::ChsiReport => {
            let code = data.chsi_code.clone();
            let well =
                (12..=16).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
            if !well {
                fields.refuse("chsi_code", Reason::ChsiCodeMalformed);
            }
            let days = Day::EARLIEST..=Day::LATEST;
            let issued_on = fields.day("chsi_issued_on", &data.chsi_issued_on, days.clone());
            let valid_until = fields.day("chsi_valid_until", &data.chsi_valid_until, days);
            Some(MaterialData::Chsi { code, issued_on: issued_on?, valid_until: valid_until? })
        }
        MaterialKind::IdCardFront
        | MaterialKind::IdCardBack
        | MaterialKind::ResidencePermit
        | MaterialKind::PayeeAccount => Some(MaterialData::None),
    }
}

fn kind(kind: pb::MaterialKind) -> Option<MaterialKind> {
    match kind {
        pb::MaterialKind::Unspecified => None,
        pb::MaterialKind::StampedForm => Some(MaterialKind::StampedForm),
        pb::MaterialKind::TuitionReceipt => Some(MaterialKind::TuitionReceipt),
        pb::MaterialKind::ChsiReport => Some(MaterialKind::ChsiReport),
        pb::MaterialKind::IdCardFront => Some(MaterialKind::IdCardFront),
        pb::MaterialKind::IdCardBack => Some(MaterialKind::IdCardBack),
        pb::MaterialKind::ResidencePermit => Some(MaterialKind::ResidencePermit),
        pb::MaterialKind::PayeeAccount => Some(MaterialKind::PayeeAccount),
    }
}
