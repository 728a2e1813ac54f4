//! What an auditor finds out with quota's own program (R-14).

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::DecodePrivateKey;
use ed25519_dalek::pkcs8::spki::EncodePublicKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use proto::quota as pb;
use serde_json::{Value, json};
use testkit::eventually;

use crate::calls::{Applicant, Programme};
use crate::house::{House, shared};
use crate::proof::busy;

/// What a worker and an auditor keep of a line, as files.
struct Kept {
    folder: tempfile::TempDir,
    programme: String,
}

impl Kept {
    /// The receipt of one, all checkpoints, the chain, the public key.
    async fn of(house: &House, programme: &Programme, applicant: &Applicant) -> Self {
        let kept = Self { folder: tempfile::tempdir().unwrap(), programme: programme.id.to_string() };
        kept.write("receipt", &json!({ "place": place(&programme.place(applicant).await) }));
        kept.write("checkpoints", &json!({ "checkpoints": checkpoints(programme).await }));
        let chain = kept.path("chain");
        let words = ["export-line", programme.id.as_str(), "--to", chain.to_str().unwrap()];
        house.city.run("quota-2", &words).unwrap();
        std::fs::write(kept.path("key"), public_key(house)).unwrap();
        kept
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, value: &Value) {
        std::fs::write(self.path(name), value.to_string()).unwrap();
    }

    fn read(&self, name: &str) -> Value {
        serde_json::from_str(&std::fs::read_to_string(self.path(name)).unwrap()).unwrap()
    }

    /// Changes one of the files, for as long as it is looked at.
    fn with(&self, name: &str, change: impl FnOnce(String) -> String, look: impl FnOnce()) {
        let before = std::fs::read_to_string(self.path(name)).unwrap();
        let after = change(before.clone());
        assert_ne!(before, after, "nothing was changed in {name}");
        std::fs::write(self.path(name), after).unwrap();
        look();
        std::fs::write(self.path(name), before).unwrap();
    }

    /// Runs the program where there is no configuration; gives what it says, and whether the receipt is proven.
    fn check(&self, with_chain: bool) -> (bool, String) {
        let file = |name: &str| self.path(name).to_str().unwrap().to_owned();
        let mut words = vec!["check-receipt".to_owned(), self.programme.clone()];
        for name in ["receipt", "checkpoints", "key"] {
            words.extend([format!("--{name}"), file(name)]);
        }
        if with_chain {
            words.extend(["--chain".to_owned(), file("chain")]);
        }
        said(&Command::new(program()).env_clear().args(words).output().unwrap())
    }
}

fn said(output: &Output) -> (bool, String) {
    let text = [output.stdout.as_slice(), &output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

fn program() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    own.parent().and_then(Path::parent).unwrap().join("quota")
}

/// Protobuf's JSON, as far as it is needed.
fn place(place: &pb::Place) -> Value {
    json!({
        "applicationId": place.application_id,
        "arrivalNumber": place.arrival_number.to_string(),
        "sequence": place.sequence.to_string(),
        "chain": place.chain,
        "receipt": signature(place.receipt.as_ref()),
    })
}

fn signature(signature: Option<&pb::Signature>) -> Value {
    let signature = signature.unwrap();
    json!({ "keyId": signature.key_id, "signature": STANDARD.encode(&signature.signature) })
}

async fn checkpoints(programme: &Programme) -> Vec<Value> {
    let asked = pb::ListCheckpointsRequest { programme_id: programme.id.to_string(), ..Default::default() };
    let page = programme.first().proofs.list_checkpoints(asked).await.unwrap().into_inner();
    let one = |one: &pb::Checkpoint| {
        json!({
            "sequence": one.sequence.to_string(),
            "chain": one.chain,
            "arrivals": one.arrivals.to_string(),
            "madeAt": proto::instant(one.made_at.as_ref()).unwrap(),
            "signature": signature(one.signature.as_ref()),
        })
    };
    page.checkpoints.iter().map(one).collect()
}

/// The first checkpoint comes at once; taken away, it is made anew, of all that has happened since.
async fn renew_checkpoints(house: &House, programme: &Programme) {
    let last = programme.line().await.last_sequence.to_string();
    eventually("a checkpoint of the whole line is published", async || {
        let covered = checkpoints(programme).await.iter().any(|one| one["sequence"] == last);
        if !covered {
            let forget =
                sqlx::query("DELETE FROM checkpoint WHERE programme = $1").bind(programme.id.as_str());
            forget.execute(&house.database().await).await.unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
        }
        covered
    })
    .await;
}

/// The public half of the key that quota signs with, PEM.
fn public_key(house: &House) -> String {
    let secret = house.city.folder().join("secrets/audit-quota.pem");
    public_half(&SigningKey::from_pkcs8_pem(&std::fs::read_to_string(secret).unwrap()).unwrap())
}

fn public_half(secret: &SigningKey) -> String {
    secret.verifying_key().to_public_key_pem(LineEnding::LF).unwrap()
}

/// P6: the program says of a line what `VerifyLine` says, and fails where it differs.
#[tokio::test(flavor = "multi_thread")]
async fn an_auditor_verifies_a_line() {
    let house = shared().await;
    let (programme, _) = busy(house).await;
    renew_checkpoints(house, &programme).await;
    let line = programme.line().await;
    let report = house.city.run("quota-1", &["verify-line", programme.id.as_str()]).unwrap();
    assert_eq!(
        report,
        format!(
            "line           {}, epoch 1, mode LOG\noperations     {}\nhead           {}\nplaces         6\n\
             pools          2\nseats held     4\nwaiting        6\ncheckpoints    1 compared\n\
             differences    none\nnobody jumped the queue\n",
            programme.id, line.last_sequence, line.chain
        )
    );

    let folder = tempfile::tempdir().unwrap();
    let with_key = |name: &str, key: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, key).unwrap();
        house.city.run("quota-1", &["verify-line", programme.id.as_str(), "--key", path.to_str().unwrap()])
    };
    assert_eq!(with_key("own", public_key(house)).unwrap(), report);
    let failed = with_key("other", public_half(&SigningKey::from_bytes(&[7; 32]))).unwrap_err().to_string();
    assert!(failed.contains("the line is not what its journal says"), "{failed}");

    let forgery = "UPDATE holder SET application = gen_random_uuid() WHERE programme = $1 AND pool = 'city' AND seat_no = 2";
    sqlx::query(forgery).bind(programme.id.as_str()).execute(&house.database().await).await.unwrap();
    let failed = house.city.run("quota-1", &["verify-line", programme.id.as_str()]).unwrap_err().to_string();
    assert!(failed.contains("the line is not what its journal says"), "{failed}");
    assert!(failed.contains("exit status: 1"), "{failed}");
    let failed = house.city.run("quota-1", &["verify-line", "nowhere"]).unwrap_err().to_string();
    assert!(failed.contains("this database has no line of nowhere"), "{failed}");
}

