//! Calls beside the line: they are not in its journal, and answer by the requests that are kept.

use refusal::{Reason, Refusal};
use sqlx::PgConnection;
use vocabulary::ProgrammeId;

use crate::error::Error;
use crate::store::journal;

/// Refuses the id of an operation of the line: it was used for something else.
pub(super) async fn refuse_known(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    request: &postgres::Request,
) -> Result<(), Error> {
    let known = journal::known_of(db, programme, &[request.id().uuid()]).await?;
    if known.is_empty() { Ok(()) } else { Err(Refusal::new(Reason::RequestIdReused).into()) }
}
