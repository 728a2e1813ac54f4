//! Applications as workers make them in tests: filled in, printed, uploaded, submitted, over the wire.

use proto::enrollment::Enrollment;
use proto::subsidy::{
    Application, ApplicationFields, CreateApplicationRequest, FourThings, Material, MaterialData,
    MaterialHeader, MaterialKind, PrintFormRequest, SubmitApplicationRequest, SubmitApplicationResponse,
    UpdateApplicationRequest, UploadMaterialRequest, upload_material_request::Part,
};
use tonic::{Response, Status};

use crate::{Worker, picture, request_id};

/// Pieces in which a file is uploaded, in bytes.
const CHUNK_BYTES: usize = 128 * 1024;

/// The worker's whole word: all four things are done.
pub const WHOLE_WORD: FourThings =
    FourThings { printed_and_checked: true, photo_pasted: true, signed: true, stamped: true };

/// Every field that a worker writes.
pub const ALL_FIELDS: [&str; 6] =
    ["household", "household_outside_city", "migrant_worker", "without_work", "unit", "payee"];

/// A file to upload, with what it proves.
#[derive(Clone, Debug)]
pub struct Upload<'a> {
    /// The application.
    pub application_id: &'a str,
    /// What it proves.
    pub kind: MaterialKind,
    /// The file's name.
    pub file_name: &'a str,
    /// The data that goes with it.
    pub data: MaterialData,
    /// The file.
    pub bytes: &'a [u8],
}

impl Worker {
    /// Starts an application.
    ///
    /// # Panics
    /// Where it is refused.
    pub async fn create_application(&self, programme_id: &str, enrollment_id: &str) -> Application {
        let request = CreateApplicationRequest {
            request_id: request_id(),
            programme_id: programme_id.to_owned(),
            enrollment_id: enrollment_id.to_owned(),
        };
        self.api.applications().create_application(request).await.unwrap().into_inner().application.unwrap()
    }

    /// Writes all fields.
    pub async fn fill_in(
        &self,
        application_id: &str,
        fields: ApplicationFields,
    ) -> Result<Application, Status> {
        let request = UpdateApplicationRequest {
            request_id: request_id(),
            application_id: application_id.to_owned(),
            fields: Some(fields),
            update_mask: ALL_FIELDS.map(str::to_owned).to_vec(),
        };
        let answer = self.api.applications().update_application(request).await?;
        Ok(answer.into_inner().application.unwrap())
    }

    /// Prints the form: the revision and the PDF.
    ///
    /// # Panics
    /// Where it is refused.
    pub async fn print_form(&self, application_id: &str) -> (i32, Vec<u8>) {
        let request =
            PrintFormRequest { request_id: request_id(), application_id: application_id.to_owned() };
        let mut pieces = self.api.applications().print_form(request).await.unwrap().into_inner();
        let (mut revision, mut pdf) = (0, Vec::new());
        while let Some(piece) = pieces.message().await.unwrap() {
            revision = piece.revision;
            pdf.extend_from_slice(&piece.chunk);
        }
        (revision, pdf)
    }

    /// Uploads one file.
    pub async fn upload(&self, upload: Upload<'_>) -> Result<Material, Status> {
        let header = MaterialHeader {
            request_id: request_id(),
            application_id: upload.application_id.to_owned(),
            kind: upload.kind.into(),
            file_name: upload.file_name.to_owned(),
            data: Some(upload.data),
        };
        let mut parts = vec![UploadMaterialRequest { part: Some(Part::Header(header)) }];
        parts.extend(
            upload
                .bytes
                .chunks(CHUNK_BYTES)
                .map(|chunk| UploadMaterialRequest { part: Some(Part::Chunk(chunk.to_vec().into())) }),
        );
        let answer = self.api.applications().upload_material(tokio_stream::iter(parts)).await?;
        Ok(answer.into_inner().material.unwrap())
    }

    /// Uploads everything that a worker of the city needs but for the stamped form, with the numbers and as pictures
    /// of the person with this number.
    ///
    /// # Panics
    /// Where no tuition was paid, or any of it is refused.
    pub async fn upload_proofs(&self, application_id: &str, enrollment: &Enrollment, number: u32) {
        let payment = enrollment.payments.first().unwrap();
        let receipt = MaterialData {
            receipt_number: payment.receipt_number.clone(),
            receipt_amount_fen: payment.amount_fen,
            receipt_day: payment.paid_on.clone(),
            ..MaterialData::default()
        };
        let chsi = MaterialData {
            chsi_code: format!("YMDATA{number:08}"),
            chsi_issued_on: "2021-04-20".to_owned(),
            chsi_valid_until: "2021-10-31".to_owned(),
            ..MaterialData::default()
        };
        let (jpeg, png) =
            (|nth| picture::jpeg(picture::seed(number, nth)), |nth| picture::png(picture::seed(number, nth)));
        let files = [
            (MaterialKind::TuitionReceipt, "receipt.jpg", receipt, jpeg(0)),
            (MaterialKind::ChsiReport, "chsi.png", chsi, png(1)),
            (MaterialKind::IdCardFront, "front.jpg", MaterialData::default(), jpeg(2)),
            (MaterialKind::IdCardBack, "back.jpeg", MaterialData::default(), jpeg(3)),
            (MaterialKind::PayeeAccount, "card.png", MaterialData::default(), png(4)),
        ];
        for (kind, file_name, data, bytes) in files {
            self.upload(Upload { application_id, kind, file_name, data, bytes: &bytes }).await.unwrap();
        }
    }

    /// Submits, with the worker's word on the four things.
    pub async fn submit(
        &self,
        application_id: &str,
        request_id: &str,
    ) -> Result<Response<SubmitApplicationResponse>, Status> {
        let request = SubmitApplicationRequest {
            request_id: request_id.to_owned(),
            application_id: application_id.to_owned(),
            four_things: Some(WHOLE_WORD),
        };
        self.api.applications().submit_application(request).await
    }
}
