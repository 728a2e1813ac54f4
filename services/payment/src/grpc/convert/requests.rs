//! What is asked: every bad field of a message is told at once.

use std::str::FromStr;

use auth::{Caller, Scope};
use postgres::Request;
use proto::payment as pb;
use refusal::{Fields, Reason, Refusal};
use vocabulary::{BatchId, Day, Fen, PoolId, ProgrammeId};

use crate::app::{
    ApproveBatch, ImportStatement, ListBatches, ListEntries, ListGrants, PrepareBatch, RefuseBatch, SetAside,
    SubmitBatch,
};
use crate::domain::Clerk;

/// No union sets more than a thousand million yuan aside at once.
const MOST_AT_ONCE: Fen = Fen::from_yuan(1_000_000_000);
/// At most this many instructions in a batch.
const MAX_BATCH: i32 = 1_000;

/// The one field of a message.
pub fn one<T: FromStr<Err: Into<Refusal>>>(path: &str, text: &str) -> Result<T, Refusal> {
    let mut fields = Fields::new();
    let value = fields.parse(path, text);
    value.ok_or_else(|| fields.refusal())
}

/// The one field of a message, which may be left empty.
pub fn maybe_one<T: FromStr<Err: Into<Refusal>>>(path: &str, text: &str) -> Result<Option<T>, Refusal> {
    let mut fields = Fields::new();
    let value = fields.parse_optional(path, text);
    fields.check()?;
    Ok(value)
}

pub fn set_aside(caller: Caller, message: &pb::SetAsideRequest) -> Result<SetAside, Refusal> {
    let official = caller.official()?.clone();
    let mut fields = Fields::new();
    let request_id = fields.request_id(&message.request_id);
    let programme_id = fields.parse("programme_id", &message.programme_id);
    let pool_id = fields.parse("pool_id", &message.pool_id);
    let amount = fields.amount("amount_fen", message.amount_fen, MOST_AT_ONCE);
    let reference = fields.text("reference", &message.reference, 1..=80);
    let (Some(request_id), Some(programme_id), Some(pool_id), Some(amount), Some(reference)) =
        (request_id, programme_id, pool_id, amount, reference)
    else {
        return Err(fields.refusal());
    };
    let request = Request::new(request_id, &caller, "SetAside", message);
    Ok(SetAside { request, caller, official, programme_id, pool_id, amount, reference })
}

pub fn get_fund(message: &pb::GetFundRequest) -> Result<(ProgrammeId, PoolId), Refusal> {
    let mut fields = Fields::new();
    let programme = fields.parse("programme_id", &message.programme_id);
    let pool = fields.parse("pool_id", &message.pool_id);
    programme.zip(pool).ok_or_else(|| fields.refusal())
}

pub fn list_grants(scope: Scope, message: &pb::ListGrantsRequest) -> Result<ListGrants, Refusal> {
    let mut fields = Fields::new();
    let application = fields.parse_optional("application_id", &message.application_id);
    let (limit, after) = fields.page(message, |[id]| id.parse().ok());
    fields.check()?;
    Ok(ListGrants { scope, application, after, limit })
}

pub fn prepare_batch(caller: Caller, message: &pb::PrepareBatchRequest) -> Result<PrepareBatch, Refusal> {
    let clerk = clerk(&caller)?;
    let mut fields = Fields::new();
    let request_id = fields.request_id(&message.request_id);
    let programme_id = fields.parse("programme_id", &message.programme_id);
    let limit = fields.number("limit", message.limit, 0..=MAX_BATCH);
    let (Some(request_id), Some(programme_id), Some(limit)) = (request_id, programme_id, limit) else {
        return Err(fields.refusal());
    };
    let limit = if limit == 0 { MAX_BATCH } else { limit };
    let request = Request::new(request_id, &caller, "PrepareBatch", message);
    Ok(PrepareBatch { request, caller, clerk, programme_id, limit: u16::try_from(limit).unwrap_or(1) })
}

