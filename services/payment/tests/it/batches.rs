//! Batches: one prepares, another decides.

use auth::{Official, Roles};
use proto::payment::{BatchState, InstalmentState, InstructionState, ListBatchesRequest};
use refusal::Reason;
use uuid::Uuid;
use vocabulary::OfficialId;

use crate::calls::refused;
use crate::house::shared;
use crate::story::{Application, Story};

/// who prepared a batch does not decide it, not even by another appointment; the other sees its very total.
#[tokio::test(flavor = "multi_thread")]
async fn the_maker_is_not_the_checker() {
    let story = Story::begin(shared().await);
    story.city.set_aside(&story.programme, "city", 1_000).await.unwrap();
    story.due_by_card(1_000, "6222020200001234567").await;
    let person = Uuid::now_v7();
    let appointment = || Official {
        id: OfficialId::new(),
        union: story.city_path.unions().next_back().unwrap(),
        path: story.city_path.clone(),
        roles: Roles::ALL,
        centre: true,
        person,
    };
    let [maker, same_person] = [story.house.person(&appointment()), story.house.person(&appointment())];

    let batch = maker.prepare(&story.programme).await.unwrap();
    assert_eq!((batch.state(), batch.instruction_count, batch.total_fen), (BatchState::Draft, 1, 100_000));
    assert_eq!(refused(story.checker.approve(&batch, 100_000).await), Reason::BatchNotSubmitted);
    assert_eq!(refused(story.checker.submit(&batch).await), Reason::BatchOfAnother);
    maker.submit(&batch).await.unwrap();
    assert_eq!(refused(maker.submit(&batch).await), Reason::BatchNotDraft);
    for himself in [&maker, &same_person] {
        assert_eq!(refused(himself.approve(&batch, 100_000).await), Reason::MakerIsChecker);
        assert_eq!(refused(himself.refuse(&batch).await), Reason::MakerIsChecker);
    }
    assert_eq!(refused(story.checker.approve(&batch, 99_999).await), Reason::BatchTotalDiffers);
    let approved = story.checker.approve(&batch, 100_000).await.unwrap();
    assert_eq!(approved.state(), BatchState::Approved);
    assert_eq!(refused(story.checker.approve(&batch, 100_000).await), Reason::BatchNotSubmitted);
}

/// only the Culture Centre's finance people touch batches.
#[tokio::test(flavor = "multi_thread")]
async fn batches_are_the_centres_affair() {
    let story = Story::begin(shared().await);
    assert_eq!(refused(story.city.prepare(&story.programme).await), Reason::CallerNotAllowed);
    assert_eq!(refused(story.maker.prepare(&story.programme).await), Reason::NothingDue);
    assert_eq!(refused(story.maker.batch(&Uuid::now_v7().to_string()).await), Reason::NotFound);
}

/// the instalments of a refused batch are due again, and what it knew of payees is forgotten.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_batch_gives_its_instalments_back() {
    let story = Story::begin(shared().await);
    story.city.set_aside(&story.programme, "city", 1_000).await.unwrap();
    let (_, grant) = story.due_by_card(1_000, "6222020200001234567").await;
    let batch = story.maker.prepare(&story.programme).await.unwrap();
    assert_eq!(refused(story.maker.prepare(&story.programme).await), Reason::NothingDue);
    story.maker.submit(&batch).await.unwrap();
    let refused_batch = story.checker.refuse(&batch).await.unwrap();

    assert_eq!(refused_batch.refusal, "金额有疑问");
    let batch = story.checker.batch(&batch.id).await.unwrap();
    let instruction = &batch.instructions[0];
    assert_eq!((batch.state(), instruction.state()), (BatchState::Refused, InstructionState::Withdrawn));
    assert_eq!(instruction.masked_account, "***************4567");
    let kept: i64 =
        sqlx::query_scalar("SELECT count(payee) FROM instruction WHERE batch_id = $1::text::uuid")
            .bind(&batch.id)
            .fetch_one(&story.house.database().await)
            .await
            .unwrap();
    assert_eq!(kept, 0);
    let instalments = story.maker.grant(&grant).await.unwrap().instalments;
    assert_eq!(instalments[0].state(), InstalmentState::Due);

    let again = story.maker.prepare(&story.programme).await.unwrap();
    let request = ListBatchesRequest { programme_id: story.programme.clone(), ..Default::default() };
    let listed = story.checker.batches.clone().list_batches(request).await.unwrap().into_inner().batches;
    assert_eq!(listed.iter().map(|one| &one.id).collect::<Vec<_>>(), [&again.id, &batch.id]);
}

/// two who prepare at once take each instalment once.
#[tokio::test(flavor = "multi_thread")]
async fn two_makers_take_each_instalment_once() {
    let story = Story::begin(shared().await);
    story.city.set_aside(&story.programme, "city", 10_000).await.unwrap();
    for number in 0..6 {
        story.due_by_card(100, &format!("622202020000123456{number}")).await;
    }
    let (one, other) =
        tokio::join!(story.maker.prepare(&story.programme), story.checker.prepare(&story.programme));
    let counts = [one, other].map(|batch| batch.map_or(0, |batch| batch.instruction_count));
    assert_eq!(counts.iter().sum::<i32>(), 6, "{counts:?}");
}

/// an instalment whose payee subsidy does not give stays out, and the others are paid.
#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_be_paid_stops_nobody_else() {
    let story = Story::begin(shared().await);
    story.city.set_aside(&story.programme, "city", 1_000).await.unwrap();
    let unknown = story.due(&Application::new(), 100).await;
    story.due_by_card(100, "6222020200001234567").await;

    assert_eq!(story.maker.prepare(&story.programme).await.unwrap().instruction_count, 1);
    let instalments = story.maker.grant(&unknown).await.unwrap().instalments;
    assert_eq!(instalments[0].state(), InstalmentState::Due);
}
