//! Grants and their instalments.

use proto::enrollment::TuitionRecorded;
use proto::payment::{Grant, GrantState};
use proto::review::Decision;
use refusal::Reason;
use testkit::{Applicant, assert_refused};
use uuid::Uuid;

use crate::calls::{Caller, got};
use crate::ground::shared;
use crate::story::Story;

fn amounts(grant: &Grant) -> Vec<i64> {
    grant.instalments.iter().map(|one| one.amount_fen).collect()
}

/// What payment would hear, had this been the latest payment of an applicant's tuition.
async fn heard_of_tuition(story: &Story<'_>, applicant: &Applicant, paid_total_fen: i64) {
    let recorded = TuitionRecorded {
        enrollment_id: applicant.enrollment.id.clone(),
        worker_id: applicant.worker.id.clone(),
        receipt_number: "R".to_owned(),
        amount_fen: paid_total_fen,
        paid_total_fen,
        tuition_fen: 720_000,
        recorded_at: Some(proto::timestamp(runtime::Clock::real_now())),
    };
    story.gangcheng.city.publish(Uuid::now_v7(), &recorded).await;
}

/// a grant falls due in proportion to the tuition paid, to the fen, and the last instalment takes the remainder; an
/// earlier payment is heard again late, and a known one twice.
#[tokio::test(flavor = "multi_thread")]
async fn instalments_follow_the_tuition_to_the_fen() {
    let story = Story::begin(shared().await, "to-the-fen");
    story.set_aside(1_000).await;
    let applicant = story.approved(&story.gangcheng.offering_id, 480_000).await;
    let grant = story.due_of(&applicant, 1).await;
    story.tuition(&applicant, "2", 240_000).await;
    story.due_of(&applicant, 2).await;
    heard_of_tuition(&story, &applicant, 240_000).await;
    heard_of_tuition(&story, &applicant, 480_000).await;

    story.tuition(&applicant, "3", 240_000).await;

    story.until(&grant.id, "the last is due", |grant| amounts(grant).len() > 2).await;
    assert_eq!(amounts(&story.now(&grant.id).await), [33_333, 33_333, 33_334]);
}

/// tuition that was paid before the grant came is not forgotten.
#[tokio::test(flavor = "multi_thread")]
async fn tuition_paid_before_the_grant_counts() {
    let story = Story::begin(shared().await, "paid-before");
    story.set_aside(1_000).await;
    let applicant = story.approved(&story.gangcheng.offering_id, 360_000).await;

    assert_eq!(amounts(&story.due_of(&applicant, 1).await), [50_000]);
}

/// all grants of an application together never exceed its tuition, and the narrowest pool is cut first.
#[tokio::test(flavor = "multi_thread")]
async fn the_narrowest_pool_is_cut_first() {
    let story = Story::begin(shared().await, "cut");
    story.set_aside(5_000).await;
    story.district.set_aside(story.programme, "gangcheng", 5_000).await.unwrap();

    // Of what is due nothing is taken back, so most of the tuition is still open.
    let applicant = story.approved(&story.gangcheng.cheap_offering_id, 120_000).await;

    assert_eq!(payable(&story, &applicant).await, [("city".to_owned(), 100_000), cut()]);
    assert_eq!(granted(&story).await, [100_000, 50_000]);
    assert_eq!(story.maker.balances(story.programme).await.1, 0);
}

/// a grant that comes later, by a seat that came free, cuts the narrower one that is open already; what is cut goes
/// back into its fund.
#[tokio::test(flavor = "multi_thread")]
async fn a_later_grant_cuts_the_narrower_one() {
    let story = Story::begin(shared().await, "cut-later");
    story.set_aside(5_000).await;
    story.district.set_aside(story.programme, "gangcheng", 5_000).await.unwrap();
    let seated = story.submitted(&story.gangcheng.offering_id, 0).await;
    let waiting = story.approved(&story.gangcheng.cheap_offering_id, 120_000).await;
    let grants = story.grants(&waiting, 1).await;
    assert_eq!((grants[0].pool_id.as_str(), grants[0].payable_fen), ("gangcheng", 100_000));
    assert_eq!(granted(&story).await, [0, 100_000]);

    let case = story.gangcheng.case_of(&seated, &story.gangcheng.street).await;
    story.gangcheng.street.decide(&case, Decision::Reject, "材料不实", "").await;

    assert_eq!(payable(&story, &waiting).await, [("city".to_owned(), 100_000), cut()]);
    assert_eq!(granted(&story).await, [100_000, 50_000]);
    assert_eq!(story.maker.balances(story.programme).await.1, 0);
}

fn cut() -> (String, i64) {
    ("gangcheng".to_owned(), 50_000)
}

/// What somebody's two open grants come to, by pool.
async fn payable(story: &Story<'_>, applicant: &Applicant) -> Vec<(String, i64)> {
    let mut payable = Vec::new();
    for grant in story.grants(applicant, 2).await {
        let grant = story.until(&grant.id, "it is open", |grant| grant.state() == GrantState::Open).await;
        payable.push((grant.pool_id, grant.payable_fen));
    }
    payable.sort_unstable();
    payable
}

/// What city and district have promised.
async fn granted(story: &Story<'_>) -> [i64; 2] {
    let city = got(story.city.fund(story.programme, "city").await);
    let district = got(story.city.fund(story.programme, "gangcheng").await);
    [city.granted_fen, district.granted_fen]
}

/// a grant is seen by its worker and by the unions above its fund; to all others it does not exist.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_sees_the_own_grants_only() {
    let story = Story::begin(shared().await, "own-grants");
    let applicant = story.approved(&story.gangcheng.offering_id, 0).await;
    let grants = story.grants(&applicant, 2).await;
    let of = |pool: &str| grants.iter().find(|grant| grant.pool_id == pool).unwrap().id.clone();
    let (_, stranger) = story.gangcheng.worker().await;

    assert_eq!(got(Caller::from(&applicant.worker).grant(&of("city")).await).id, of("city"));
    assert_refused(Caller::from(&stranger).grant(&of("city")).await, Reason::NotFound);
    assert_refused(story.district.grant(&of("city")).await, Reason::NotFound);
    assert_eq!(got(story.district.grant(&of("gangcheng")).await).payable_fen, 100_000);
    assert_eq!(got(story.city.grant(&of("gangcheng")).await).id, of("gangcheng"));
}
