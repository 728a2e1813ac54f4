//! `GetMaterial`: in full for those who may see it, and every look recorded.

use proto::subsidy::{GetMaterialRequest, Material, MaterialKind, MediaType};
use refusal::Reason;
use testkit::{Api, Applicant, assert_field, assert_refused, picture};
use tonic::{Response, Status};

use crate::calls::{draft, submitted, trail};
use crate::city::{OPEN, shared};
use crate::paper::upload_as_form;

/// the worker and the chain's reviewers see the very file, and the trail says who looked.
#[tokio::test(flavor = "multi_thread")]
async fn each_look_at_a_material_is_recorded() {
    let ground = shared().await;
    let applicant = submitted(ground, OPEN).await;
    let front = material(&applicant, MaterialKind::IdCardFront).await;

    let (media_type, own) = look(&applicant.worker.api, &applicant, &front.id).await.unwrap();
    let (_, reviewers) = look(&ground.street.api, &applicant, &front.id).await.unwrap();

    assert_eq!(media_type, MediaType::Jpeg);
    assert_eq!(own.len(), usize::try_from(front.size_bytes).unwrap());
    assert_eq!(own, reviewers);
    let trail = trail(ground, format!("material:{}", front.id)).await;
    let looked = |actor: String| (actor, "MATERIAL_LOOKED_AT".to_owned());
    assert!(trail.contains(&looked(format!("worker:{}", applicant.worker.id))), "{trail:?}");
    assert!(trail.contains(&looked(format!("official:{}", ground.street.id))), "{trail:?}");
}

/// what was uploaded comes back to the byte, in small pieces, and lies nowhere as it is.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_comes_back_to_the_byte_and_lies_sealed() {
    let ground = shared().await;
    let applicant = submitted(ground, OPEN).await;
    let form = material(&applicant, MaterialKind::StampedForm).await;

    let (_, file) = look(&applicant.worker.api, &applicant, &form.id).await.unwrap();

    assert!(file.starts_with(b"\xff\xd8\xff"), "no jpeg came back");
    let folder = ground.city.folder().join("materials").join(&form.id[form.id.len() - 2..]);
    let sealed = std::fs::read(folder.join(&form.id)).unwrap();
    assert!(sealed.len() >= file.len() && !contains(&sealed, &file[..32]), "the file lies open");
}

/// another street's officials, and other workers, find nothing.
#[tokio::test(flavor = "multi_thread")]
async fn out_of_scope_there_is_no_material() {
    let ground = shared().await;
    let (applicant, other) = (submitted(ground, OPEN).await, draft(ground, OPEN).await);
    let front = material(&applicant, MaterialKind::IdCardFront).await;
    let look = async |api: &Api, id: &str| look(api, &applicant, id).await.map(Response::new);

    assert_refused(look(&ground.other_street.api, &front.id).await, Reason::NotFound);
    assert_refused(look(&other.worker.api, &front.id).await, Reason::NotFound);
    assert_refused(look(&applicant.worker.api, &other.worker.id).await, Reason::NotFound);
    let status = assert_refused(look(&applicant.worker.api, "a photo").await, Reason::FieldsInvalid);
    assert_field(&status, "material_id", Reason::IdMalformed);
}

/// officials see an application's materials from its submission on.
#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_the_workers_own() {
    let ground = shared().await;
    let applicant = crate::calls::filled_in(ground, OPEN).await;
    let (revision, _) = applicant.worker.print_form(&applicant.application.id).await;
    let form = upload_as_form(&applicant, revision, &picture::jpeg(8)).await.unwrap();

    for official in [&ground.street, &ground.district, &ground.federation, &ground.centre] {
        let answer = look(&official.api, &applicant, &form.id).await.map(Response::new);
        assert_refused(answer, Reason::NotFound);
    }
}

async fn material(applicant: &Applicant, kind: MaterialKind) -> Material {
    let materials = applicant.now().await.materials;
    materials.into_iter().find(|material| material.kind() == kind).unwrap()
}

async fn look(api: &Api, applicant: &Applicant, id: &str) -> Result<(MediaType, Vec<u8>), Status> {
    let application_id = applicant.application.id.clone();
    let request = GetMaterialRequest { application_id, material_id: id.to_owned() };
    let mut pieces = api.applications().get_material(request).await?.into_inner();
    let (mut media_type, mut file) = (MediaType::Unspecified, Vec::new());
    while let Some(piece) = pieces.message().await? {
        media_type = piece.media_type();
        file.extend_from_slice(&piece.chunk);
    }
    Ok((media_type, file))
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
