//! What is asked: every bad field of a message is told at once.

use std::str::FromStr;

use auth::{Caller, Scope};
use postgres::Request;
use proto::page;
use proto::payment as pb;
use refusal::{Fields, Reason, Refusal};
use uuid::Uuid;
use vocabulary::{BatchId, Day, Fen, PoolId, ProgrammeId};

use crate::app::{
    ApproveBatch, ImportStatement, ListBatches, ListEntries, ListGrants, PrepareBatch, RefuseBatch, SetAside,
    SubmitBatch,
};
use crate::domain::Clerk;

/// No city sets more than ten thousand million yuan aside at once.
const MOST_AT_ONCE_FEN: i64 = 1_000_000_000_000;
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
    let amount = fields.number("amount_fen", message.amount_fen, 1..=MOST_AT_ONCE_FEN);
    let amount = amount.and_then(|amount| fields.convert::<Fen, _>("amount_fen", amount));
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
    let limit = page_size(&mut fields, message.page_size);
    let after = page_token(&mut fields, &message.page_token);
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
    let limit = page_size(&mut fields, message.page_size);
    let before = page_token(&mut fields, &message.page_token);
    fields.check()?;
    Ok(ListBatches { scope, programme, before, limit })
}

pub fn list_entries(scope: Scope, message: &pb::ListEntriesRequest) -> Result<ListEntries, Refusal> {
    let mut fields = Fields::new();
    let account = fields.text("account", &message.account, 0..=160).filter(|account| !account.is_empty());
    let limit = page_size(&mut fields, message.page_size);
    let before = page_token::<Uuid>(&mut fields, &message.page_token);
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
    let day = fields.parse::<Day>("day", &message.day);
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

/// A number out of range is noted, and the answer is then of no consequence.
fn page_size(fields: &mut Fields, size: i32) -> u16 {
    let size = match fields.number("page_size", size, 0..=page::MAX_PAGE_SIZE) {
        None | Some(0) => page::DEFAULT_PAGE_SIZE,
        Some(size) => size,
    };
    u16::try_from(size).unwrap_or(1)
}

/// Where a page begins; a token that is none is noted.
fn page_token<T: FromStr>(fields: &mut Fields, token: &str) -> Option<T> {
    if token.is_empty() {
        return None;
    }
    let key = page::keys::<1>(token).and_then(|[key]| key.parse().ok());
    if key.is_none() {
        fields.refuse("page_token", Reason::InvalidPageToken);
    }
    key
}
