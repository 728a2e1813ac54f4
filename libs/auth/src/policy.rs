//! Who may make which call, all of it: a call that is not in this table is refused.
//!
//! This decides by kind and role only. *Which* worker's application, *whose* subtree: that is the [`crate::Scope`] of every
//! read, and what depends on the case itself (whose step it is, who prepared a batch) is decided by the service.

use std::collections::HashMap;
use std::sync::LazyLock;

use vocabulary::Role::{self, Administrator, Finance, Reviewer, Supervisor};

use crate::who::{Who, anyone, centre, city, official, services, signed_in, worker};

const ANY: &[Role] = &Role::ALL;

/// Call by call, in the order of `proto/`.
const POLICY: &[(&str, Who)] = &[
    ("identity.v1.WorkerService/RequestCode", anyone()),
    ("identity.v1.WorkerService/RegisterWorker", anyone()),
    ("identity.v1.WorkerService/VerifyRealName", worker()),
    ("identity.v1.WorkerService/GetWorker", worker().or_services(&["enrollment", "subsidy"])),
    ("identity.v1.SessionService/SignIn", anyone()),
    ("identity.v1.SessionService/SignInOfficial", anyone()),
    ("identity.v1.SessionService/RefreshSession", anyone()),
    ("identity.v1.SessionService/GetJwks", anyone()),
    ("identity.v1.UnionService/CreateInvitation", official(&[Administrator])),
    ("identity.v1.UnionService/JoinUnion", anyone()),
    ("identity.v1.UnionService/ApproveUnion", official(&[Administrator])),
    ("identity.v1.UnionService/GetUnion", signed_in().or_services(&["enrollment", "subsidy"])),
    ("identity.v1.UnionService/ListUnions", signed_in().or_services(&["subsidy"])),
    ("identity.v1.OfficialService/AppointOfficial", official(&[Administrator]).or_centre(&[Administrator])),
    ("identity.v1.OfficialService/ActivateOfficial", anyone()),
    //
    ("enrollment.v1.CatalogueService/ImportOfferings", city(&[Administrator])),
    ("enrollment.v1.CatalogueService/ListOfferings", signed_in().or_services(&["subsidy"])),
    ("enrollment.v1.EnrollmentService/CreateEnrollment", worker()),
    ("enrollment.v1.EnrollmentService/AgreeMajor", official(&[Reviewer])),
    ("enrollment.v1.EnrollmentService/RecordTuition", services(&["gateway"])),
    ("enrollment.v1.EnrollmentService/GetEnrollment", signed_in().or_services(&["subsidy"])),
    //
    ("subsidy.v1.ProgrammeService/GetProgramme", signed_in()),
    ("subsidy.v1.ProgrammeService/ListPools", signed_in().or_services(&["payment"])),
    ("subsidy.v1.ApplicationService/CreateApplication", worker()),
    ("subsidy.v1.ApplicationService/UpdateApplication", worker()),
    ("subsidy.v1.ApplicationService/PrintForm", worker()),
    ("subsidy.v1.ApplicationService/UploadMaterial", worker()),
    (
        "subsidy.v1.ApplicationService/GetMaterial",
        worker().or_official(&[Reviewer, Supervisor]).or_centre(&[Reviewer, Supervisor]),
    ),
    ("subsidy.v1.ApplicationService/CheckApplication", worker()),
    ("subsidy.v1.ApplicationService/SubmitApplication", worker()),
    ("subsidy.v1.ApplicationService/CorrectApplication", worker()),
    ("subsidy.v1.ApplicationService/WithdrawApplication", worker()),
    ("subsidy.v1.ApplicationService/GetApplication", worker().or_official(ANY).or_centre(ANY)),
    ("subsidy.v1.ApplicationService/ListApplications", worker().or_official(ANY).or_centre(ANY)),
    ("subsidy.v1.ApplicationService/GetPayee", services(&["payment"])),
    //
    ("review.v1.CaseService/ListCases", official(&[Reviewer, Supervisor]).or_centre(&[Reviewer, Supervisor])),
    ("review.v1.CaseService/GetCase", official(&[Reviewer, Supervisor]).or_centre(&[Reviewer, Supervisor])),
    ("review.v1.CaseService/DecideStep", official(&[Reviewer]).or_centre(&[Reviewer])),
    ("review.v1.CaseService/DecideSteps", official(&[Reviewer]).or_centre(&[Reviewer])),
    //
    ("quota.v1.LineService/CreateLine", services(&["subsidy"])),
    ("quota.v1.LineService/SetWindows", services(&["subsidy"])),
    ("quota.v1.LineService/Reserve", services(&["subsidy"])),
    ("quota.v1.LineService/Release", services(&["subsidy"])),
    ("quota.v1.LineService/Move", services(&["subsidy"])),
    ("quota.v1.LineService/Confirm", services(&["subsidy"])),
    ("quota.v1.LineService/End", services(&["subsidy"])),
    ("quota.v1.LineService/GetPlace", worker().or_services(&["subsidy"])),
    ("quota.v1.LineService/ListWaiting", services(&["subsidy"])),
    ("quota.v1.PoolService/AddPool", services(&["subsidy"])),
    ("quota.v1.PoolService/SetCapacity", services(&["subsidy"])),
    ("quota.v1.PoolService/GetPool", signed_in().or_services(&["subsidy"])),
    ("quota.v1.PoolService/WatchPools", signed_in().or_services(&["subsidy"])),
    (
        "quota.v1.ProofService/GetLine",
        official(&[Supervisor]).or_centre(&[Supervisor]).or_services(&["subsidy"]),
    ),
    (
        "quota.v1.ProofService/VerifyLine",
        official(&[Supervisor]).or_centre(&[Supervisor]).or_services(&["subsidy"]),
    ),
    ("quota.v1.ProofService/ListCheckpoints", anyone()),
    ("quota.v1.ProofService/Recover", services(&["operator"])),
    //
    ("payment.v1.FundService/SetAside", official(&[Finance])),
    ("payment.v1.FundService/GetFund", official(&[Finance, Supervisor]).or_centre(&[Finance])),
    ("payment.v1.FundService/ListFunds", official(&[Finance, Supervisor]).or_centre(&[Finance])),
    ("payment.v1.GrantService/GetGrant", worker().or_official(&[Finance, Supervisor]).or_centre(&[Finance])),
    (
        "payment.v1.GrantService/ListGrants",
        worker().or_official(&[Finance, Supervisor]).or_centre(&[Finance]),
    ),
    ("payment.v1.BatchService/PrepareBatch", centre(&[Finance])),
    ("payment.v1.BatchService/SubmitBatch", centre(&[Finance])),
    ("payment.v1.BatchService/ApproveBatch", centre(&[Finance])),
    ("payment.v1.BatchService/RefuseBatch", centre(&[Finance])),
    ("payment.v1.BatchService/GetBatch", centre(&[Finance, Supervisor])),
    ("payment.v1.BatchService/ListBatches", centre(&[Finance, Supervisor])),
    ("payment.v1.LedgerService/ListEntries", official(&[Finance]).or_centre(&[Finance, Supervisor])),
    ("payment.v1.LedgerService/GetTrialBalance", centre(&[Finance, Supervisor])),
    ("payment.v1.LedgerService/ImportStatement", centre(&[Finance])),
    ("payment.v1.LedgerService/GetReconciliation", centre(&[Finance, Supervisor])),
    //
    ("shared.v1.AuditService/ListActions", official(&[Supervisor]).or_centre(&[Supervisor])),
    ("shared.v1.AuditService/VerifyTrail", official(&[Supervisor]).or_centre(&[Supervisor])),
];

/// What is not ours, holds no data and is asked by probes and tools that have no token.
const OPEN: &[&str] = &[
    "/grpc.health.v1.Health/",
    "/grpc.reflection.v1.ServerReflection/",
    "/grpc.reflection.v1alpha.ServerReflection/",
];

static BY_CALL: LazyLock<HashMap<&'static str, Who>> = LazyLock::new(|| POLICY.iter().copied().collect());

/// Who may make the call of this HTTP path, `/yuanmeng.<package>.<Service>/<Method>`; nobody where there is no entry.
pub(crate) fn of(path: &str) -> Option<Who> {
    if OPEN.iter().any(|service| path.starts_with(service)) {
        return Some(anyone());
    }
    BY_CALL.get(path.strip_prefix("/yuanmeng.")?).copied()
}
