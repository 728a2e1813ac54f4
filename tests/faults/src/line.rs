//! A line with an open round, the city's pool and one for each of four districts.

use anyhow::{Context, Result};
use proto::quota::{
    self as pb, AddPoolRequest, CreateLineRequest, GetLineRequest, ListWaitingRequest, Round,
    SetWindowsRequest, WatchPoolsRequest, WatchPoolsResponse,
};
use stack::within;
use testkit::City;
use tonic::Streaming;

use crate::client::{Client, PATIENCE};
use crate::plan::new_id;

/// How many districts the city has.
pub(crate) const DISTRICTS: usize = 4;
/// The round that is open.
pub(crate) const ROUND: &str = "spring";

/// How many seats there are.
#[derive(Debug, Clone, Copy)]
pub struct Seats {
    /// In the city's pool.
    pub city: i64,
    /// In each district's.
    pub district: i64,
}

/// A line, and its clients' way to it.
#[derive(Clone)]
pub struct Line {
    /// The programme.
    pub programme: String,
    /// The city federation's union and the districts', in this order.
    pub(crate) unions: Vec<String>,
    /// How it is called.
    pub client: Client,
}

impl Line {
    /// A new one in this city, its round open for a day.
    pub async fn open(city: &City, seats: Seats) -> Result<Self> {
        let now = proto::timestamp(city.clock.now()?).seconds;
        let line = Self::lay_out(city, seats, now - 3_600).await?;
        line.is_open().await?;
        Ok(line)
    }

    /// A new one, its round open from a moment on, in seconds since 1970 by business time, for a day.
    pub async fn lay_out(city: &City, seats: Seats, opens_at: i64) -> Result<Self> {
        let client = Client::of(city)?;
        let unions: Vec<String> = (0..=DISTRICTS).map(|_| new_id()).collect();
        let line = Self { programme: format!("rush-{}", new_id()), unions, client };
        let programme_id = || line.programme.clone();
        let api = &line.client.api;
        let create = CreateLineRequest { operation_id: new_id(), programme_id: programme_id() };
        api.lines().create_line(create).await?;
        for (number, union_id) in line.unions.iter().enumerate() {
            let pool = AddPoolRequest {
                operation_id: new_id(),
                programme_id: programme_id(),
                pool_id: pool(number),
                union_id: union_id.clone(),
                capacity: if number == 0 { seats.city } else { seats.district },
            };
            api.pools().add_pool(pool).await?;
        }
        let at = |seconds: i64| Some(prost_types::Timestamp { seconds, nanos: 0 });
        let round = Round {
            round_id: ROUND.to_owned(),
            opens_at: at(opens_at),
            closes_at: at(opens_at + 86_400),
            state: 0,
        };
        let windows =
            SetWindowsRequest { operation_id: new_id(), programme_id: programme_id(), rounds: vec![round] };
        api.lines().set_windows(windows).await?;
        Ok(line)
    }

    /// Waits until its round is open.
    async fn is_open(&self) -> Result<()> {
        let opened = within(PATIENCE, async || {
            let line = self.read().await.ok();
            line.is_some_and(|line| line.rounds.iter().any(|round| round.state() == pb::RoundState::Open))
        });
        opened.await.context("the round did not open")
    }

    /// The line as a replica tells it.
    pub async fn read(&self) -> Result<pb::Line> {
        let asked = GetLineRequest { programme_id: self.programme.clone() };
        self.client.api.proofs().get_line(asked).await?.into_inner().line.context("a line")
    }

    /// Its pools as they are, and whenever they change.
    pub async fn watch(&self) -> Result<Streaming<WatchPoolsResponse>> {
        let asked = WatchPoolsRequest { programme_id: self.programme.clone() };
        Ok(self.client.api.pools().watch_pools(asked).await?.into_inner())
    }

    /// The first of those who wait for a seat of the city's pool.
    pub async fn first_waiting(&self, count: i32) -> Result<Vec<pb::Waiting>> {
        let asked = ListWaitingRequest {
            programme_id: self.programme.clone(),
            pool_id: pool(0),
            page_size: count,
            page_token: String::new(),
        };
        Ok(self.client.api.lines().list_waiting(asked).await?.into_inner().waiting)
    }

    /// From a district up to the city.
    pub(crate) fn chain(&self, district: usize) -> Vec<String> {
        vec![self.unions[district + 1].clone(), self.unions[0].clone()]
    }
}

fn pool(number: usize) -> String {
    if number == 0 { "city".to_owned() } else { format!("district-{number}") }
}
