//! Tells quota what was ordered, in order, and writes down what it answered.

use std::collections::HashSet;

use vocabulary::ApplicationId;

use super::App;
use crate::error::Error;
use crate::store;
use crate::store::line_order::OpenOrder;

/// So many orders are taken at once.
const MOST: i64 = 100;

impl App {
    /// Does what is open. After a programme's order that got no answer, that programme's later ones wait.
    pub async fn tell_quota(&self) -> Result<(), Error> {
        let mut connection = self.database.acquire().await?;
        let orders = store::line_order::open(&mut connection, MOST).await?;
        drop(connection);
        let mut blocked = HashSet::new();
        let mut unanswered = None;
        for order in &orders {
            if blocked.contains(&order.programme_id) {
                continue;
            }
            if let Err(error) = self.carry_out(order).await {
                blocked.insert(order.programme_id.clone());
                unanswered = Some(error);
            }
        }
        unanswered.map_or(Ok(()), Err)
    }

    async fn carry_out(&self, order: &OpenOrder) -> Result<(), Error> {
        let answer = self.quota.tell(&order.kind, &order.body).await;
        let mut tx = self.database.begin().await?;
        match answer {
            Ok(place) => {
                // Another replica may have asked too: the effects are its or ours.
                if store::line_order::done(&mut tx, order.number).await?
                    && let (Some(id), Some(place)) = (order.application_id, place)
                {
                    self.confirmed(&mut tx, ApplicationId::from(id), &place).await?;
                }
            }
            Err(Error::Neighbour(failure)) if failure.reason().is_some() => {
                let reason = failure.reason().map_or("", refusal::Reason::code);
                tracing::error!(order = order.number, kind = order.kind, reason, "quota refused an order");
                store::line_order::refused(&mut tx, order.number, reason).await?;
            }
            Err(unanswered) => return Err(unanswered),
        }
        tx.commit().await?;
        Ok(())
    }
}
