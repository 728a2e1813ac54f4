//! Batches: one prepares, another decides.

use futures::future::join_all;
use proto::enrollment::TuitionRecorded;
use proto::identity::OfficialRole::Finance;
use proto::payment::{BatchState, InstalmentState, InstructionState};
use proto::subsidy::GrantCreated;
use refusal::Reason;
use testkit::{Appointment, Gangcheng, Official, Person, assert_refused};
use uuid::Uuid;

use crate::calls::{Caller, got, nobody};
use crate::ground::shared;
use crate::story::Story;

/// One and the same person in two offices of the Culture Centre.
async fn twice_in_office(gangcheng: &Gangcheng) -> [Official; 2] {
    let Person { name, id_number, .. } = Person::new();
    let office = |sign_in_name| {
        gangcheng.federation.appoint(Appointment {
            union_id: &gangcheng.federation.union_id,
            centre: true,
            sign_in_name,
            display_name: &name,
            id_number: &id_number,
            roles: &[Finance],
        })
    };
    [office("centre.morning").await, office("centre.evening").await]
}

/// who prepared a batch does not decide it, not even by another appointment; the other sees its very total.
#[tokio::test(flavor = "multi_thread")]
async fn the_maker_is_not_the_checker() {
    let story = Story::begin(shared().await, "two-people");
    story.set_aside(1_000).await;
    let [maker, same_person] = twice_in_office(story.gangcheng).await;
    let [maker, same_person] = [Caller::from(&maker), Caller::from(&same_person)];
    story.due().await;

    let batch = got(maker.prepare(story.programme).await);
    assert_eq!((batch.state(), batch.instruction_count, batch.total_fen), (BatchState::Draft, 1, 100_000));
    assert_refused(story.checker.approve(&batch, 100_000).await, Reason::BatchNotSubmitted);
    assert_refused(story.checker.submit(&batch).await, Reason::BatchOfAnother);
    maker.submit(&batch).await.unwrap();
    assert_refused(maker.submit(&batch).await, Reason::BatchNotDraft);
    for himself in [&maker, &same_person] {
        assert_refused(himself.approve(&batch, 100_000).await, Reason::MakerIsChecker);
        assert_refused(himself.refuse(&batch).await, Reason::MakerIsChecker);
    }
    assert_refused(story.checker.approve(&batch, 99_999).await, Reason::BatchTotalDiffers);
    let approved = got(story.checker.approve(&batch, 100_000).await);
    assert_eq!(approved.state(), BatchState::Approved);
    assert_refused(story.checker.approve(&batch, 100_000).await, Reason::BatchNotSubmitted);
}

/// only the Culture Centre's finance people touch batches.
#[tokio::test(flavor = "multi_thread")]
async fn batches_are_the_centres_affair() {
    let story = Story::begin(shared().await, "nothing-due");
    assert_refused(story.city.prepare(story.programme).await, Reason::CallerNotAllowed);
    let reviewer = Caller::from(&story.gangcheng.centre);
    assert_refused(reviewer.prepare(story.programme).await, Reason::RoleRequired);
    assert_refused(story.maker.prepare(story.programme).await, Reason::NothingDue);
    assert_refused(story.maker.batch(&nobody()).await, Reason::NotFound);
}

/// the instalments of a refused batch are due again, and what it knew of payees is forgotten.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_batch_gives_its_instalments_back() {
    let story = Story::begin(shared().await, "refused-batch");
    story.set_aside(1_000).await;
    let (applicant, grant) = story.due().await;
    let batch = got(story.maker.prepare(story.programme).await);
    assert_refused(story.maker.prepare(story.programme).await, Reason::NothingDue);
    assert_eq!(story.payees_kept(&batch).await, 1);
    story.maker.submit(&batch).await.unwrap();
    let refused_batch = got(story.checker.refuse(&batch).await);

    assert_eq!(refused_batch.refusal, "金额有疑问");
    let batch = got(story.checker.batch(&batch.id).await);
    let instruction = &batch.instructions[0];
    assert_eq!((batch.state(), instruction.state()), (BatchState::Refused, InstructionState::Withdrawn));
    let (shown, hidden) = (&applicant.person.bank_card[15..], "*".repeat(15));
    assert_eq!(instruction.masked_account, format!("{hidden}{shown}"));
    assert_eq!(story.payees_kept(&batch).await, 0);
    assert_eq!(story.now(&grant.id).await.instalments[0].state(), InstalmentState::Due);

    let again = got(story.maker.prepare(story.programme).await);
    assert_eq!((again.instruction_count, again.total_fen), (1, 100_000));
}

/// two who prepare at once take each instalment once.
#[tokio::test(flavor = "multi_thread")]
async fn two_makers_take_each_instalment_once() {
    let story = Story::begin(shared().await, "two-makers");
    story.set_aside(10_000).await;
    join_all((0..5).map(|_| story.due())).await;

    let (one, other) =
        tokio::join!(story.maker.prepare(story.programme), story.checker.prepare(story.programme));

    let counts = [one, other].map(|answer| answer.map_or(0, |batch| got(Ok(batch)).instruction_count));
    assert_eq!(counts.iter().sum::<i32>(), 5, "{counts:?}");
}

/// an instalment whose payee subsidy does not give stays out, and the others are paid.
#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_be_paid_stops_nobody_else() {
    let story = Story::begin(shared().await, "unknown-payee");
    story.set_aside(2_000).await;
    let unknown = grant_of_nobody(&story).await;
    story.due().await;

    assert_eq!(got(story.maker.prepare(story.programme).await).instruction_count, 1);
    assert_eq!(story.now(&unknown).await.instalments[0].state(), InstalmentState::Due);
}

/// A grant, due as a whole, of an application that subsidy does not know.
async fn grant_of_nobody(story: &Story<'_>) -> String {
    let union_id = story.gangcheng.federation.union_id.clone();
    let now = Some(proto::timestamp(runtime::Clock::real_now()));
    let created = GrantCreated {
        grant_id: nobody(),
        application_id: nobody(),
        application_number: "QXYM-2021-000000".to_owned(),
        programme_id: story.programme.to_owned(),
        pool_id: "city".to_owned(),
        funding_union_path: format!("/{union_id}/"),
        funding_union_id: union_id,
        pool_depth: 1,
        enrollment_id: nobody(),
        worker_id: nobody(),
        amount_fen: 100_000,
        tuition_fen: 600_000,
        created_at: now,
    };
    let recorded = TuitionRecorded {
        enrollment_id: created.enrollment_id.clone(),
        worker_id: created.worker_id.clone(),
        receipt_number: "R1".to_owned(),
        amount_fen: 600_000,
        paid_total_fen: 600_000,
        tuition_fen: 600_000,
        recorded_at: now,
    };
    story.gangcheng.city.publish(Uuid::now_v7(), &recorded).await;
    story.gangcheng.city.publish(Uuid::now_v7(), &created).await;
    testkit::eventually("the grant is due", async || {
        let grant = story.maker.grant(&created.grant_id).await.ok()?.into_inner().grant?;
        (!grant.instalments.is_empty()).then_some(grant.id)
    })
    .await
}
