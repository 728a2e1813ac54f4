//! Commits a folded stretch: whatever its length, one statement where people only arrive, and one more for each kind of thing
//! that happens seldom.

use sqlx::PgConnection;
use sqlx::types::Uuid;
use vocabulary::{ApplicationId, ProgrammeId, RoundId};

use super::rows::{StandingRow, unreadable};
use crate::domain::{Batch, Line, Pending, PlaceIndex, PlaceState, count};

/// Writes all that a batch changed: first what there is no more, then what is new, and the line itself last. Tells whether the
/// row was what it must be; if not, nothing is to be committed.
pub async fn write(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    pending: &Pending,
) -> Result<bool, sqlx::Error> {
    let (_, line, batch) = pending.parts();
    let name = programme.as_str();
    take_out(db, name, line, batch).await?;
    change_places(db, name, line, batch).await?;
    bar(db, name, &batch.barred).await?;
    write_rounds(db, name, line, batch).await?;
    write_arrivals(db, programme, pending).await
}

/// Seats that somebody got up from, and waiting lists that somebody left.
async fn take_out(
    db: &mut PgConnection,
    programme: &str,
    line: &Line,
    batch: &Batch,
) -> Result<(), sqlx::Error> {
    if !batch.holders.gone.is_empty() {
        let gone =
            batch.holders.gone.iter().map(|(pool, seat)| (line.pool(*pool).id.as_str(), number(*seat)));
        let (pools, seats): (Vec<&str>, Vec<i32>) = gone.unzip();
        sqlx::query!(
            "DELETE FROM holder USING UNNEST($2::text[], $3::int[]) AS gone (pool, seat_no)
             WHERE holder.programme = $1 AND holder.pool = gone.pool AND holder.seat_no = gone.seat_no",
            programme,
            &pools as &[&str],
            &seats
        )
        .execute(&mut *db)
        .await?;
    }
    if !batch.waiting.gone.is_empty() {
        let gone =
            batch.waiting.gone.iter().map(|(pool, entered)| (line.pool(*pool).id.as_str(), entered.get()));
        let (pools, entered): (Vec<&str>, Vec<i64>) = gone.unzip();
        sqlx::query!(
            "DELETE FROM waiting USING UNNEST($2::text[], $3::bigint[]) AS gone (pool, entered)
             WHERE waiting.programme = $1 AND waiting.pool = gone.pool AND waiting.entered = gone.entered",
            programme,
            &pools as &[&str],
            &entered
        )
        .execute(db)
        .await?;
    }
    Ok(())
}

async fn change_places(
    db: &mut PgConnection,
    programme: &str,
    line: &Line,
    batch: &Batch,
) -> Result<(), sqlx::Error> {
    if batch.changed.is_empty() {
        return Ok(());
    }
    let places = || batch.changed.iter().map(|index| line.place(*index));
    let applications: Vec<Uuid> = places().map(|place| place.application.uuid()).collect();
    let states: Vec<&str> = places().map(|place| place.state.as_str()).collect();
    let standings: Vec<String> =
        batch.changed.iter().map(|index| standings(line, *index)).collect::<Result<_, _>>()?;
    sqlx::query!(
        "UPDATE place SET state = changed.state, standings = changed.standings::json
         FROM UNNEST($2::uuid[], $3::text[], $4::text[]) AS changed (application, state, standings)
         WHERE place.programme = $1 AND place.application = changed.application",
        programme,
        &applications,
        &states as &[&str],
        &standings
    )
    .execute(db)
    .await
    .map(drop)
}

