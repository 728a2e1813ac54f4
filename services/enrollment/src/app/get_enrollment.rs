//! Reads an enrollment.

use auth::Scope;
use vocabulary::EnrollmentId;

use super::App;
use crate::domain::Enrollment;
use crate::error::Error;
use crate::store;

impl App {
    /// An enrollment within the scope.
    pub async fn get_enrollment(self, scope: Scope, id: EnrollmentId) -> Result<Enrollment, Error> {
        let mut connection = self.database.acquire().await?;
        store::enrollment::get(&mut connection, &scope, id).await?.ok_or_else(Error::not_found)
    }
}
