//! Commits a folded stretch: one statement for each table, whatever its length.

use sqlx::PgConnection;
use sqlx::types::Uuid;
use vocabulary::{ProgrammeId, RoundId};

use super::rows::unreadable;
use crate::domain::{Batch, Epoch, Line, PlaceState, PoolIndex, count};

/// Writes all that a batch changed. The order is that of the foreign keys: seats are there before somebody sits on
/// them, and go when nobody does.
pub async fn write(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    epoch: Epoch,
    line: &Line,
    batch: &Batch,
) -> Result<(), sqlx::Error> {
    let programme = programme.as_str();
    write_pools(db, programme, line, batch).await?;
    add_seats(db, programme, line, batch).await?;
    write_places(db, programme, line, batch).await?;
    write_standings(db, programme, line, batch).await?;
    remove_seats(db, programme, line, batch).await?;
    write_rounds(db, programme, line, batch).await?;
    write_operations(db, programme, epoch, batch).await?;
    move_line(db, programme, line).await
}

async fn write_pools(
    db: &mut PgConnection,
    programme: &str,
    line: &Line,
    batch: &Batch,
) -> Result<(), sqlx::Error> {
    if batch.pools.is_empty() {
        return Ok(());
    }
    let pools = || batch.pools.iter().map(|index| line.pool(*index));
    let names: Vec<&str> = pools().map(|pool| pool.id.as_str()).collect();
    let unions: Vec<Uuid> = pools().map(|pool| pool.union.uuid()).collect();
    let numbers: Vec<i32> = batch.pools.iter().map(|index| small(index.number())).collect();
    let capacity: Vec<i32> = pools().map(|pool| small(pool.capacity())).collect();
    let taken: Vec<i32> = pools().map(|pool| small(pool.taken)).collect();
    let waiting: Vec<i32> = pools().map(|pool| small(pool.waiting.len())).collect();
    sqlx::query!(
        "INSERT INTO pool (programme, pool, union_id, number, capacity, taken, waiting)
         SELECT $1, * FROM UNNEST($2::text[], $3::uuid[], $4::int[], $5::int[], $6::int[], $7::int[])
         ON CONFLICT (programme, pool) DO UPDATE
         SET capacity = EXCLUDED.capacity, taken = EXCLUDED.taken, waiting = EXCLUDED.waiting",
        programme,
        &names as &[&str],
        &unions,
        &numbers,
        &capacity,
        &taken,
        &waiting
    )
    .execute(db)
    .await
    .map(drop)
}

/// The seats of a batch that came, or that went: pools and numbers.
fn seats<'a>(line: &'a Line, batch: &Batch, there: bool) -> (Vec<&'a str>, Vec<i32>) {
    let chosen = batch.seats.iter().filter(|(_, now)| **now == there);
    chosen.map(|((pool, number), _)| (name(line, *pool), small(*number as usize))).unzip()
}

async fn add_seats(
    db: &mut PgConnection,
    programme: &str,
    line: &Line,
    batch: &Batch,
) -> Result<(), sqlx::Error> {
    let (pools, numbers) = seats(line, batch, true);
    if pools.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO seat (programme, pool, seat_no) SELECT $1, * FROM UNNEST($2::text[], $3::int[])",
        programme,
        &pools as &[&str],
        &numbers
    )
    .execute(db)
    .await
    .map(drop)
}

async fn remove_seats(
    db: &mut PgConnection,
    programme: &str,
    line: &Line,
    batch: &Batch,
) -> Result<(), sqlx::Error> {
    let (pools, numbers) = seats(line, batch, false);
    if pools.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "DELETE FROM seat USING UNNEST($2::text[], $3::int[]) AS gone (pool, seat_no)
         WHERE seat.programme = $1 AND seat.pool = gone.pool AND seat.seat_no = gone.seat_no",
        programme,
        &pools as &[&str],
        &numbers
    )
    .execute(db)
    .await
    .map(drop)
}

async fn write_places(
    db: &mut PgConnection,
    programme: &str,
    line: &Line,
    batch: &Batch,
) -> Result<(), sqlx::Error> {
    let mut places: Vec<_> =
        batch.places.iter().filter_map(|id| Some((id.uuid(), line.place(*id)?))).collect();
    if places.is_empty() {
        return Ok(());
    }
    // Who leaves goes first: the same person may come again in the same batch.
    places.sort_by_key(|(_, place)| place.state != PlaceState::Released);
    let taken = || places.iter().map(|(_, place)| place.taken.as_ref());
    let applications: Vec<Uuid> = places.iter().map(|(id, _)| *id).collect();
    let people: Vec<Option<Uuid>> = taken().map(|taken| taken.map(|taken| taken.person.uuid())).collect();
    let arrivals: Vec<Option<i64>> = taken().map(|taken| taken.map(|taken| taken.arrival)).collect();
    let rounds: Vec<Option<&str>> = taken().map(|taken| taken.map(|taken| taken.round.as_str())).collect();
    let sequences: Vec<Option<i64>> = taken().map(|taken| taken.map(|taken| taken.seq.get())).collect();
    let states: Vec<&str> = places.iter().map(|(_, place)| place.state.as_str()).collect();
    sqlx::query!(
        "INSERT INTO place (programme, application, person, arrival, round, seq, state)
         SELECT $1, * FROM UNNEST($2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::bigint[], $7::text[])
         ON CONFLICT (programme, application) DO UPDATE SET state = EXCLUDED.state",
        programme,
        &applications,
        &people as &[Option<Uuid>],
        &arrivals as &[Option<i64>],
        &rounds as &[Option<&str>],
        &sequences as &[Option<i64>],
        &states as &[&str]
    )
    .execute(db)
    .await
    .map(drop)
}