/// Applications that were released before they arrived.
async fn bar(db: &mut PgConnection, programme: &str, barred: &[ApplicationId]) -> Result<(), sqlx::Error> {
    if barred.is_empty() {
        return Ok(());
    }
    let applications: Vec<Uuid> = barred.iter().map(|application| application.uuid()).collect();
    sqlx::query!(
        "INSERT INTO place (programme, application, state, standings)
         SELECT $1, application, $3, '[]' FROM UNNEST($2::uuid[]) AS barred (application)",
        programme,
        &applications,
        PlaceState::Released.as_str()
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

/// Places, pools, holders, those who wait, operations, and the line: all in one statement, which does nothing where the row is
/// not what it must be, and tells so. A batch in which people only arrive is committed by it alone. Who holds a seat is counted
/// by the table itself.
pub async fn write_arrivals(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    pending: &Pending,
) -> Result<bool, sqlx::Error> {
    let (epoch, line, batch) = pending.parts();
    let (programme, before) = (programme.as_str(), pending.before());
    let places = Places::of(line, batch)?;
    let operations = Operations::of(batch)?;
    let (link, digest) = (line.link(), line.digest());
    let application = |place: &PlaceIndex| line.place(*place).application.uuid();

    let pools = || batch.pools.iter().map(|index| line.pool(*index));
    let pool_names: Vec<&str> = pools().map(|pool| pool.id.as_str()).collect();
    let pool_unions: Vec<Uuid> = pools().map(|pool| pool.union.uuid()).collect();
    let pool_numbers: Vec<i32> = batch.pools.iter().map(|index| small(index.number())).collect();
    let pool_capacity: Vec<i32> = pools().map(|pool| small(pool.capacity())).collect();
    let pool_waiting: Vec<i32> = pools().map(|pool| small(pool.waiting.len())).collect();

    let holders = &batch.holders.new;
    let holder_pools: Vec<&str> = holders.keys().map(|(pool, _)| line.pool(*pool).id.as_str()).collect();
    let holder_seats: Vec<i32> = holders.keys().map(|(_, seat)| number(*seat)).collect();
    let holder_applications: Vec<Uuid> = holders.values().map(application).collect();

    let waiting = &batch.waiting.new;
    let waiting_pools: Vec<&str> = waiting.keys().map(|(pool, _)| line.pool(*pool).id.as_str()).collect();
    let waiting_entered: Vec<i64> = waiting.keys().map(|(_, entered)| entered.get()).collect();
    let waiting_applications: Vec<Uuid> = waiting.values().map(application).collect();
    sqlx::query!(
        r#"WITH expected AS MATERIALIZED (
             SELECT FROM line
             WHERE programme = $1 AND epoch = $15 AND last_seq = $35 AND last_chain = $36 AND mode = $37 FOR UPDATE
         ), arrived AS (
             INSERT INTO place (programme, application, person, arrival, round, seq, state, standings)
             SELECT $1, application, person, arrival, round, seq, state, standings::json
             FROM UNNEST($2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::bigint[], $7::text[], $8::text[])
                  AS arrived (application, person, arrival, round, seq, state, standings)
             WHERE EXISTS (SELECT FROM expected)
         ), seated AS (
             INSERT INTO holder (programme, pool, seat_no, application)
             SELECT $1, * FROM UNNEST($9::text[], $10::int[], $11::uuid[]) WHERE EXISTS (SELECT FROM expected)
         ), waits AS (
             INSERT INTO waiting (programme, pool, entered, application)
             SELECT $1, * FROM UNNEST($12::text[], $13::bigint[], $14::uuid[]) WHERE EXISTS (SELECT FROM expected)
         ), folded AS (
             INSERT INTO operation
                 (programme, epoch, seq, op_id, kind, body, body_hash, chain, digest, decision, promoted)
             SELECT $1, $15, seq, op_id, kind, body, body_hash, chain, digest, decision::json, promoted::json
             FROM UNNEST($16::bigint[], $17::uuid[], $18::text[], $19::text[], $20::bytea[], $21::bytea[], $22::bytea[],
                         $23::text[], $24::text[])
                  AS folded (seq, op_id, kind, body, body_hash, chain, digest, decision, promoted)
             WHERE EXISTS (SELECT FROM expected)
         ), figures AS (
             INSERT INTO pool (programme, pool, union_id, number, capacity, waiting, taken)
             SELECT $1, *, 0 FROM UNNEST($25::text[], $26::uuid[], $27::int[], $28::int[], $29::int[])
             WHERE EXISTS (SELECT FROM expected)
             ON CONFLICT (programme, pool) DO UPDATE SET capacity = EXCLUDED.capacity, waiting = EXCLUDED.waiting
         )
         UPDATE line SET last_seq = $30, last_chain = $31, digest = $32, open_round = $33, arrivals = $34
         WHERE programme = $1 AND EXISTS (SELECT FROM expected)"#,
        programme,
        &places.applications,
        &places.people,
        &places.arrivals,
        &places.rounds as &[&str],
        &places.sequences,
        &places.states as &[&str],
        &places.standings,
        &holder_pools as &[&str],
        &holder_seats,
        &holder_applications,
        &waiting_pools as &[&str],
        &waiting_entered,
        &waiting_applications,
        epoch.get(),
        &operations.sequences,
        &operations.ids,
        &operations.kinds as &[&str],
        &operations.bodies as &[&str],
        &operations.hashes as &[&[u8]],
        &operations.chains as &[&[u8]],
        &operations.digests as &[&[u8]],
        &operations.decisions,
        &operations.promoted as &[Option<String>],
        &pool_names as &[&str],
        &pool_unions,
        &pool_numbers,
        &pool_capacity,
        &pool_waiting,
        line.seq().get(),
        link.bytes(),
        digest.bytes(),
        line.open_round().map(RoundId::as_str),
        line.arrivals(),
        before.at.seq.get(),
        before.link.bytes(),
        before.mode.as_str()
    )
    .execute(db)
    .await
    .map(|done| done.rows_affected() == 1)
}

/// Places that are new, column by column.
#[derive(Default)]
struct Places<'a> {
    applications: Vec<Uuid>,
    people: Vec<Uuid>,
    arrivals: Vec<i64>,
    rounds: Vec<&'a str>,
    sequences: Vec<i64>,
    states: Vec<&'static str>,
    standings: Vec<String>,
}

