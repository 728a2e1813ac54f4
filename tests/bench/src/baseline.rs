//! The service that a team would write first: PostgreSQL alone, one transaction for each request; and the same in one round
//! trip, as a function of the database.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result};
use proto::quota::{Place, ReserveRequest, Standing, StandingState};
use sqlx::postgres::PgPoolOptions;
use sqlx::{PgPool, Row};
use uuid::Uuid;

use crate::bare;

/// Its tables: the counters, and who took a place.
const TABLES: &str = "
    CREATE SCHEMA IF NOT EXISTS baseline;
    CREATE TABLE IF NOT EXISTS pool (pool text PRIMARY KEY, capacity int NOT NULL, taken int NOT NULL);
    CREATE TABLE IF NOT EXISTS place (
        operation uuid PRIMARY KEY, application uuid NOT NULL UNIQUE, person uuid NOT NULL UNIQUE,
        arrival bigint GENERATED ALWAYS AS IDENTITY, seats int[] NOT NULL);
    TRUNCATE pool, place;
    INSERT INTO pool SELECT 'pool-' || number, 1000000000, 0 FROM generate_series(0, 3) AS number;
    CREATE OR REPLACE FUNCTION reserve(operation uuid, application uuid, person uuid, OUT arrival bigint, OUT seats int[])
    LANGUAGE plpgsql AS $$
    DECLARE seat int;
    BEGIN
        FOR number IN 0..3 LOOP
            UPDATE pool SET taken = taken + 1 WHERE pool = 'pool-' || number AND taken < capacity RETURNING taken INTO seat;
            seats := seats || seat;
        END LOOP;
        INSERT INTO place (operation, application, person, seats) VALUES (operation, application, person, seats)
        RETURNING place.arrival INTO arrival;
    END $$;";

/// Serves until it is killed.
pub(crate) async fn serve(
    address: SocketAddr,
    database: &str,
    connections: u32,
    function: bool,
) -> Result<()> {
    let pool = PgPoolOptions::new().max_connections(connections).connect(database).await?;
    sqlx::raw_sql(TABLES).execute(&pool).await.context("the tables cannot be made")?;
    let pool = Arc::new(pool);
    bare::serve(address, move |request| {
        let pool = Arc::clone(&pool);
        async move {
            let placed = if function {
                in_a_function(&pool, &request).await
            } else {
                in_a_transaction(&pool, &request).await
            };
            let (arrival, seats) = placed.map_err(|error| refusal::internal(&error))?;
            Ok(place(request, arrival, &seats))
        }
    })
    .await
}

async fn in_a_transaction(pool: &PgPool, request: &ReserveRequest) -> Result<(i64, Vec<i32>), sqlx::Error> {
    let [operation, application, person] = ids(request)?;
    let mut transaction = pool.begin().await?;
    let mut seats = Vec::with_capacity(4);
    for number in 0..4 {
        let update = "UPDATE pool SET taken = taken + 1 WHERE pool = $1 AND taken < capacity RETURNING taken";
        let taken =
            sqlx::query_scalar(update).bind(format!("pool-{number}")).fetch_one(&mut *transaction).await?;
        seats.push(taken);
    }
    let insert =
        "INSERT INTO place (operation, application, person, seats) VALUES ($1, $2, $3, $4) RETURNING arrival";
    let insert = sqlx::query_scalar(insert).bind(operation).bind(application).bind(person).bind(&seats);
    let arrival = insert.fetch_one(&mut *transaction).await?;
    transaction.commit().await?;
    Ok((arrival, seats))
}

async fn in_a_function(pool: &PgPool, request: &ReserveRequest) -> Result<(i64, Vec<i32>), sqlx::Error> {
    let [operation, application, person] = ids(request)?;
    let call = sqlx::query("SELECT arrival, seats FROM reserve($1, $2, $3)");
    let row = call.bind(operation).bind(application).bind(person).fetch_one(pool).await?;
    Ok((row.try_get(0)?, row.try_get(1)?))
}

fn ids(request: &ReserveRequest) -> Result<[Uuid; 3], sqlx::Error> {
    let read = |text: &str| Uuid::parse_str(text).map_err(|error| sqlx::Error::Decode(error.into()));
    Ok([read(&request.operation_id)?, read(&request.application_id)?, read(&request.worker_id)?])
}

fn place(request: ReserveRequest, arrival_number: i64, seats: &[i32]) -> Place {
    let standings = seats.iter().enumerate().map(|(number, seat)| Standing {
        pool_id: format!("pool-{number}"),
        state: StandingState::Seated.into(),
        seat_number: i64::from(*seat),
        waiting_position: 0,
    });
    Place {
        application_id: request.application_id,
        arrival_number,
        round_id: request.round_id,
        standings: standings.collect(),
        ..Place::default()
    }
}
