//! What subsidy and workers ask of quota.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use proto::quota::line_service_client::LineServiceClient;
use proto::quota::pool_service_client::PoolServiceClient;
use proto::quota::proof_service_client::ProofServiceClient;
use proto::quota::{self as pb, StandingState};
use refusal::Reason;
use testkit::{Api, Line};
use tonic::Status;
use uuid::Uuid;
use vocabulary::{ApplicationId, OperationId, ProgrammeId, UnionId, WorkerId};

use crate::house::{House, REPLICAS};

/// A connection of one caller to one replica.
#[derive(Clone)]
pub struct Caller {
    pub lines: LineServiceClient<Line>,
    pub pools: PoolServiceClient<Line>,
    pub proofs: ProofServiceClient<Line>,
}

/// A programme of one test: a line with an open round, and two unions.
#[derive(Clone)]
pub struct Programme {
    pub id: ProgrammeId,
    pub city: UnionId,
    pub district: UnionId,
    pub callers: [Caller; 2],
}

/// One who wants a place.
#[derive(Debug, Clone, Copy)]
pub struct Applicant {
    pub operation: OperationId,
    pub application: ApplicationId,
    pub worker: WorkerId,
}

impl Applicant {
    pub fn new() -> Self {
        let (operation, application) = (OperationId::new(), ApplicationId::new());
        Self { operation, application, worker: WorkerId::new() }
    }
}

impl Caller {
    pub fn new(api: &Api) -> Self {
        Self { lines: api.lines(), pools: api.pools(), proofs: api.proofs() }
    }
}

pub fn round(id: &str, opens_at: DateTime<Utc>, closes_at: DateTime<Utc>) -> pb::Round {
    pb::Round {
        round_id: id.to_owned(),
        opens_at: Some(proto::timestamp(opens_at)),
        closes_at: Some(proto::timestamp(closes_at)),
        state: 0,
    }
}

impl Programme {
    /// A line without rounds or pools.
    pub async fn bare(house: &House) -> Self {
        let id: ProgrammeId = format!("p-{}", Uuid::now_v7().simple()).parse().unwrap();
        let callers = REPLICAS.map(|replica| house.subsidy(replica));
        let programme = Self { id, city: UnionId::new(), district: UnionId::new(), callers };
        let asked = pb::CreateLineRequest {
            operation_id: OperationId::new().to_string(),
            programme_id: programme.id.to_string(),
        };
        programme.first().lines.create_line(asked).await.unwrap();
        programme
    }

    /// A line whose round `spring` is open, with these seats in the city's pool and the district's.
    pub async fn open(house: &House, city: i64, district: i64) -> Self {
        let programme = Self::bare(house).await;
        let begun = house.now() - TimeDelta::hours(1);
        programme.set_windows(vec![round("spring", begun, begun + TimeDelta::days(1))]).await.unwrap();
        programme.add_pool("city", programme.city, city).await.unwrap();
        programme.add_pool("district", programme.district, district).await.unwrap();
        programme
    }

    pub fn first(&self) -> Caller {
        self.callers[0].clone()
    }

    pub async fn set_windows(&self, rounds: Vec<pb::Round>) -> Result<pb::Line, Status> {
        let asked = pb::SetWindowsRequest {
            operation_id: OperationId::new().to_string(),
            programme_id: self.id.to_string(),
            rounds,
        };
        Ok(self.first().lines.set_windows(asked).await?.into_inner().line.unwrap())
    }

    pub async fn add_pool(&self, pool: &str, union: UnionId, capacity: i64) -> Result<pb::Pool, Status> {
        let asked = pb::AddPoolRequest {
            operation_id: OperationId::new().to_string(),
            programme_id: self.id.to_string(),
            pool_id: pool.to_owned(),
            union_id: union.to_string(),
            capacity,
        };
        Ok(self.first().pools.add_pool(asked).await?.into_inner().pool.unwrap())
    }

    pub async fn set_capacity(&self, pool: &str, capacity: i64) -> Result<pb::Pool, Status> {
        let asked = pb::SetCapacityRequest {
            operation_id: OperationId::new().to_string(),
            programme_id: self.id.to_string(),
            pool_id: pool.to_owned(),
            capacity,
        };
        Ok(self.first().pools.set_capacity(asked).await?.into_inner().pool.unwrap())
    }

    pub fn reservation(&self, applicant: &Applicant) -> pb::ReserveRequest {
        pb::ReserveRequest {
            operation_id: applicant.operation.to_string(),
            programme_id: self.id.to_string(),
            application_id: applicant.application.to_string(),
            worker_id: applicant.worker.to_string(),
            round_id: "spring".to_owned(),
            union_ids: vec![self.district.to_string(), self.city.to_string()],
        }
    }