impl<'a> Places<'a> {
    fn of(line: &'a Line, batch: &Batch) -> Result<Self, sqlx::Error> {
        let mut columns = Self::default();
        let arrived = batch.arrived.into_iter().flat_map(|first| line.places_from(first));
        for (index, place) in arrived {
            columns.applications.push(place.application.uuid());
            columns.people.push(place.person.uuid());
            columns.arrivals.push(index.arrival());
            columns.rounds.push(line.round_of(place).as_str());
            columns.sequences.push(place.seq.get());
            columns.states.push(place.state.as_str());
            columns.standings.push(standings(line, index)?);
        }
        Ok(columns)
    }
}

/// Operations, column by column.
struct Operations<'a> {
    sequences: Vec<i64>,
    ids: Vec<Uuid>,
    kinds: Vec<&'static str>,
    bodies: Vec<&'a str>,
    hashes: Vec<&'a [u8]>,
    chains: Vec<&'a [u8]>,
    digests: Vec<&'a [u8]>,
    decisions: Vec<String>,
    promoted: Vec<Option<String>>,
}

impl<'a> Operations<'a> {
    fn of(batch: &'a Batch) -> Result<Self, sqlx::Error> {
        let entries = || batch.operations.iter().map(|folded| &folded.entry);
        let decisions = batch.operations.iter().map(|folded| json(&folded.outcome));
        let promoted = batch.operations.iter().map(|folded| {
            if folded.promotions.is_empty() { Ok(None) } else { json(&folded.promotions).map(Some) }
        });
        Ok(Self {
            sequences: entries().map(|entry| entry.seq.get()).collect(),
            ids: entries().map(|entry| entry.id.uuid()).collect(),
            kinds: entries().map(|entry| entry.kind.as_str()).collect(),
            bodies: entries().map(|entry| entry.body.as_str()).collect(),
            hashes: entries().map(|entry| entry.body_hash.as_slice()).collect(),
            chains: entries().map(|entry| entry.link.bytes().as_slice()).collect(),
            digests: batch.operations.iter().map(|folded| folded.digest.bytes().as_slice()).collect(),
            decisions: decisions.collect::<Result<_, _>>()?,
            promoted: promoted.collect::<Result<_, _>>()?,
        })
    }
}

/// How a place stands, as its row keeps it.
fn standings(line: &Line, place: PlaceIndex) -> Result<String, sqlx::Error> {
    let standings = line.place(place).standings.iter();
    json(&standings.map(|standing| StandingRow::of(line, place, standing)).collect::<Vec<_>>())
}

/// Counts: none is near the limit of its column.
fn small(count_of: usize) -> i32 {
    number(count(count_of))
}

/// Numbers of seats: none is near the limit of its column.
fn number(seat: u32) -> i32 {
    i32::try_from(seat).unwrap_or(i32::MAX)
}

fn json(value: &impl serde::Serialize) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(|_| unreadable("operation"))
}
