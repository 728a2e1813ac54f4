//! The first state of a new city: its federation and the first administrator.

use std::fs;

use anyhow::{Context, Result};
use stack::Services;
use stack::city::Bootstrap;
use supervisor::Folder;

/// The city federation of tests/data/gangcheng-2021, and an administrator: nobody has this name, and this ID number was
/// never given.
const JINAN: Bootstrap<'_> = Bootstrap {
    name: "济南市总工会",
    administrative_code: "370100",
    administrator: "测官零一",
    sign_in_name: "jinan.administrator",
    id_number: "370117196801019013",
};

/// Founds it, once, and leaves the secret of the appointment to be shown.
pub(crate) fn found(folder: &Folder, services: &Services) -> Result<()> {
    if folder.founded().exists() {
        return Ok(());
    }
    let secret = JINAN
        .run(services, &folder.city())
        .context("the city cannot be founded; `cargo xtask down --wipe` begins anew")?;
    stack::secrets::write(&folder.appointment_secret(), secret.as_bytes())?;
    forget_answers(folder)?;
    fs::write(folder.founded(), "").context("that the city is founded cannot be written down")
}

/// What the command printed is still in a file; shown once means nowhere else.
fn forget_answers(folder: &Folder) -> Result<()> {
    let files = fs::read_dir(folder.services()).context("the services have no folder")?.flatten();
    for file in files.filter(|file| file.file_name().to_string_lossy().starts_with("identity.answer")) {
        fs::remove_file(file.path()).context("an answer cannot be removed")?;
    }
    Ok(())
}