/// R-14: a receipt is proven with public things only, where there is neither database nor configuration.
#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_proven_without_a_database() {
    let house = shared().await;
    let (programme, people) = busy(house).await;
    renew_checkpoints(house, &programme).await;
    let kept = Kept::of(house, &programme, &people[2]).await;

    let (proven, told) = kept.check(true);
    assert!(proven, "{told}");
    let last = programme.line().await.last_sequence;
    assert!(told.contains(&format!("linked to      the checkpoint at operation {last}\n")), "{told}");
    assert!(told.ends_with("the receipt is proven\n"), "{told}");
    let (proven, told) = kept.check(false);
    assert!(!proven && told.contains("no signed checkpoint"), "{told}");

    // The chain is about nobody: neither application nor person stands in it.
    let chain = std::fs::read_to_string(kept.path("chain")).unwrap();
    assert_eq!(i64::try_from(chain.lines().count()).unwrap(), last + 1);
    for person in &people {
        assert!(
            !chain.contains(&person.application.to_string()) && !chain.contains(&person.worker.to_string())
        );
    }
}

/// R-14: whatever is changed in receipt, checkpoint or chain, the receipt is not proven.
#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_that_was_changed_is_not_proven() {
    let house = shared().await;
    let (programme, people) = busy(house).await;
    renew_checkpoints(house, &programme).await;
    let kept = Kept::of(house, &programme, &people[2]).await;
    let receipt = kept.read("receipt");
    let refused = |what: &str| {
        let (proven, told) = kept.check(true);
        assert!(!proven && told.contains("NOT proven") && told.contains(what), "{what}: {told}");
    };

    let forged = [
        ("arrivalNumber", json!("1"), "NOT of a given key"),
        ("applicationId", json!(people[0].application.to_string()), "NOT of a given key"),
        ("sequence", json!("4"), "the receipt is not on the chain"),
        ("chain", json!("0".repeat(64)), "the receipt is not on the chain"),
    ];
    for (field, value, why) in forged {
        kept.with(
            "receipt",
            |_| {
                let mut receipt = receipt.clone();
                receipt["place"][field] = value;
                receipt.to_string()
            },
            || refused(why),
        );
    }
    kept.with(
        "checkpoints",
        |text| text.replace(r#""arrivals":"6""#, r#""arrivals":"5""#),
        || refused("0 signed, 1 not"),
    );
    let without = |text: String, index: usize| {
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        lines.remove(index);
        lines.concat()
    };
    kept.with("chain", |text| without(text, 5), || refused("the chain is broken at operation 6"));
    kept.with("chain", |text| text.replacen("RESERVE", "RELEASE", 1), || refused("the chain is broken"));
    kept.with(
        "chain",
        |text| text.split_inclusive('\n').take(5).collect(),
        || {
            refused("the chain does not come to the receipt's operation");
        },
    );
    kept.with(
        "chain",
        |text| text.replacen(&kept.programme, "elsewhere", 1),
        || refused("of programme elsewhere"),
    );

    // Somebody else's line of the same names, signed by another key.
    let other = public_half(&SigningKey::from_bytes(&[7; 32]));
    kept.with("key", |_| other, || refused("NOT of a given key"));
}
