//! The fields that a worker writes, read at once: every bad one is told.

use auth::Caller;
use postgres::Request;
use proto::subsidy as pb;
use refusal::{Fields, Reason, Refusal};
use vocabulary::{BankCard, CreditCode, PersonName};

use crate::app::UpdateApplication;
use crate::domain::{Account, Change, Household, Payee, Rank, Unit, UnitKind};

/// More names than there are fields, so that one that is unknown is told as such.
const MAX_MASK: usize = 16;

pub fn update_application(
    caller: Caller,
    message: &pb::UpdateApplicationRequest,
) -> Result<UpdateApplication, Refusal> {
    let worker = caller.worker()?.id;
    let mut fields = Fields::new();
    let request_id = fields.request_id(&message.request_id);
    let application = fields.parse("application_id", &message.application_id);
    let values = message.fields.clone().unwrap_or_default();
    if message.update_mask.is_empty() {
        fields.refuse("update_mask", Reason::FieldRequired);
    }
    let names = fields.distinct("update_mask", &message.update_mask, MAX_MASK, |_, name| Some(name.as_str()));
    let names = names.unwrap_or_default();
    let changes: Vec<Change> =
        names.into_iter().filter_map(|name| change(&mut fields, name, &values)).collect();
    let (Some(request_id), Some(application), true) = (request_id, application, fields.all_right()) else {
        return Err(fields.refusal());
    };
    let request = Request::new(request_id, &caller, "UpdateApplication", message);
    Ok(UpdateApplication { request, caller, worker, application, changes })
}

fn change(fields: &mut Fields, name: &str, values: &pb::ApplicationFields) -> Option<Change> {
    match name {
        "household" => {
            let household = fields.text("fields.household", &values.household, 2..=80)?;
            Some(Change::Household(Household(household)))
        }
        "household_outside_city" => Some(Change::HouseholdOutsideCity(values.household_outside_city)),
        "migrant_worker" => Some(Change::MigrantWorker(values.migrant_worker)),
        "without_work" => Some(Change::WithoutWork(values.without_work)),
        "unit" if values.without_work && values.unit.is_none() => None,
        "unit" => {
            let value = values.unit.clone().unwrap_or_default();
            fields.inside("fields.unit", |fields| unit(fields, &value)).map(Change::Unit)
        }
        "payee" => {
            let value = values.payee.clone().unwrap_or_default();
            fields.inside("fields.payee", |fields| payee(fields, &value)).map(Change::Payee)
        }
        _ => {
            fields.refuse("update_mask", Reason::ChoiceUnknown);
            None
        }
    }
}

fn unit(fields: &mut Fields, value: &pb::UnitFields) -> Option<Unit> {
    let name = fields.text("name", &value.name, 2..=80);
    let credit_code = fields.parse::<CreditCode>("credit_code", &value.credit_code);
    let post = fields.text("post", &value.post, 2..=40);
    let kind = fields.choice::<pb::UnitKind>("kind", value.kind).and_then(|kind| match kind {
        pb::UnitKind::Unspecified => None,
        pb::UnitKind::Enterprise => Some(UnitKind::Enterprise),
        pb::UnitKind::Institution => Some(UnitKind::Institution),
        pb::UnitKind::Government => Some(UnitKind::Government),
    });
    let rank = fields.choice::<pb::Rank>("rank", value.rank).and_then(|rank| match rank {
        pb::Rank::Unspecified => None,
        pb::Rank::Staff => Some(Rank::Staff),
        pb::Rank::WorkshopHead => Some(Rank::WorkshopHead),
        pb::Rank::SectionChief => Some(Rank::SectionChief),
        pb::Rank::Senior => Some(Rank::Senior),
    });
    Some(Unit { name: name?, credit_code: credit_code?, kind: kind?, post: post?, rank: rank? })
}

fn payee(fields: &mut Fields, value: &pb::PayeeFields) -> Option<Payee> {
    let account = match fields.choice::<pb::PayeeKind>("kind", value.kind) {
        Some(pb::PayeeKind::BankCard) => {
            fields.parse::<BankCard>("account", &value.account).map(Account::BankCard)
        }
        Some(pb::PayeeKind::Wallet) => fields.parse("account", &value.account).map(Account::Wallet),
        Some(pb::PayeeKind::Unspecified) | None => None,
    };
    let holder = fields.parse::<PersonName>("holder", &value.holder);
    Some(Payee { account: account?, holder: holder? })
}
