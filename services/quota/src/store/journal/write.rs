//! Commits a folded stretch: whatever its length, one statement where people only arrive, and one more for each kind of thing
//! that happens seldom, or a few, where it touches a great part of the line.

use sqlx::PgConnection;
use sqlx::types::Uuid;
use vocabulary::{ApplicationId, ProgrammeId, RoundId};

use super::columns::{Operations, Places, Pools, Seats, number, standings};
use crate::domain::{Batch, Line, Pending, PlaceIndex, PlaceState};

/// The most rows that a statement changes, beside those that one arrival each brings. A pool that is added takes in everybody in
/// its scope, and a larger one may seat all who wait: one operation, hundreds of thousands of rows. In one statement they would
/// run into the statement timeout, on every replica and each time anew, and the line would stand. It is no fault, so it does not
/// halt; and the timeout is not raised, for it ends statements that hang. In pieces no statement grows with the line, and the
/// transaction takes as long as it takes: whoever waits for the row meanwhile gives up and tries again.
const MOST_ROWS: usize = 2_000;

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
    let mut seats = Seats::of(line, batch);
    let later = seats.split_off(MOST_ROWS);
    // First: it makes the pool that the others sit down in.
    let written = write_one(db, programme, pending, &seats).await?;
    sit_down(db, name, &later).await?;
    wait(db, name, &later).await?;
    Ok(written)
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
        for (pools, seats) in pools.chunks(MOST_ROWS).zip(seats.chunks(MOST_ROWS)) {
            sqlx::query!(
                "DELETE FROM holder USING UNNEST($2::text[], $3::int[]) AS gone (pool, seat_no)
             WHERE holder.programme = $1 AND holder.pool = gone.pool AND holder.seat_no = gone.seat_no",
                programme,
                pools as &[&str],
                seats
            )
            .execute(&mut *db)
            .await?;
        }
    }
    if !batch.waiting.gone.is_empty() {
        let gone =
            batch.waiting.gone.iter().map(|(pool, entered)| (line.pool(*pool).id.as_str(), entered.get()));
        let (pools, entered): (Vec<&str>, Vec<i64>) = gone.unzip();
        for (pools, entered) in pools.chunks(MOST_ROWS).zip(entered.chunks(MOST_ROWS)) {
            sqlx::query!(
                "DELETE FROM waiting USING UNNEST($2::text[], $3::bigint[]) AS gone (pool, entered)
             WHERE waiting.programme = $1 AND waiting.pool = gone.pool AND waiting.entered = gone.entered",
                programme,
                pools as &[&str],
                entered
            )
            .execute(&mut *db)
            .await?;
        }
    }
    Ok(())
}

async fn change_places(
    db: &mut PgConnection,
    programme: &str,
    line: &Line,
    batch: &Batch,
) -> Result<(), sqlx::Error> {
    let changed: Vec<PlaceIndex> = batch.changed.iter().copied().collect();
    for some in changed.chunks(MOST_ROWS) {
        let places = || some.iter().map(|index| line.place(*index));
        let applications: Vec<Uuid> = places().map(|place| place.application.uuid()).collect();
        let states: Vec<&str> = places().map(|place| place.state.as_str()).collect();
        let standings: Vec<String> =
            some.iter().map(|index| standings(line, *index)).collect::<Result<_, _>>()?;
        sqlx::query!(
            "UPDATE place SET state = changed.state, standings = changed.standings::json
         FROM UNNEST($2::uuid[], $3::text[], $4::text[]) AS changed (application, state, standings)
         WHERE place.programme = $1 AND place.application = changed.application",
            programme,
            &applications,
            &states as &[&str],
            &standings
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// Who sits down beyond the first.
async fn sit_down(db: &mut PgConnection, programme: &str, seats: &Seats<'_>) -> Result<(), sqlx::Error> {
    let places = seats.holder_numbers.chunks(MOST_ROWS).zip(seats.holders.chunks(MOST_ROWS));
    for (pools, (numbers, holders)) in seats.holder_pools.chunks(MOST_ROWS).zip(places) {
        sqlx::query!(
            "INSERT INTO holder (programme, pool, seat_no, application)
             SELECT $1, * FROM UNNEST($2::text[], $3::int[], $4::uuid[])",
            programme,
            pools as &[&str],
            numbers,
            holders
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// Who begins to wait beyond the first.
async fn wait(db: &mut PgConnection, programme: &str, seats: &Seats<'_>) -> Result<(), sqlx::Error> {
    let places = seats.waiting_entered.chunks(MOST_ROWS).zip(seats.waiting.chunks(MOST_ROWS));
    for (pools, (entered, waiting)) in seats.waiting_pools.chunks(MOST_ROWS).zip(places) {
        sqlx::query!(
            "INSERT INTO waiting (programme, pool, entered, application)
             SELECT $1, * FROM UNNEST($2::text[], $3::bigint[], $4::uuid[])",
            programme,
            pools as &[&str],
            entered,
            waiting
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
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

/// Writes and commits a batch in which people only arrive. Tells whether the row was what it must be.
pub async fn write_arrivals(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    pending: &Pending,
) -> Result<bool, sqlx::Error> {
    let (_, line, batch) = pending.parts();
    write_one(db, programme, pending, &Seats::of(line, batch)).await
}

/// Places, pools, holders, those who wait, operations, and the line: all in one statement, which does nothing where the row is
/// not what it must be, and tells so. Who holds a seat is counted by the table itself.
async fn write_one(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    pending: &Pending,
    seats: &Seats<'_>,
) -> Result<bool, sqlx::Error> {
    let (epoch, line, batch) = pending.parts();
    let (programme, before) = (programme.as_str(), pending.before());
    let (link, digest) = (line.link(), line.digest());
    let (places, operations) = (Places::of(line, batch)?, Operations::of(batch)?);
    let pools = Pools::of(line, batch);
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
