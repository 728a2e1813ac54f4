//! quota: the place in line, and everything that a programme's line is told.

use channel::{Channel, ConnectError, Failure, NeighbourConfig, TokenFile};
use prost::Message;
use proto::quota as pb;
use proto::quota::line_service_client::LineServiceClient;
use proto::quota::pool_service_client::PoolServiceClient;
use vocabulary::{OperationId, PoolId, ProgrammeId};

use crate::domain::{Application, Standing};
use crate::error::Error;

/// A way to quota.
#[derive(Clone)]
pub struct Quota {
    lines: LineServiceClient<Channel>,
    pools: PoolServiceClient<Channel>,
}

/// A place, as an operation decided it.
#[derive(Debug, Clone)]
pub struct Place {
    /// The arrival number.
    pub arrival_number: i64,
    /// The operation of the line.
    pub sequence: i64,
    /// The line's chain at that operation.
    pub chain: String,
    /// How it stands in each pool, widest scope first.
    pub standings: Vec<Standing>,
}

impl Quota {
    /// Connects when it is first asked.
    pub fn connect(config: &NeighbourConfig, token: TokenFile) -> Result<Self, ConnectError> {
        let channel = channel::connect(config, Some(token))?;
        Ok(Self { lines: LineServiceClient::new(channel.clone()), pools: PoolServiceClient::new(channel) })
    }

    /// Takes a place in line. The same operation always gets the decision first recorded.
    pub async fn reserve(&self, operation: OperationId, application: &Application) -> Result<Place, Error> {
        let request = pb::ReserveRequest {
            operation_id: operation.to_string(),
            programme_id: application.programme_id.to_string(),
            application_id: application.id.to_string(),
            worker_id: application.worker_id.to_string(),
            round_id: application.round_id.to_string(),
            union_ids: application.union_path.unions().rev().map(|union| union.to_string()).collect(),
        };
        let answer = self.lines.clone().reserve(request).await.map_err(Failure::from)?;
        place(answer.into_inner().place)
    }

    /// A pool as committed.
    pub async fn pool(&self, programme: &ProgrammeId, pool: &PoolId) -> Result<pb::Pool, Error> {
        let request = pb::GetPoolRequest { programme_id: programme.to_string(), pool_id: pool.to_string() };
        let answer = self.pools.clone().get_pool(request).await.map_err(Failure::from)?;
        answer.into_inner().pool.ok_or(Error::BadAnswer("quota sent no pool"))
    }

    /// Does what was ordered. A confirmation answers with the place that is now final.
    pub async fn tell(&self, kind: &str, body: &[u8]) -> Result<Option<Place>, Error> {
        match kind {
            "create_line" => {
                self.lines
                    .clone()
                    .create_line(read::<pb::CreateLineRequest>(body)?)
                    .await
                    .map_err(Failure::from)?;
            }
            "set_windows" => {
                self.lines
                    .clone()
                    .set_windows(read::<pb::SetWindowsRequest>(body)?)
                    .await
                    .map_err(Failure::from)?;
            }
            "add_pool" => {
                self.pools
                    .clone()
                    .add_pool(read::<pb::AddPoolRequest>(body)?)
                    .await
                    .map_err(Failure::from)?;
            }
            "set_capacity" => {
                let request = read::<pb::SetCapacityRequest>(body)?;
                self.pools.clone().set_capacity(request).await.map_err(Failure::from)?;
            }
            "release" => {
                self.lines.clone().release(read::<pb::ReleaseRequest>(body)?).await.map_err(Failure::from)?;
            }
            "confirm" => {
                let request = read::<pb::ConfirmRequest>(body)?;
                let answer = self.lines.clone().confirm(request).await.map_err(Failure::from)?;
                return place(answer.into_inner().place).map(Some);
            }
            _ => return Err(Error::BadAnswer("an order is not known")),
        }
        Ok(None)
    }
}

fn read<M: Message + Default>(body: &[u8]) -> Result<M, Error> {
    M::decode(body).map_err(|_| Error::BadAnswer("an order cannot be read"))
}

fn place(place: Option<pb::Place>) -> Result<Place, Error> {
    let place = place.ok_or(Error::BadAnswer("quota sent no place"))?;
    let standings = place.standings.iter().map(|standing| {
        let pool =
            standing.pool_id.parse().map_err(|_| Error::BadAnswer("quota sent a pool that is none"))?;
        Ok(Standing { pool, seat_number: standing.seat_number, waiting_position: standing.waiting_position })
    });
    Ok(Place {
        arrival_number: place.arrival_number,
        sequence: place.sequence,
        standings: standings.collect::<Result<_, Error>>()?,
        chain: place.chain,
    })
}
