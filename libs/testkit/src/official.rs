//! Officials as they act in tests: appointed, activated, signed in, over the wire.

use std::time::{SystemTime, UNIX_EPOCH};

use proto::identity::{ActivateOfficialRequest, AppointOfficialRequest, OfficialRole, SignInOfficialRequest};
use totp_rs::Totp;

use crate::{Api, request_id};

/// What every official of a test city uses as a password.
pub const PASSWORD: &str = "gongmeng yuan qiuxue 2021";

/// An official who is signed in.
#[derive(Clone)]
pub struct Official {
    /// The official's id.
    pub id: String,
    /// The name to sign in with.
    pub sign_in_name: String,
    /// The name shown to colleagues.
    pub display_name: String,
    /// The union acted for.
    pub union_id: String,
    /// The services, called with this official's token.
    pub api: Api,
    /// The access token.
    pub token: String,
}

/// Who is to be appointed.
#[derive(Clone, Debug)]
pub struct Appointment<'a> {
    /// The union to act for.
    pub union_id: &'a str,
    /// True for the Culture Centre.
    pub centre: bool,
    /// The name to sign in with.
    pub sign_in_name: &'a str,
    /// The name shown to colleagues.
    pub display_name: &'a str,
    /// The person's ID number.
    pub id_number: &'a str,
    /// What the official may do.
    pub roles: &'a [OfficialRole],
}

impl Appointment<'_> {
    /// The call by which an administrator appoints them.
    pub fn request(&self) -> AppointOfficialRequest {
        AppointOfficialRequest {
            request_id: request_id(),
            union_id: self.union_id.to_owned(),
            centre: self.centre,
            display_name: self.display_name.to_owned(),
            sign_in_name: self.sign_in_name.to_owned(),
            id_number: self.id_number.to_owned(),
            roles: self.roles.iter().map(|role| i32::from(*role)).collect(),
        }
    }
}

impl Official {
    /// Appoints somebody, who then activates the appointment and signs in.
    ///
    /// # Panics
    /// Where any of it is refused.
    pub async fn appoint(&self, appointment: Appointment<'_>) -> Self {
        let answer = self.api.officials().appoint_official(appointment.request()).await.unwrap().into_inner();
        Self::activate(&self.api, &answer.appointment_secret).await
    }

    /// Activates an appointment and signs in.
    ///
    /// # Panics
    /// Where any of it is refused.
    pub async fn activate(api: &Api, appointment_secret: &str) -> Self {
        let request = ActivateOfficialRequest {
            request_id: request_id(),
            appointment_secret: appointment_secret.to_owned(),
            password: PASSWORD.to_owned(),
        };
        let answer = api.officials().activate_official(request).await.unwrap().into_inner();
        let official = answer.official.unwrap();
        let one_time_password = one_time_password(&answer.otpauth_uri);
        let request = SignInOfficialRequest {
            sign_in_name: official.sign_in_name.clone(),
            password: PASSWORD.to_owned(),
            one_time_password,
        };
        let session = api.sessions().sign_in_official(request).await.unwrap().into_inner().session.unwrap();
        Self {
            id: official.id,
            sign_in_name: official.sign_in_name,
            display_name: official.display_name,
            union_id: official.union_id,
            api: api.with_token(&session.access_token),
            token: session.access_token,
        }
    }
}

/// The six digits that an authenticator shows now.
fn one_time_password(otpauth_uri: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Totp::from_url(otpauth_uri).unwrap().generate(now.as_secs()).to_string()
}
