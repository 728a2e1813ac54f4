//! Commits a folded stretch: whatever its length, one statement where people only arrive, and one more for each kind of thing
//! that happens seldom.

use sqlx::PgConnection;
use sqlx::types::Uuid;
use vocabulary::{ApplicationId, ProgrammeId, RoundId};

use super::columns::{Operations, Places, Pools, Seats, number, standings};
use crate::domain::{Batch, Line, Pending, PlaceState};

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
    let (link, digest) = (line.link(), line.digest());
    let (places, operations) = (Places::of(line, batch)?, Operations::of(batch)?);
    let (pools, seats) = (Pools::of(line, batch), Seats::of(line, batch));
    sqlx::query_file!(
        "src/store/journal/write_arrivals.sql",
        programme,
        &places.applications,
        &places.people,
        &places.arrivals,
        &places.rounds as &[&str],
        &places.sequences,
        &places.states as &[&str],
        &places.standings,
        &seats.holder_pools as &[&str],
        &seats.holder_numbers,
        &seats.holders,
        &seats.waiting_pools as &[&str],
        &seats.waiting_entered,
        &seats.waiting,
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
        &pools.names as &[&str],
        &pools.unions,
        &pools.numbers,
        &pools.capacities,
        &pools.waiting,
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
