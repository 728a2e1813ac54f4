//! Applies a programme file: tells the difference, writes it, and orders quota to follow.

use std::path::PathBuf;

use audit::{Action, Actor, Detail, Entry, Subject};
use proto::quota::{AddPoolRequest, CreateLineRequest, Round, SetCapacityRequest, SetWindowsRequest};
use refusal::Reason;
use runtime::Clock;
use sqlx::{PgConnection, PgPool};
use vocabulary::OperationId;

use crate::clients::{Identity, Quota, UnionNode};
use crate::domain::{Pool, Programme, ProgrammeFile};
use crate::error::Error;
use crate::store;

const APPLIED: Action = Action::new("PROGRAMME_APPLIED");

/// Why a programme file is not applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The file cannot be read.
    #[error("the programme file {} cannot be read", .0.display())]
    File(PathBuf, #[source] std::io::Error),
    /// The file says something that no programme says.
    #[error("the programme file is not right: {}", .0.join("; "))]
    Malformed(Vec<String>),
    /// The union tree has no union for a pool.
    #[error("no union stands for the administrative code {0}")]
    NoUnion(String),
    /// The union tree has more than one union for a pool: whose it is, is not for the order of their names to say.
    #[error("more than one union stands for the administrative code {code}: {}", .names.join(", "))]
    ManyUnions {
        /// The code.
        code: String,
        /// The unions' names.
        names: Vec<String>,
    },
    /// The programme is in use, and the file would change what cannot change.
    #[error("the programme cannot be changed so: {}", .0.join("; "))]
    Conflict(Vec<String>),
    /// A neighbour's address is none.
    #[error("a neighbour cannot be used")]
    Connect(#[from] channel::ConnectError),
    /// A neighbour or the database failed.
    #[error("the programme cannot be applied")]
    Failed(#[from] Error),
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

/// Reads a programme file and finds the union of each pool.
pub async fn read_programme(identity: &Identity, text: &str) -> Result<Programme, ApplyError> {
    let file = ProgrammeFile::read(text).map_err(ApplyError::Malformed)?;
    let mut pools = Vec::with_capacity(file.pools.len());
    for plan in file.pools {
        let unions = identity.unions_of_place(&plan.funded_by).await?;
        let union = the_only(unions, plan.funded_by)?;
        pools.push(Pool {
            id: plan.id,
            name: plan.name,
            union_id: union.id,
            union_path: union.path,
            seats: plan.seats,
            amount: plan.amount_fen,
        });
    }
    pools.sort_by_key(|pool| pool.union_path.depth());
    Ok(Programme {
        id: file.id,
        title: file.title,
        year: file.year,
        rounds: file.rounds,
        pools,
        help_lines: file.help_lines,
        settings: file.settings,
    })
}

fn the_only(mut unions: Vec<UnionNode>, code: String) -> Result<UnionNode, ApplyError> {
    if unions.len() > 1 {
        let names = unions.into_iter().map(|union| union.name).collect();
        return Err(ApplyError::ManyUnions { code, names });
    }
    unions.pop().ok_or(ApplyError::NoUnion(code))
}

/// Applies a programme, and tells what it changed; a dry run changes nothing.
pub async fn apply_programme(
    database: &PgPool,
    clock: &Clock,
    quota: &Quota,
    programme: &Programme,
    dry_run: bool,
) -> Result<Vec<String>, ApplyError> {
    let before = store::programme::get(&mut *database.acquire().await?, &programme.id).await?;
    let mut conflicts = programme.overlaps();
    if let Some(before) = &before {
        conflicts.extend(programme.conflicts(before, clock.now()));
        conflicts.extend(seats_taken(quota, programme, before).await?);
    }
    if !conflicts.is_empty() {
        return Err(ApplyError::Conflict(conflicts));
    }
    let difference = programme.difference(before.as_ref());
    if dry_run || difference.is_empty() {
        return Ok(difference);
    }
    let mut tx = database.begin().await?;
    if store::programme::get(&mut tx, &programme.id).await? != before {
        return Err(ApplyError::Conflict(vec!["somebody else has just applied it; look again".to_owned()]));
    }
    store::programme::save(&mut tx, programme).await?;
    order(&mut tx, programme, before.as_ref()).await?;
    let detail = Detail::new().with("changes", difference.len());
    let subject = Subject::new("programme", &programme.id);
    let entry = Entry::new(clock.now(), Actor::Operator, APPLIED, subject).with(detail);
    audit::record(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(difference)
}

/// a pool is made smaller by free seats only. What is taken between our question and quota's answer to the order, the
/// order is refused for.
async fn seats_taken(quota: &Quota, programme: &Programme, before: &Programme) -> Result<Vec<String>, Error> {
    let mut conflicts = Vec::new();
    for old in &before.pools {
        let Some(new) = programme.pool(&old.id).filter(|new| new.seats < old.seats) else { continue };
        let taken = match quota.pool(&programme.id, &old.id).await {
            // Quota has not heard of the pool yet.
            Err(Error::Neighbour(failure)) if failure.reason() == Some(Reason::NotFound) => continue,
            answer => answer?.taken,
        };
        if new.seats < taken {
            conflicts.push(format!("pool {} has {taken} seats taken and cannot have {}", old.id, new.seats));
        }
    }
    Ok(conflicts)
}

/// Orders what quota has to follow: the line first, then its windows and pools.
async fn order(
    connection: &mut PgConnection,
    programme: &Programme,
    before: Option<&Programme>,
) -> Result<(), sqlx::Error> {
    let (operation, id) = (OperationId::new(), &programme.id);
    if before.is_none() {
        let request = CreateLineRequest { operation_id: operation.to_string(), programme_id: id.to_string() };
        store::line_order::add(connection, operation, id, None, "create_line", &request).await?;
    }
    if before.is_none_or(|before| before.rounds != programme.rounds) {
        let operation = OperationId::new();
        let request = windows(operation, programme);
        store::line_order::add(connection, operation, id, None, "set_windows", &request).await?;
    }
    for pool in &programme.pools {
        match before.and_then(|before| before.pool(&pool.id)) {
            None => order_pool(connection, programme, pool).await?,
            Some(was) if was.seats != pool.seats => order_capacity(connection, programme, pool).await?,
            Some(_) => {}
        }
    }
    Ok(())
}

fn windows(operation: OperationId, programme: &Programme) -> SetWindowsRequest {
    let rounds = programme.rounds.iter().map(|round| Round {
        round_id: round.id.to_string(),
        opens_at: Some(proto::timestamp(round.apply.opens_at())),
        closes_at: Some(proto::timestamp(round.apply.closes_at())),
        state: 0,
    });
    SetWindowsRequest {
        operation_id: operation.to_string(),
        programme_id: programme.id.to_string(),
        rounds: rounds.collect(),
    }
}

async fn order_pool(
    connection: &mut PgConnection,
    programme: &Programme,
    pool: &Pool,
) -> Result<(), sqlx::Error> {
    let operation = OperationId::new();
    let request = AddPoolRequest {
        operation_id: operation.to_string(),
        programme_id: programme.id.to_string(),
        pool_id: pool.id.to_string(),
        union_id: pool.union_id.to_string(),
        capacity: pool.seats,
    };
    store::line_order::add(connection, operation, &programme.id, None, "add_pool", &request).await
}

async fn order_capacity(
    connection: &mut PgConnection,
    programme: &Programme,
    pool: &Pool,
) -> Result<(), sqlx::Error> {
    let operation = OperationId::new();
    let request = SetCapacityRequest {
        operation_id: operation.to_string(),
        programme_id: programme.id.to_string(),
        pool_id: pool.id.to_string(),
        capacity: pool.seats,
    };
    store::line_order::add(connection, operation, &programme.id, None, "set_capacity", &request).await
}

#[cfg(test)]
mod tests {
    use vocabulary::{UnionId, UnionPath};

    use super::*;

    /// where two unions stand for one place, neither is taken, and the operator reads both names.
    #[test]
    fn a_pool_goes_to_no_union_where_two_could_have_it() {
        let unions = |names: &[&str]| names.iter().map(|name| union(name)).collect::<Vec<_>>();
        let told = |names: &[&str]| the_only(unions(names), "370117".to_owned()).map(|one| one.name);

        assert_eq!(told(&["钢城区总工会"]).unwrap(), "钢城区总工会");
        assert!(matches!(told(&[]), Err(ApplyError::NoUnion(code)) if code == "370117"));
        let refused = told(&["另一工会", "钢城区总工会"]).unwrap_err().to_string();
        assert_eq!(
            refused,
            "more than one union stands for the administrative code 370117: 另一工会, 钢城区总工会"
        );
    }

    fn union(name: &str) -> UnionNode {
        let id = UnionId::new();
        let path: UnionPath = format!("/{id}/").parse().unwrap();
        UnionNode { id, name: name.to_owned(), path, administrative_code: "370117".to_owned() }
    }
}