pub fn submit_batch(caller: Caller, message: &pb::SubmitBatchRequest) -> Result<SubmitBatch, Refusal> {
    let (clerk, scope) = (clerk(&caller)?, caller.scope()?);
    let mut fields = Fields::new();
    let request_id = fields.request_id(&message.request_id);
    let batch_id = fields.parse::<BatchId>("batch_id", &message.batch_id);
    let (Some(request_id), Some(batch_id)) = (request_id, batch_id) else { return Err(fields.refusal()) };
    let request = Request::new(request_id, &caller, "SubmitBatch", message);
    Ok(SubmitBatch { request, caller, scope, clerk, batch_id })
}

pub fn approve_batch(caller: Caller, message: &pb::ApproveBatchRequest) -> Result<ApproveBatch, Refusal> {
    let (clerk, scope) = (clerk(&caller)?, caller.scope()?);
    let mut fields = Fields::new();
    let request_id = fields.request_id(&message.request_id);
    let batch_id = fields.parse::<BatchId>("batch_id", &message.batch_id);
    let total = fields.convert::<Fen, _>("total_fen", message.total_fen);
    let (Some(request_id), Some(batch_id), Some(total)) = (request_id, batch_id, total) else {
        return Err(fields.refusal());
    };
    let request = Request::new(request_id, &caller, "ApproveBatch", message);
    Ok(ApproveBatch { request, caller, scope, clerk, batch_id, total })
}

pub fn refuse_batch(caller: Caller, message: &pb::RefuseBatchRequest) -> Result<RefuseBatch, Refusal> {
    let (clerk, scope) = (clerk(&caller)?, caller.scope()?);
    let mut fields = Fields::new();
    let request_id = fields.request_id(&message.request_id);
    let batch_id = fields.parse::<BatchId>("batch_id", &message.batch_id);
    let reason = fields.text("reason", &message.reason, 2..=200);
    let (Some(request_id), Some(batch_id), Some(reason)) = (request_id, batch_id, reason) else {
        return Err(fields.refusal());
    };
    let request = Request::new(request_id, &caller, "RefuseBatch", message);
    Ok(RefuseBatch { request, caller, scope, clerk, batch_id, reason })
}

pub fn list_batches(scope: Scope, message: &pb::ListBatchesRequest) -> Result<ListBatches, Refusal> {
    let mut fields = Fields::new();
    let programme = fields.parse_optional("programme_id", &message.programme_id);
    let (limit, before) = fields.page(message, |[id]| id.parse().ok());
    fields.check()?;
    Ok(ListBatches { scope, programme, before, limit })
}

pub fn list_entries(scope: Scope, message: &pb::ListEntriesRequest) -> Result<ListEntries, Refusal> {
    let mut fields = Fields::new();
    let account = fields.text("account", &message.account, 0..=160).filter(|account| !account.is_empty());
    let (limit, before) = fields.page(message, |[id]| id.parse().ok());
    fields.check()?;
    Ok(ListEntries { scope, account, before, limit })
}

pub fn import_statement(
    caller: Caller,
    message: &pb::ImportStatementRequest,
    today: Day,
) -> Result<ImportStatement, Refusal> {
    let scope = caller.scope()?;
    let mut fields = Fields::new();
    let request_id = fields.request_id(&message.request_id);
    let day = fields.day("day", &message.day, Day::EARLIEST..=Day::LATEST);
    if day.is_some_and(|day| day > today) {
        fields.refuse("day", Reason::DayInFuture);
    }
    let (Some(request_id), Some(day), true) = (request_id, day, fields.all_right()) else {
        return Err(fields.refusal());
    };
    let request = Request::new(request_id, &caller, "ImportStatement", message);
    Ok(ImportStatement { request, caller, scope, day })
}

fn clerk(caller: &Caller) -> Result<Clerk, Refusal> {
    let official = caller.official()?;
    Ok(Clerk { official_id: official.id, person_id: official.person })
}
