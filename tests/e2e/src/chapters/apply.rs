//! Chapter 5: workers fill in applications, print and upload the form and what proves them.

use anyhow::{Context, Result, ensure};
use futures::StreamExt;
use proto::enrollment::Enrollment;
use proto::subsidy::{
    Application, CheckApplicationRequest, MaterialData, MaterialKind, QrCheck, UpdateApplicationRequest,
};
use refusal::Reason;
use testkit::{Upload, picture, request_id};
use tonic::Response;

use crate::cast::Applicant;
use crate::data::{Data, PROGRAMME, UnitRow};
use crate::paper::{self, Form};
use crate::story::Story;

/// Typesetting and rendering take a core each.
const AT_ONCE: usize = 6;
/// What begins as a program for Windows does, whatever it is called.
const EXECUTABLE: &[u8] = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00";
/// Which of a worker's pictures is the residence permit's.
const PERMIT: u64 = 15;

/// Plays it.
pub(crate) async fn play(story: &mut Story) -> Result<()> {
    story.teller.chapter(5, "the applications (填报、打印、上传)");
    wrong_attempts(story).await?;
    let (units, folder) = (Data::units()?, story.stage.city.folder().to_owned());
    let progress = story.teller.progress("forms are printed, stamped and uploaded", story.cast.workers.len());
    let applicants = story.cast.workers.iter().zip(&story.cast.enrollments).zip(1..);
    let applying = futures::stream::iter(applicants).map(|((applicant, enrollment), number)| {
        let (units, folder, progress) = (&units, &folder, &progress);
        async move {
            let application = fill_in(applicant, enrollment, units).await?;
            let form = Form::of(applicant, &application.id, folder).await?;
            let agrees = upload_form(applicant, &application.id, &form).await?;
            prove(applicant, &application, enrollment, number).await?;
            progress.step();
            anyhow::Ok((application, form, agrees))
        }
    });
    let made: Vec<Result<_>> = applying.buffered(AT_ONCE).collect().await;
    drop(progress);
    let made: Vec<(Application, Form, bool)> = made.into_iter().collect::<Result<_>>()?;
    let read = made.iter().filter(|(.., agrees)| *agrees).count();
    story.account.compare("forms", "QR codes read back from photos", ("forms printed", made.len()), read);
    let (first, form, _) = made.first().context("no application")?;
    let kept = story.leave(&format!("form-{}.pdf", first.number), &form.pdf)?;
    story.teller.tell(format!("{read} forms are printed, signed, stamped and photographed; one: {kept}"));
    story.cast.applications = made.into_iter().map(|(application, ..)| application).collect();
    Ok(())
}

async fn fill_in(applicant: &Applicant, enrollment: &Enrollment, units: &[UnitRow]) -> Result<Application> {
    let draft = applicant.worker.create_application(PROGRAMME, &enrollment.id).await;
    Ok(applicant.worker.fill_in(&draft.id, paper::fields(&applicant.row, units)).await?)
}

/// Uploads the photo of the form; answers whether its QR code was read and agrees.
async fn upload_form(applicant: &Applicant, application_id: &str, form: &Form) -> Result<bool> {
    let material = applicant.worker.upload(form.upload(application_id)).await?;
    Ok(material.qr_check() == QrCheck::Agrees)
}

/// Uploads everything else.
async fn prove(
    applicant: &Applicant,
    application: &Application,
    enrollment: &Enrollment,
    number: u32,
) -> Result<()> {
    applicant.worker.upload_proofs(&application.id, enrollment, number).await;
    if applicant.row.household_outside_city {
        let permit = Upload {
            application_id: &application.id,
            kind: MaterialKind::ResidencePermit,
            file_name: "permit.jpg",
            data: MaterialData::default(),
            bytes: &picture::jpeg(picture::seed(number, PERMIT)),
        };
        applicant.worker.upload(permit).await?;
    }
    Ok(())
}

/// What is missing is told at once; an exe is no picture, and an old form no form.
async fn wrong_attempts(story: &mut Story) -> Result<()> {
    let (applicant, enrollment) =
        story.cast.workers.first().zip(story.cast.enrollments.first()).context("nobody")?;
    let (applicant, enrollment) = (applicant.clone(), enrollment.clone());
    let draft = fill_in(&applicant, &enrollment, &Data::units()?).await?;
    let request = CheckApplicationRequest { application_id: draft.id.clone() };
    let missing = applicant.worker.api.applications().check_application(request).await?.into_inner().missing;
    let texts: Vec<_> =
        missing.iter().map(|item| format!("{} {} {}", item.rule, item.subject, item.text)).collect();
    story.teller.tell(format!("张测一 asks what is missing and is told all of it: {}", texts.join("；")));

    let exe = Upload {
        application_id: &draft.id,
        kind: MaterialKind::IdCardFront,
        file_name: "身份证.jpg",
        data: MaterialData::default(),
        bytes: EXECUTABLE,
    };
    let answer = applicant.worker.upload(exe).await.map(Response::new);
    story.refused("an exe named .jpg", answer, Reason::FileNotPicture)?;

    let old = Form::of(&applicant, &draft.id, story.stage.city.folder()).await?;
    let mut fields = paper::fields(&applicant.row, &Data::units()?);
    fields.household.push_str("一号");
    let request = UpdateApplicationRequest {
        request_id: request_id(),
        application_id: draft.id.clone(),
        fields: Some(fields),
        update_mask: vec!["household".to_owned()],
    };
    let changed = applicant.worker.api.applications().update_application(request).await?.into_inner();
    let revision = changed.application.context("no application")?.revision;
    ensure!(revision > old.revision, "an edit after printing made no new revision");
    let answer = applicant.worker.upload(old.upload(&draft.id)).await.map(Response::new);
    story.refused("a form of an old revision", answer, Reason::FormRevisionOld)
}
