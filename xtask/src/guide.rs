//! How a developer goes on once everything is up: how to get a token, and commands to try.

use std::fs;
use std::io::{self, Write};

use anyhow::{Context, Result};
use supervisor::{Folder, Record};

use crate::workspace;

const TEXT: &str = include_str!("guide/text.txt");
/// How to get at a first token: where the city was founded just now, and where it was before.
const ACTIVATION: &str = include_str!("guide/activation.txt");
const ACTIVATED: &str = include_str!("guide/activated.txt");

/// Prints it, with the secret of the administrator's appointment if nobody has seen it yet.
pub(crate) fn print(folder: &Folder, record: &Record) -> Result<()> {
    let url = |name: &str| record.url(name).unwrap_or_default();
    let appointment = unseen_appointment(folder)?;
    let places = [
        ("@ACTIVATION@", appointment.as_ref().map_or(ACTIVATED, |_| ACTIVATION).to_owned()),
        ("@IDENTITY@", url("identity").to_owned()),
        ("@OUTSIDE@", url("outside").to_owned()),
        ("@FOLDER@", folder.path().display().to_string()),
        ("@PROGRAMS@", workspace::target().display().to_string()),
        ("@APPOINTMENT@", appointment.clone().unwrap_or_default()),
    ];
    let text = places.iter().fold(TEXT.to_owned(), |text, (place, value)| text.replace(place, value));
    io::stdout().write_all(text.as_bytes()).context("cannot print how to go on")?;
    if appointment.is_some() {
        // From here on it is nowhere else.
        fs::remove_file(folder.appointment_secret()).context("cannot remove the appointment's secret")?;
    }
    Ok(())
}

fn unseen_appointment(folder: &Folder) -> Result<Option<String>> {
    let path = folder.appointment_secret();
    match fs::read_to_string(&path) {
        Ok(secret) => Ok(Some(secret)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}