async fn write_standings(
    db: &mut PgConnection,
    programme: &str,
    line: &Line,
    batch: &Batch,
) -> Result<(), sqlx::Error> {
    let standing = |(application, pool): &_| {
        let mut standings = line.place(*application)?.standings.iter().enumerate();
        let (number, standing) = standings.find(|(_, standing)| standing.pool == *pool)?;
        Some((application.uuid(), small(number), standing))
    };
    let standings: Vec<_> = batch.standings.iter().filter_map(standing).collect();
    if standings.is_empty() {
        return Ok(());
    }
    let applications: Vec<Uuid> = standings.iter().map(|(application, ..)| *application).collect();
    let numbers: Vec<i32> = standings.iter().map(|(_, number, _)| *number).collect();
    let pools: Vec<&str> = standings.iter().map(|(.., standing)| name(line, standing.pool)).collect();
    let entered: Vec<i64> = standings.iter().map(|(.., standing)| standing.entered.get()).collect();
    let states: Vec<&str> = standings.iter().map(|(.., standing)| standing.stand.as_str()).collect();
    let seats = standings.iter().map(|(.., standing)| Some(small(standing.stand.seat()? as usize)));
    let seats: Vec<Option<i32>> = seats.collect();
    sqlx::query!(
        "INSERT INTO standing (programme, application, number, pool, entered, state, seat_no)
         SELECT $1, * FROM UNNEST($2::uuid[], $3::int[], $4::text[], $5::bigint[], $6::text[], $7::int[])
         ON CONFLICT (programme, application, pool) DO UPDATE
         SET state = EXCLUDED.state, seat_no = EXCLUDED.seat_no",
        programme,
        &applications,
        &numbers,
        &pools as &[&str],
        &entered,
        &states as &[&str],
        &seats as &[Option<i32>]
    )
    .execute(db)
    .await
    .map(drop)
}

async fn write_rounds(
    db: &mut PgConnection,
    programme: &str,
    line: &Line,
    batch: &Batch,
) -> Result<(), sqlx::Error> {
    if batch.rounds.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = batch.rounds.iter().map(RoundId::as_str).collect();
    let states: Vec<&str> = batch.rounds.iter().map(|round| line.round(round).as_str()).collect();
    sqlx::query!(
        "UPDATE round SET state = turned.state FROM UNNEST($2::text[], $3::text[]) AS turned (round, state)
         WHERE round.programme = $1 AND round.round = turned.round",
        programme,
        &names as &[&str],
        &states as &[&str]
    )
    .execute(db)
    .await
    .map(drop)
}

async fn write_operations(
    db: &mut PgConnection,
    programme: &str,
    epoch: Epoch,
    batch: &Batch,
) -> Result<(), sqlx::Error> {
    let entries = || batch.operations.iter().map(|folded| &folded.entry);
    let sequences: Vec<i64> = entries().map(|entry| entry.seq.get()).collect();
    let ids: Vec<Uuid> = entries().map(|entry| entry.id.uuid()).collect();
    let kinds: Vec<&str> = entries().map(|entry| entry.kind.as_str()).collect();
    let bodies: Vec<&str> = entries().map(|entry| entry.body.as_str()).collect();
    let hashes: Vec<&[u8]> = entries().map(|entry| entry.body_hash.as_slice()).collect();
    let chains: Vec<&str> = entries().map(|entry| entry.link.as_str()).collect();
    let digests: Vec<&[u8]> =
        batch.operations.iter().map(|folded| folded.digest.bytes().as_slice()).collect();
    let decisions = batch.operations.iter().map(|folded| json(&folded.outcome));
    let decisions: Vec<String> = decisions.collect::<Result<_, _>>()?;
    let promoted = batch.operations.iter().map(|folded| {
        if folded.promotions.is_empty() { Ok(None) } else { json(&folded.promotions).map(Some) }
    });
    let promoted: Vec<Option<String>> = promoted.collect::<Result<_, _>>()?;
    sqlx::query!(
        "INSERT INTO operation
             (programme, epoch, seq, op_id, kind, body, body_hash, chain, digest, decision, promoted)
         SELECT $1, $2, seq, op_id, kind, body, body_hash, chain, digest, decision::json, promoted::json
         FROM UNNEST($3::bigint[], $4::uuid[], $5::text[], $6::text[], $7::bytea[], $8::text[], $9::bytea[],
                     $10::text[], $11::text[])
              AS folded (seq, op_id, kind, body, body_hash, chain, digest, decision, promoted)",
        programme,
        epoch.get(),
        &sequences,
        &ids,
        &kinds as &[&str],
        &bodies as &[&str],
        &hashes as &[&[u8]],
        &chains as &[&str],
        &digests as &[&[u8]],
        &decisions,
        &promoted as &[Option<String>]
    )
    .execute(db)
    .await
    .map(drop)
}

async fn move_line(db: &mut PgConnection, programme: &str, line: &Line) -> Result<(), sqlx::Error> {
    let digest = line.digest();
    sqlx::query!(
        "UPDATE line SET last_seq = $2, last_chain = $3, digest = $4, open_round = $5, arrivals = $6
         WHERE programme = $1",
        programme,
        line.seq().get(),
        line.link().as_str(),
        digest.bytes(),
        line.open_round().map(RoundId::as_str),
        line.arrivals()
    )
    .execute(db)
    .await
    .map(drop)
}

fn name(line: &Line, pool: PoolIndex) -> &str {
    line.pool(pool).id.as_str()
}

/// Counts and numbers of seats: none is near the limit of its column.
fn small(number: usize) -> i32 {
    i32::try_from(count(number)).unwrap_or(i32::MAX)
}

fn json(value: &impl serde::Serialize) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(|_| unreadable("operation"))
}
