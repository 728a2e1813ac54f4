//! `PoolService`: pools and their seats.

use std::pin::Pin;

use proto::quota as pb;
use proto::quota::pool_service_server::PoolService;
use runtime::detached;
use tokio_stream::wrappers::ReceiverStream;
use tokio_stream::{Stream, StreamExt};
use tonic::{Request, Response, Status};

use super::convert;
use crate::app::App;

/// The door to the pools.
pub(super) struct Pools {
    pub(super) app: App,
}

#[tonic::async_trait]
impl PoolService for Pools {
    type WatchPoolsStream = Pin<Box<dyn Stream<Item = Result<pb::WatchPoolsResponse, Status>> + Send>>;

    async fn add_pool(
        &self,
        request: Request<pb::AddPoolRequest>,
    ) -> Result<Response<pb::AddPoolResponse>, Status> {
        let (programme, id, pool) = convert::add_pool(&request.into_inner())?;
        let pool = detached(self.app.clone().add_pool(programme, id, pool)).await?;
        Ok(Response::new(pb::AddPoolResponse { pool: Some(convert::pool(&pool)) }))
    }

    async fn set_capacity(
        &self,
        request: Request<pb::SetCapacityRequest>,
    ) -> Result<Response<pb::SetCapacityResponse>, Status> {
        let (programme, id, pool) = convert::set_capacity(&request.into_inner())?;
        let pool = detached(self.app.clone().set_capacity(programme, id, pool)).await?;
        Ok(Response::new(pb::SetCapacityResponse { pool: Some(convert::pool(&pool)) }))
    }

    async fn watch_pools(
        &self,
        request: Request<pb::WatchPoolsRequest>,
    ) -> Result<Response<Self::WatchPoolsStream>, Status> {
        let programme = convert::programme(&request.into_inner().programme_id)?;
        let watched = detached(self.app.clone().watch_pools(programme)).await?;
        let shown = ReceiverStream::new(watched).map(|pools| Ok(convert::pools(&pools)));
        Ok(Response::new(Box::pin(shown)))
    }

    async fn get_pool(
        &self,
        request: Request<pb::GetPoolRequest>,
    ) -> Result<Response<pb::GetPoolResponse>, Status> {
        let (programme, pool) = convert::get_pool(&request.into_inner())?;
        let pool = detached(self.app.clone().get_pool(programme, pool)).await?;
        Ok(Response::new(pb::GetPoolResponse { pool: Some(convert::pool(&pool)) }))
    }
}
