//! The form on paper: the PDF's first page, as a phone photographs it.

use std::io::Cursor;
use std::process::Stdio;

use image::{DynamicImage, ImageFormat};
use proto::subsidy::{Material, MaterialData, MaterialKind};
use testkit::{Applicant, Gangcheng, Upload};
use tokio::process::Command;
use tonic::Status;

/// As sharp as a phone's camera at arm's length, in dots per inch.
const SHARPNESS: &str = "200";

/// Prints an applicant's form and photographs it: the revision and the photo.
pub async fn photographed_form(ground: &Gangcheng, applicant: &Applicant) -> (i32, Vec<u8>) {
    let (revision, pdf) = applicant.worker.print_form(&applicant.application.id).await;
    let path = ground.city.folder().join(format!("form-{}-{revision}", applicant.application.id));
    let paper = path.with_extension("pdf");
    tokio::fs::write(&paper, pdf).await.unwrap();
    let mut camera = Command::new("pdftoppm");
    camera.args(["-jpeg", "-gray", "-r", SHARPNESS, "-f", "1", "-l", "1", "-singlefile"]);
    camera.arg(&paper).arg(&path).stdin(Stdio::null()).kill_on_drop(true);
    let status = camera.status().await.expect("pdftoppm comes with poppler-utils");
    assert!(status.success(), "pdftoppm ended with {status}");
    (revision, tokio::fs::read(path.with_extension("jpg")).await.unwrap())
}

/// Uploads a picture as an applicant's stamped form.
pub async fn upload_as_form(applicant: &Applicant, revision: i32, photo: &[u8]) -> Result<Material, Status> {
    let form = Upload {
        application_id: &applicant.application.id,
        kind: MaterialKind::StampedForm,
        file_name: "申请表.jpg",
        data: MaterialData { form_revision: revision, ..MaterialData::default() },
        bytes: photo,
    };
    applicant.worker.upload(form).await
}

/// A PNG of few bytes and many pixels, all of them black.
pub fn blank_png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::new_luma8(width, height).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}