    /// Asks one of the replicas for a place, once.
    pub async fn reserve_at(&self, replica: usize, applicant: &Applicant) -> Result<pb::Place, Status> {
        let mut lines = self.callers[replica].lines.clone();
        Ok(lines.reserve(self.reservation(applicant)).await?.into_inner().place.unwrap())
    }

    pub async fn reserve(&self, applicant: &Applicant) -> Result<pb::Place, Status> {
        self.reserve_at(0, applicant).await
    }

    /// Repeats until answered, as subsidy does, at one replica after the other.
    pub async fn reserve_until_answered(&self, applicant: &Applicant, first: usize) -> pb::Place {
        for attempt in 0..200 {
            match self.reserve_at((first + attempt) % 2, applicant).await {
                Ok(place) => return place,
                Err(status) if repeats(&status) => tokio::time::sleep(Duration::from_millis(50)).await,
                Err(status) => panic!("{status:?}"),
            }
        }
        panic!("never answered");
    }

    pub async fn release(&self, applicant: &Applicant) -> Result<pb::Place, Status> {
        self.release_for(applicant, pb::ReleaseReason::Withdrawn).await
    }

    pub async fn release_for(
        &self,
        applicant: &Applicant,
        reason: pb::ReleaseReason,
    ) -> Result<pb::Place, Status> {
        let asked = pb::ReleaseRequest {
            operation_id: OperationId::new().to_string(),
            programme_id: self.id.to_string(),
            application_id: applicant.application.to_string(),
            reason: reason.into(),
        };
        Ok(self.first().lines.release(asked).await?.into_inner().place.unwrap())
    }

    pub async fn confirm(&self, applicant: &Applicant) -> Result<pb::Place, Status> {
        let asked = pb::ConfirmRequest {
            operation_id: OperationId::new().to_string(),
            programme_id: self.id.to_string(),
            application_id: applicant.application.to_string(),
        };
        Ok(self.first().lines.confirm(asked).await?.into_inner().place.unwrap())
    }

    pub async fn place_at(&self, replica: usize, applicant: &Applicant) -> Result<pb::Place, Status> {
        let asked = pb::GetPlaceRequest {
            programme_id: self.id.to_string(),
            application_id: applicant.application.to_string(),
        };
        Ok(self.callers[replica].clone().lines.get_place(asked).await?.into_inner().place.unwrap())
    }

    pub async fn place(&self, applicant: &Applicant) -> pb::Place {
        self.place_at(1, applicant).await.unwrap()
    }

    pub async fn pool(&self, pool: &str) -> pb::Pool {
        let asked = pb::GetPoolRequest { programme_id: self.id.to_string(), pool_id: pool.to_owned() };
        self.callers[1].clone().pools.get_pool(asked).await.unwrap().into_inner().pool.unwrap()
    }

    pub async fn line(&self) -> pb::Line {
        let asked = pb::GetLineRequest { programme_id: self.id.to_string() };
        self.callers[1].clone().proofs.get_line(asked).await.unwrap().into_inner().line.unwrap()
    }
}

/// Whether subsidy would send the same operation again.
pub fn repeats(status: &Status) -> bool {
    matches!(status.code(), tonic::Code::Unavailable | tonic::Code::DeadlineExceeded)
        || refusal::of(status) == Some(Reason::Overloaded)
        // The connection broke with the replica at its other end.
        || refusal::of(status).is_none()
}

/// How a place stands in a pool: its seat, or minus its position on the waiting list; 0 where it has left.
pub fn stands(place: &pb::Place, pool: &str) -> i64 {
    let standing = place.standings.iter().find(|standing| standing.pool_id == pool).unwrap();
    match standing.state() {
        StandingState::Seated => standing.seat_number,
        StandingState::Waiting => -standing.waiting_position,
        StandingState::Left | StandingState::Unspecified => 0,
    }
}

#[track_caller]
pub fn assert_refused<T: std::fmt::Debug>(answer: Result<T, Status>, reason: Reason) {
    let status = answer.expect_err("was not refused");
    assert_eq!(refusal::of(&status), Some(reason), "{status:?}");
}

#[track_caller]
pub fn assert_refused_field<T: std::fmt::Debug>(answer: Result<T, tonic::Status>, reason: Reason) {
    let said = refusal::said(&answer.expect_err("was not refused")).unwrap();
    assert_eq!(said.bad_fields.iter().map(refusal::Violation::reason).collect::<Vec<_>>(), [reason]);
}
