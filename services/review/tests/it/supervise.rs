//! Supervisors see everything below, and change nothing.

use proto::identity::OfficialRole::Supervisor;
use proto::review::{DecideStepsRequest, Decision, ListCasesRequest};
use refusal::Reason;
use testkit::{assert_refused, decision_on};

use crate::calls::{list, listed, pass, read};
use crate::ground::{PROGRAMME, shared, submitted};

/// a supervisor of the district, and one of the Centre, reads a case of the street below and decides none.
#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_sees_what_is_below_and_decides_nothing() {
    let gangcheng = shared().await;
    let (applicant, case) = submitted(gangcheng, PROGRAMME).await;
    let district = &gangcheng.district;
    let supervisor = district.takes(&district.union_id, false, "gangcheng.supervisor", &[Supervisor]).await;

    for watching in [&supervisor, &gangcheng.maker] {
        assert_eq!(watching.look_at(&case.id).await, case);
        assert_refused(pass(watching, &case).await, Reason::RoleRequired);
        let decisions = vec![decision_on(&case, Decision::Pass, "", "")];
        let many = watching.api.cases().decide_steps(DecideStepsRequest { decisions }).await;
        assert_refused(many, Reason::RoleRequired);
    }
    let request = ListCasesRequest { page_size: 200, ..Default::default() };
    assert!(listed(&supervisor, request).await.contains(&applicant.application.id));
    assert_eq!(gangcheng.street.look_at(&case.id).await, case);
}

/// whom it does not concern sees no case: a supervisor of another street, finance people, the worker.
#[tokio::test(flavor = "multi_thread")]
async fn others_see_no_case() {
    let gangcheng = shared().await;
    let (applicant, case) = submitted(gangcheng, PROGRAMME).await;
    let beside = &gangcheng.other_street;
    let supervisor = beside.takes(&beside.union_id, false, "lixin.supervisor", &[Supervisor]).await;

    assert_refused(read(&supervisor, &case).await, Reason::NotFound);
    assert!(listed(&supervisor, ListCasesRequest::default()).await.is_empty());
    assert_refused(read(&gangcheng.checker, &case).await, Reason::RoleRequired);
    assert_refused(list(&gangcheng.checker, ListCasesRequest::default()).await, Reason::RoleRequired);
    let mut cases = applicant.worker.api.cases();
    assert_refused(cases.list_cases(ListCasesRequest::default()).await, Reason::CallerNotAllowed);
}
