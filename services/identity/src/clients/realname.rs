//! The real-name check.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vocabulary::{IdNumber, PersonName, Phone};

use super::OutsideConfig;
use super::outside::Outside;
use crate::error::Error;

/// A way to have a name checked.
#[derive(Clone)]
pub struct RealName(Outside);

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "as the real-name service names them")]
struct Check<'a> {
    check_id: Uuid,
    name: &'a str,
    id_number: &'a str,
    phone: &'a str,
}

#[derive(Deserialize)]
struct Checked {
    result: Verdict,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Match,
    Mismatch,
    Unknown,
}

impl RealName {
    /// The service of this configuration.
    pub fn new(config: OutsideConfig) -> Result<Self, reqwest::Error> {
        Ok(Self(Outside::new(config)?))
    }

    /// Whether name, ID number and phone belong together.
    pub async fn matches(
        &self,
        name: &PersonName,
        id_number: &IdNumber,
        phone: &Phone,
    ) -> Result<bool, Error> {
        let check = Check {
            check_id: Uuid::now_v7(),
            name: name.expose(),
            id_number: id_number.expose(),
            phone: phone.expose(),
        };
        let answer = self.0.post("/v1/checks").json(&check).send().await;
        let answer = answer
            .and_then(reqwest::Response::error_for_status)
            .map_err(|error| Error::outside("realname", error))?;
        let checked: Checked = answer.json().await.map_err(|error| Error::outside("realname", error))?;
        Ok(checked.result == Verdict::Match)
    }
}
