//! What is answered.

use proto::page::{self, Listing};
use proto::payment as pb;
use proto::timestamp;

use crate::app::Page;
use crate::domain::{
    Batch, BatchState, Discrepancy, DiscrepancyKind, EntryKind, Fund, Grant, GrantState, Instalment,
    InstalmentState, Instruction, InstructionState, Line, PaymentChannel, Posted, Reconciliation,
};

pub fn trial_balance(balances: &[Line]) -> pb::GetTrialBalanceResponse {
    pb::GetTrialBalanceResponse {
        accounts: balances.iter().map(Into::into).collect(),
        sum_fen: balances.iter().map(|line| line.amount_fen).sum(),
    }
}

pub fn grants(asked: &pb::ListGrantsRequest, page: &Page<Grant>) -> pb::ListGrantsResponse {
    let next_page_token = next(asked, page, |grant| grant.id.to_string());
    pb::ListGrantsResponse { grants: page.items.iter().map(Into::into).collect(), next_page_token }
}

pub fn batches(asked: &pb::ListBatchesRequest, page: &Page<Batch>) -> pb::ListBatchesResponse {
    let next_page_token = next(asked, page, |batch| batch.id.to_string());
    pb::ListBatchesResponse { batches: page.items.iter().map(Into::into).collect(), next_page_token }
}

pub fn entries(asked: &pb::ListEntriesRequest, page: &Page<Posted>) -> pb::ListEntriesResponse {
    let next_page_token = next(asked, page, |entry| entry.id.to_string());
    pb::ListEntriesResponse { entries: page.items.iter().map(Into::into).collect(), next_page_token }
}

fn next<T>(asked: &impl Listing, page: &Page<T>, key: impl Fn(&T) -> String) -> String {
    let last = page.items.last().filter(|_| page.more);
    last.map(|last| page::token(asked, &[&key(last)])).unwrap_or_default()
}

impl From<&Fund> for pb::Fund {
    fn from(fund: &Fund) -> Self {
        Self {
            programme_id: fund.programme_id.to_string(),
            pool_id: fund.pool_id.to_string(),
            union_id: fund.union_id.to_string(),
            set_aside_fen: fund.set_aside.get(),
            granted_fen: fund.granted.get(),
            paid_fen: fund.paid.get(),
        }
    }
}

impl From<&Grant> for pb::Grant {
    fn from(grant: &Grant) -> Self {
        Self {
            id: grant.id.to_string(),
            application_id: grant.application_id.to_string(),
            application_number: grant.application_number.clone(),
            programme_id: grant.programme_id.to_string(),
            pool_id: grant.pool_id.to_string(),
            amount_fen: grant.amount.get(),
            payable_fen: grant.payable.get(),
            paid_fen: grant.paid.get(),
            state: pb::GrantState::from(grant.state).into(),
            instalments: grant.instalments.iter().map(Into::into).collect(),
        }
    }
}

impl From<&Instalment> for pb::Instalment {
    fn from(instalment: &Instalment) -> Self {
        Self {
            id: instalment.id.to_string(),
            amount_fen: instalment.amount.get(),
            state: pb::InstalmentState::from(instalment.state).into(),
            due_at: Some(timestamp(instalment.due_at)),
            paid_at: instalment.paid_at.map(timestamp),
        }
    }
}

impl From<&Batch> for pb::Batch {
    fn from(batch: &Batch) -> Self {
        Self {
            id: batch.id.to_string(),
            programme_id: batch.programme_id.to_string(),
            state: pb::BatchState::from(batch.state).into(),
            prepared_by: batch.prepared_by.official_id.to_string(),
            decided_by: batch.decided_by.map(|clerk| clerk.official_id.to_string()).unwrap_or_default(),
            instruction_count: batch.instruction_count,
            total_fen: batch.total.get(),
            instructions: Vec::new(),
            refusal: batch.refusal.clone(),
            prepared_at: Some(timestamp(batch.prepared_at)),
        }
    }
}

impl From<&Instruction> for pb::Instruction {
    fn from(instruction: &Instruction) -> Self {
        Self {
            id: instruction.id.to_string(),
            number: instruction.number.clone(),
            instalment_id: instruction.instalment_id.to_string(),
            application_id: instruction.application_id.to_string(),
            amount_fen: instruction.amount.get(),
            masked_account: instruction.masked_account.clone(),
            channel: pb::PaymentChannel::from(instruction.channel).into(),
            state: pb::InstructionState::from(instruction.state).into(),
            failure: instruction.failure.clone(),
        }
    }
}

impl From<&Posted> for pb::LedgerEntry {
    fn from(entry: &Posted) -> Self {
        Self {
            id: entry.id.to_string(),
            kind: pb::LedgerEntryKind::from(entry.kind).into(),
            lines: entry.lines.iter().map(Into::into).collect(),
            subject: entry.subject.clone(),
            posted_at: Some(timestamp(entry.at)),
        }
    }
}

impl From<&Line> for pb::LedgerLine {
    fn from(line: &Line) -> Self {
        Self { account: line.account.clone(), amount_fen: line.amount_fen }
    }
}

impl From<&Reconciliation> for pb::Reconciliation {
    fn from(found: &Reconciliation) -> Self {
        Self {
            day: found.day.to_string(),
            statement_lines: i32::try_from(found.statement_lines).unwrap_or(i32::MAX),
            statement_fen: found.statement_sum.get(),
            matched_lines: i32::try_from(found.matched_lines).unwrap_or(i32::MAX),
            matched_fen: found.matched_sum.get(),
            discrepancies: found.discrepancies.iter().map(Into::into).collect(),
        }
    }
}

impl From<&Discrepancy> for pb::Discrepancy {
    fn from(one: &Discrepancy) -> Self {
        Self {
            instruction_number: one.number.clone(),
            kind: pb::DiscrepancyKind::from(one.kind).into(),
            statement_fen: one.statement.get(),
            ledger_fen: one.ledger.get(),
        }
    }
}

macro_rules! same_words {
    ($($word:ident to $wire:ident { $($variant:ident)+ })+) => {$(
        impl From<$word> for pb::$wire {
            fn from(word: $word) -> Self {
                match word {
                    $($word::$variant => Self::$variant,)+
                }
            }
        }
    )+};
}

same_words! {
    GrantState to GrantState { WaitingForFund Open Completed }
    InstalmentState to InstalmentState { Due Batched Paying Paid }
    BatchState to BatchState { Draft Submitted Approved Refused Settled }
    PaymentChannel to PaymentChannel { Bank Wallet }
    InstructionState to InstructionState { Pending Sent Paid Failed Withdrawn }
    EntryKind to LedgerEntryKind { SetAside Granted Paid }
    DiscrepancyKind to DiscrepancyKind { NotInLedger NotInStatement AmountDiffers }
}
