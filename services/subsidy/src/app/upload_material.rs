//! Takes an uploaded file: looked at for what it really is, sealed, and kept in the place of an earlier one.

use std::time::Duration;

use audit::{Action, Detail, Entry, Subject};
use auth::{Caller, Scope};
use postgres::Request;
use proto::subsidy as pb;
use refusal::{Reason, Refusal};
use scan::MediaType;
use sqlx::PgConnection;
use tokio::sync::OwnedSemaphorePermit;
use vocabulary::{ApplicationId, MaterialId, WorkerId};

use super::{App, Story};
use crate::domain::{Application, FormCode, Material, MaterialData, MaterialKind, QrCheck, Seal};
use crate::error::Error;
use crate::store;

/// The largest file that any programme may take.
pub const MAX_FILE_BYTES: usize = 3 * 1024 * 1024;

const UPLOADED: Action = Action::new("MATERIAL_UPLOADED");

/// The call, as the door has read it.
#[derive(Debug)]
pub struct UploadMaterial {
    /// The call, for repetition.
    pub request: Request,
    /// Who calls, for the trail.
    pub caller: Caller,
    /// The worker.
    pub worker: WorkerId,
    /// The application.
    pub application: ApplicationId,
    /// What it proves.
    pub kind: MaterialKind,
    /// The data that goes with it.
    pub data: MaterialData,
    /// The file.
    pub bytes: Vec<u8>,
}

/// A file that was looked at.
struct Looked {
    media_type: MediaType,
    /// What a QR code on it says.
    code: Option<String>,
}

impl App {
    /// Keeps the file. All that can be refused without it is refused before it is decoded. It is sealed and stored first,
    /// noted as a stray; the transaction that makes its row takes it in.
    pub async fn upload_material(self, command: UploadMaterial) -> Result<pb::UploadMaterialResponse, Error> {
        let scope = Scope::Worker(command.worker);
        let mut connection = self.database.acquire().await?;
        let application = self.read(&mut connection, &scope, command.application).await?;
        application.may_change(self.clock.now())?;
        let programme = self.programme_of(&mut connection, &application).await?;
        if command.bytes.len() > programme.settings.max_file_bytes {
            return Err(Error::refused(Reason::FileTooLarge));
        }
        check_revision(&application, &command.data)?;
        let id = MaterialId::new();
        store::stray_file::note(&mut connection, id).await?;
        drop(connection);

        let size = i64::try_from(command.bytes.len()).unwrap_or(i64::MAX);
        let (looked, sealed) = self.look_and_seal(id, &command).await?;
        let qr_check = self.check_form(&application, &command.data, looked.code.as_deref())?;
        self.files.put(id, sealed.ciphertext).await?;
        let material = Material {
            id,
            kind: command.kind,
            media_type: looked.media_type,
            size,
            data: command.data.clone(),
            qr_check,
            uploaded_at: self.clock.now(),
        };
        let mut tx = self.database.begin().await?;
        if let Some(answer) = command.request.answered(&mut tx).await? {
            return Ok(answer);
        }
        let answer = self.take_in(&mut tx, &command, material, &sealed.wrapped_key).await?;
        command.request.keep(&mut tx, &answer).await?;
        tx.commit().await?;
        Ok(answer)
    }

    /// Decoding and sealing take a processor for a while, on a thread of their own, and much memory: the thread gives its
    /// turn back, whether somebody still waits for it or not.
    async fn look_and_seal(
        &self,
        id: MaterialId,
        command: &UploadMaterial,
    ) -> Result<(Looked, sealing::SealedObject), Error> {
        let (keyring, bytes) = (self.keyring.clone(), command.bytes.clone());
        let is_form = command.kind == MaterialKind::StampedForm;
        let turn = self.turn_to_look().await?;
        let work = move || {
            let _turn = turn;
            let inspected = scan::inspect(&bytes)?;
            let media_type = inspected.media_type;
            let code = if is_form { inspected.code() } else { None };
            let sealed = keyring.seal_object(&context(id), &bytes)?;
            Ok((Looked { media_type, code }, sealed))
        };
        tokio::task::spawn_blocking(work).await?
    }

    /// Waits for a turn, no longer than the caller waits.
    async fn turn_to_look(&self) -> Result<Option<OwnedSemaphorePermit>, Error> {
        let patience = runtime::deadline::remaining().unwrap_or(Duration::MAX);
        let turn = tokio::time::timeout(patience, self.looking.clone().acquire_owned()).await;
        turn.map(Result::ok).map_err(|_| Error::refused(Reason::Deadline))
    }

    /// a code that can be read on a form agrees.
    fn check_form(
        &self,
        application: &Application,
        data: &MaterialData,
        code: Option<&str>,
    ) -> Result<Option<QrCheck>, Error> {
        let MaterialData::Form { .. } = data else { return Ok(None) };
        match code {
            None => Ok(Some(QrCheck::Unreadable)),
            Some(code) if code == self.form_code(application).text() => Ok(Some(QrCheck::Agrees)),
            Some(_) => Err(Error::refused(Reason::FormCodeMismatch)),
        }
    }

    /// The QR code of the application's present form.
    pub(super) fn form_code(&self, application: &Application) -> FormCode {
        let sealed = FormCode::sealed_text(&application.number, application.revision);
        let digest = self.keyring.digest("application.form", sealed.as_bytes());
        FormCode {
            number: application.number.clone(),
            revision: application.revision,
            seal: Seal::of(digest.as_bytes()),
        }
    }

    async fn take_in(
        &self,
        connection: &mut PgConnection,
        command: &UploadMaterial,
        material: Material,
        wrapped_key: &[u8],
    ) -> Result<pb::UploadMaterialResponse, Error> {
        let scope = Scope::Worker(command.worker);
        let application = self.hold(connection, &scope, command.application).await?;
        application.may_change(material.uploaded_at)?;
        if !material.is_current(application.revision) {
            let old = Refusal::new(Reason::FormRevisionOld).with("revision", application.revision);
            return Err(old.into());
        }
        let earlier = store::material::replace(connection, application.id, &material, wrapped_key).await?;
        store::stray_file::forget(connection, material.id).await?;
        if let Some(earlier) = earlier {
            store::stray_file::note(connection, earlier).await?;
        }
        let detail = Detail::new().with("kind", material.kind.as_str()).with("bytes", material.size);
        let subject = Subject::new("material", material.id);
        let entry = Entry::new(material.uploaded_at, &command.caller, UPLOADED, subject)
            .under(&application.union_path)
            .asked_by(command.request.id())
            .with(detail.with("application", application.id));
        audit::record(connection, &entry).await?;
        let application = self.read(connection, &scope, application.id).await?;
        let told = pb::Application::from(&Story { application, timeline: Vec::new() });
        let own = material.id.to_string();
        Ok(pb::UploadMaterialResponse { material: told.materials.into_iter().find(|one| one.id == own) })
    }
}

/// a form is of the present revision, and that is the one on paper.
fn check_revision(application: &Application, data: &MaterialData) -> Result<(), Refusal> {
    match *data {
        MaterialData::Form { revision }
            if revision != application.revision || application.printed_revision != application.revision =>
        {
            Err(Refusal::new(Reason::FormRevisionOld).with("revision", application.revision))
        }
        _ => Ok(()),
    }
}

/// The place for which a file is sealed.
pub(super) fn context(id: MaterialId) -> String {
    format!("material:{id}")
}
