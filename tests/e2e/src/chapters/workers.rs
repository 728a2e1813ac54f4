//! Chapter 2: sixty workers register by phone and are verified by name, ID number and phone.

use anyhow::{Context, Result};
use futures::StreamExt;
use outside::{Citizen, Outside};
use proto::identity::{Channel, GetWorkerRequest, VerifyRealNameRequest, WorkerView};
use refusal::Reason;
use testkit::{Api, Person, Worker, request_id};

use crate::cast::Applicant;
use crate::data::{Data, PersonRow};
use crate::story::Story;

/// How many people are at it at the same time.
const AT_ONCE: usize = 12;

/// Plays it.
pub(crate) async fn play(story: &mut Story) -> Result<()> {
    story.teller.chapter(2, "the workers (职工注册、实名认证)");
    let people = Data::spring_entrants()?;
    let (api, outside) = (story.stage.city.api(), story.stage.city.outside.clone());
    let progress = story.teller.progress("workers register and are verified", people.len());
    let entering = futures::stream::iter(people).map(|row| {
        let (api, outside, progress) = (&api, &outside, &progress);
        async move {
            let applicant = enter(api, outside, row).await;
            progress.step();
            applicant
        }
    });
    story.cast.workers = entering.buffered(AT_ONCE).collect().await;
    drop(progress);
    let count = story.cast.workers.len();
    story
        .teller
        .tell(format!("{count} workers register by a code sent to their phones; each real name is verified"));
    wrong_attempts(story).await?;
    look(story).await
}

async fn enter(api: &Api, outside: &Outside, row: PersonRow) -> Applicant {
    let PersonRow { name, id_number, phone, channel, .. } = &row;
    outside.register(Citizen { name: name.clone(), id_number: id_number.clone(), phone: phone.clone() });
    let channel = if channel == "wechat" { Channel::Wechat } else { Channel::App };
    let worker = Worker::register(api, outside, phone, channel).await;
    worker.verify(name, id_number).await;
    Applicant { row, worker }
}

/// One person is one account, and only under the own name.
async fn wrong_attempts(story: &mut Story) -> Result<()> {
    let (api, outside) = (story.stage.city.api(), story.stage.city.outside.clone());
    let [first, second, ..] = &story.cast.workers[..] else { anyhow::bail!("fewer than two workers") };
    let (first, second) = (first.row.clone(), second.row.clone());
    let stranger = Worker::register(&api, &outside, &Person::new().phone, Channel::App).await;
    let request =
        VerifyRealNameRequest { request_id: request_id(), name: second.name, id_number: first.id_number };
    let answer = stranger.api.workers().verify_real_name(request).await;
    story.refused("a real-name check with somebody else's ID number", answer, Reason::RealNameMismatch)
}

/// What a worker sees of the own account is masked.
async fn look(story: &Story) -> Result<()> {
    let Applicant { row, worker } = story.cast.workers.first().context("no worker")?;
    let request = GetWorkerRequest { worker_id: worker.id.clone(), view: WorkerView::Masked.into() };
    let seen = worker.api.workers().get_worker(request).await?.into_inner().worker.context("no worker")?;
    story.teller.tell(format!("{} looks: {} {} {}", row.name, seen.name, seen.phone, seen.id_number));
    Ok(())
}
