//! Lists offerings, page by page.

use super::App;
use crate::domain::{After, Filter, Offering};
use crate::error::Error;
use crate::store;

/// The call, as the door has read it.
#[derive(Debug, Clone)]
pub struct ListOfferings {
    /// Which are asked for.
    pub filter: Filter,
    /// Where the page goes on.
    pub after: Option<After>,
    /// How many at most.
    pub limit: u16,
}

/// A page.
#[derive(Debug, Clone)]
pub struct Page {
    /// In order of institution, level and major.
    pub offerings: Vec<Offering>,
    /// Where the next page goes on; none on the last.
    pub next: Option<After>,
}

impl App {
    /// A page of offerings.
    pub async fn list_offerings(self, command: ListOfferings) -> Result<Page, Error> {
        let mut connection = self.database.acquire().await?;
        // One more than asked for tells whether there is a next page.
        let limit = i64::from(command.limit) + 1;
        let after = command.after.as_ref();
        let mut offerings = store::offering::list(&mut connection, &command.filter, after, limit).await?;
        let more = offerings.len() > usize::from(command.limit);
        offerings.truncate(usize::from(command.limit));
        let last = offerings.last().filter(|_| more);
        let next = last.map(|last| After {
            institution_code: last.terms.institution_code.clone(),
            level: last.terms.level.as_str().to_owned(),
            major: last.terms.major.clone(),
            id: last.id,
        });
        Ok(Page { offerings, next })
    }
}
