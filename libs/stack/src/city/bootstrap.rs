//! How an operator begins a city: its federation and the first administrator.

use std::path::Path;

use crate::error::Error;
use crate::secrets;
use crate::services::Services;

/// What `identity bootstrap` is told.
#[derive(Clone, Copy, Debug)]
pub struct Bootstrap<'a> {
    /// The federation's name.
    pub name: &'a str,
    /// The city's administrative code.
    pub administrative_code: &'a str,
    /// The name of the first administrator.
    pub administrator: &'a str,
    /// The name that the administrator signs in with.
    pub sign_in_name: &'a str,
    /// The administrator's ID number.
    pub id_number: &'a str,
}

impl<'a> Bootstrap<'a> {
    /// Runs it; answers the secret of the administrator's appointment. The ID number goes by a file in `folder`.
    pub fn run(&self, services: &Services, folder: &Path) -> Result<String, Error> {
        let id_number_file = folder.join("administrator");
        secrets::write(&id_number_file, self.id_number.as_bytes())?;
        let answer = services.run("identity", &self.words(&id_number_file.to_string_lossy()))?;
        Ok(answer.trim().to_owned())
    }

    /// The subcommand and its arguments, where this file holds the ID number.
    pub const fn words(&self, id_number_file: &'a str) -> [&'a str; 11] {
        [
            "bootstrap",
            "--name",
            self.name,
            "--administrative-code",
            self.administrative_code,
            "--administrator",
            self.administrator,
            "--sign-in-name",
            self.sign_in_name,
            "--id-number-file",
            id_number_file,
        ]
    }
}
