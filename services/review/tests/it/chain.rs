//! Who reviews: from the chosen union up, the Culture Centre last.

use proto::enrollment::Season;
use proto::identity::{GetUnionRequest, UnionKind};
use proto::review::{Case, CaseState, Decision};
use proto::subsidy::ApplicationState;
use stack::Service;
use testkit::{ANOTHER_UNIT, NewUnion, Study, record_tuition};

use crate::calls::{decided, pass};
use crate::ground::{PROGRAMME, apart, shared, submitted};

const INDUSTRIAL: NewUnion<'_> = NewUnion {
    kind: UnionKind::Industrial,
    name: "济南市机械冶金工会",
    administrative_code: "",
    credit_code: "",
};

/// Who reviews a case, in turn.
fn names(case: &Case) -> Vec<&str> {
    case.steps.iter().map(|step| step.union_name.as_str()).collect()
}

/// street, district and city in turn, then the Culture Centre, whose pass approves; each step says who passed it.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_climbs_until_the_centre_approves() {
    let gangcheng = shared().await;
    let (applicant, case) = submitted(gangcheng, PROGRAMME).await;
    let chain = ["艾山街道总工会", "钢城区总工会", "济南市总工会", "职工文化事业发展中心"];
    assert_eq!(names(&case), chain);
    assert_eq!(case.steps.iter().map(|step| step.centre).collect::<Vec<_>>(), [false, false, false, true]);
    assert_eq!((case.state(), case.current_step, case.revision), (CaseState::InReview, 0, 1));
    assert_eq!(case.masked_name.chars().last(), Some('*'), "the name is masked");

    let officials = [&gangcheng.street, &gangcheng.district, &gangcheng.federation, &gangcheng.centre];
    let mut case = case;
    for official in officials {
        case = decided(pass(official, &case).await);
    }

    assert_eq!((case.state(), case.current_step), (CaseState::Approved, -1));
    for (step, official) in case.steps.iter().zip(officials) {
        assert_eq!((step.decision(), &step.official_id), (Decision::Pass, &official.id));
        assert!(step.decided_at.is_some() && !step.late);
    }
    assert_eq!(gangcheng.district.look_at(&case.id).await, case);
    applicant.wait_for(ApplicationState::Approved).await;
}

/// below an industrial union the chain has no street and no district.
#[tokio::test(flavor = "multi_thread")]
async fn an_industrial_union_reviews_before_the_city() {
    let gangcheng = shared().await;
    let industrial = gangcheng.federation.below(INDUSTRIAL, "machinery.office").await;
    let unit = industrial.below(ANOTHER_UNIT, "machine.works.2").await;
    let (person, worker) = gangcheng.worker().await;
    let study = Study {
        offering_id: &gangcheng.offering_id,
        season: Season::Spring,
        entered_on: "2021-03-01",
        unit_union_id: &unit.union_id,
        chosen_union_id: &industrial.union_id,
        work: "铸造",
    };
    let enrollment = worker.enrol(study).await;
    let enrollment = unit.agree_major(&enrollment.id).await;
    let (gateway, receipt) = (gangcheng.city.service("gateway"), format!("SJ2021-{}", person.number));
    let enrollment = record_tuition(&gateway, &enrollment.id, &receipt, 720_000, "2021-03-05").await;
    let applicant = gangcheng.apply_with(PROGRAMME, person, worker, enrollment).await;
    applicant.submit().await;

    let case = gangcheng.case_of(&applicant, &industrial).await;

    assert_eq!(names(&case), ["济南市机械冶金工会", "济南市总工会", "职工文化事业发展中心"]);
    let case = decided(pass(&industrial, &case).await);
    let case = decided(pass(&gangcheng.federation, &case).await);
    assert_eq!(decided(pass(&gangcheng.centre, &case).await).state(), CaseState::Approved);
}

/// the chain is fixed at submission: a union that has another name afterwards keeps its step, under the old one.
#[tokio::test(flavor = "multi_thread")]
async fn the_chain_is_fixed_at_submission() {
    let gangcheng = apart().await;
    let (_, before) = submitted(&gangcheng, PROGRAMME).await;
    let union_id = gangcheng.street.union_id.clone();
    let renamed = "UPDATE union_node SET name = '艾山街道联合工会' WHERE union_id = $1::text::uuid";
    let database = gangcheng.city.database(Service::Identity).await;
    sqlx::query(renamed).bind(&union_id).execute(&database).await.unwrap();

    let request = GetUnionRequest { union_id };
    let union = gangcheng.street.api.unions().get_union(request).await.unwrap().into_inner().union.unwrap();
    let after = gangcheng.street.look_at(&before.id).await;

    assert_eq!(union.name, "艾山街道联合工会");
    assert_eq!(after, before);
    assert_eq!(decided(pass(&gangcheng.street, &after).await).current_step, 1);
}
