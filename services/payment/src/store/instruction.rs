//! `instruction`: what bank and wallet are told, and what they have said.

use std::time::Duration;

use auth::Scope;
use sqlx::{Error, PgConnection, query, query_as};
use uuid::Uuid;
use vocabulary::{BatchId, Day};

use super::names::{Named, fen};
use crate::domain::{Instruction, InstructionState, PaymentChannel};

struct Row {
    instruction_id: Uuid,
    number: String,
    batch_id: Uuid,
    instalment_id: Uuid,
    application_id: Uuid,
    amount_fen: i64,
    channel: String,
    masked_account: String,
    state: String,
    failure: String,
}

/// An instruction that is to be sent now, with its sealed payee.
pub struct Outgoing {
    /// The instruction.
    pub instruction: Instruction,
    /// Where to pay, sealed.
    pub payee: Vec<u8>,
    /// How often it was sent before.
    pub attempts: i32,
}

impl TryFrom<Row> for Instruction {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.instruction_id.into(),
            number: row.number,
            batch_id: row.batch_id.into(),
            instalment_id: row.instalment_id.into(),
            application_id: row.application_id.into(),
            amount: fen(row.amount_fen)?,
            channel: PaymentChannel::named(&row.channel)?,
            masked_account: row.masked_account,
            state: InstructionState::named(&row.state)?,
            failure: row.failure,
        })
    }
}

/// Adds an instruction with its sealed payee.
pub async fn insert(
    connection: &mut PgConnection,
    instruction: &Instruction,
    payee: &[u8],
) -> Result<(), Error> {
    query!(
        "INSERT INTO instruction (instruction_id, number, batch_id, instalment_id, application_id, amount_fen,
             channel, masked_account, payee, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        instruction.id.uuid(),
        instruction.number,
        instruction.batch_id.uuid(),
        instruction.instalment_id.uuid(),
        instruction.application_id.uuid(),
        instruction.amount.get(),
        instruction.channel.name(),
        instruction.masked_account,
        payee,
        instruction.state.name(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The instructions of a batch within the scope; a batch has at most 1,000.
pub async fn of(
    connection: &mut PgConnection,
    scope: &Scope,
    batch: BatchId,
) -> Result<Vec<Instruction>, Error> {
    let rows = query_as!(
        Row,
        "SELECT instruction_id, number, batch_id, instalment_id, application_id, amount_fen, channel, masked_account,
                state, failure
         FROM instruction WHERE $1 AND batch_id = $2 ORDER BY instruction_id",
        scope.sees_everything(),
        batch.uuid(),
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Lets the instructions of an approved batch go out.
pub async fn release(connection: &mut PgConnection, batch: BatchId) -> Result<(), Error> {
    query!("UPDATE instruction SET next_ask_at = now() WHERE batch_id = $1", batch.uuid())
        .execute(connection)
        .await?;
    Ok(())
}

/// Withdraws the instructions of a refused batch; their payees are forgotten.
pub async fn withdraw(connection: &mut PgConnection, batch: BatchId) -> Result<(), Error> {
    query!("UPDATE instruction SET state = 'withdrawn', payee = NULL WHERE batch_id = $1", batch.uuid())
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes instructions whose time has come, of one channel: each is marked as sent, and comes again after `lease` unless an
/// answer is stored before.
pub async fn take(
    connection: &mut PgConnection,
    channel: PaymentChannel,
    limit: i64,
    lease: Duration,
) -> Result<Vec<Outgoing>, Error> {
    let rows = query!(
        r#"UPDATE instruction
         SET state = 'sent', attempts = attempts + 1, next_ask_at = now() + make_interval(secs => $3)
         WHERE instruction_id IN (
             SELECT instruction_id FROM instruction
             WHERE channel = $1 AND next_ask_at <= now()
             ORDER BY next_ask_at LIMIT $2 FOR UPDATE SKIP LOCKED)
         RETURNING instruction_id, number, batch_id, instalment_id, application_id, amount_fen, channel,
             masked_account, state, failure, payee AS "payee!", attempts"#,
        channel.name(),
        limit,
        lease.as_secs_f64(),
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let instruction = Row {
                instruction_id: row.instruction_id,
                number: row.number,
                batch_id: row.batch_id,
                instalment_id: row.instalment_id,
                application_id: row.application_id,
                amount_fen: row.amount_fen,
                channel: row.channel,
                masked_account: row.masked_account,
                state: row.state,
                failure: row.failure,
            };
            Ok(Outgoing { instruction: instruction.try_into()?, payee: row.payee, attempts: row.attempts })
        })
        .collect()
}

/// Puts off asking again, after no answer came.
pub async fn put_off(connection: &mut PgConnection, id: Uuid, pause: Duration) -> Result<(), Error> {
    query!(
        "UPDATE instruction SET next_ask_at = now() + make_interval(secs => $2)
         WHERE instruction_id = $1 AND state = 'sent'",
        id,
        pause.as_secs_f64(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Stores that it was paid, and forgets the payee. False where its answer was stored before.
pub async fn paid(
    connection: &mut PgConnection,
    instruction: &Instruction,
    booked_on: Day,
) -> Result<bool, Error> {
    let stored = query!(
        "UPDATE instruction SET state = 'paid', payee = NULL, next_ask_at = NULL, booked_on = $2
         WHERE instruction_id = $1 AND state = 'sent'",
        instruction.id.uuid(),
        booked_on.date(),
    )
    .execute(connection)
    .await?;
    Ok(stored.rows_affected() == 1)
}

/// Stores that it was refused for good, and forgets the payee. False where its answer was stored before.
pub async fn failed(
    connection: &mut PgConnection,
    instruction: &Instruction,
    code: &str,
) -> Result<bool, Error> {
    let stored = query!(
        "UPDATE instruction SET state = 'failed', payee = NULL, next_ask_at = NULL, failure = $2
         WHERE instruction_id = $1 AND state = 'sent'",
        instruction.id.uuid(),
        code,
    )
    .execute(connection)
    .await?;
    Ok(stored.rows_affected() == 1)
}
