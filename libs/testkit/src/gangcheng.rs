//! Gangcheng as most tests need it: its branch of the union tree, the Culture Centre, something to study, and programmes.

use chrono::{DateTime, FixedOffset};
use proto::enrollment::{EducationLevel, ImportOfferingsRequest, StudyForm};
use proto::identity::OfficialRole::{Finance, Reviewer, Supervisor};
use proto::quota::{GetPoolRequest, Round, RoundState};
use proto::subsidy::ListPoolsRequest;
use stack::Service;

use crate::{Branch, City, Official, eventually, request_id};

/// While the programme is being prepared.
const BEFORE: &str = "2021-04-26T09:00:00+08:00";
/// A working day inside the spring windows of application and review.
const INSIDE: &str = "2021-05-10T09:00:00+08:00";
/// The programme's file.
const PROGRAMME: &str = include_str!("../../../tests/data/gangcheng-2021/programme.toml");
/// Its id.
const PROGRAMME_ID: &str = "jinan-2021";
/// What two years of study cost, in fen: less than the two pools' subsidies would be is another offering's matter.
const TUITION_FEN: i64 = 720_000;

/// The city, its officials, each a person of their own, and what can be studied.
pub struct Gangcheng {
    /// The services.
    pub city: City,
    /// 济南市总工会, in every role.
    pub federation: Official,
    /// Its Culture Centre: who approves last.
    pub centre: Official,
    /// Its Culture Centre: finance, and a supervisor.
    pub maker: Official,
    /// Its Culture Centre: finance.
    pub checker: Official,
    /// 钢城区总工会, in every role.
    pub district: Official,
    /// 艾山街道总工会, in every role.
    pub street: Official,
    /// 里辛街道总工会, in every role: what is 艾山's is out of its scope.
    pub other_street: Official,
    /// The union of the first machine works, below 艾山.
    pub unit: Official,
    /// What most workers study: a junior college major.
    pub offering_id: String,
    /// What costs less than two subsidies together.
    pub cheap_offering_id: String,
    /// What is below junior college.
    pub secondary_offering_id: String,
}

impl Gangcheng {
    /// Founds all of it with all six services; `programmes` are applied before their windows open, and then it is 10 May 2021.
    ///
    /// # Panics
    /// Where any of it fails.
    pub async fn found(programmes: &[Programme]) -> Self {
        let programmes = programmes.to_vec();
        // The officials' connections live on the runtime that they were made on, and a city may outlive its founder.
        let build = move || crate::city::world().block_on(Self::build(&programmes));
        tokio::task::spawn_blocking(build).await.unwrap()
    }

    async fn build(programmes: &[Programme]) -> Self {
        let city = City::found(&Service::ALL, BEFORE).await;
        let branch = city.branch().await;
        let ground = Self::settle(city, branch).await;
        for programme in programmes {
            ground.apply(programme);
        }
        for programme in programmes {
            ground.wait_for_pools(programme).await;
        }
        ground.city.clock.set(INSIDE).unwrap();
        for programme in programmes {
            ground.wait_for_windows(programme).await;
        }
        ground
    }

    async fn settle(city: City, branch: Branch) -> Self {
        let Branch { federation, district, street, other_street, unit } = branch;
        let root = &federation.union_id;
        let centre = federation.takes(root, true, "centre.reviewer", &[Reviewer]).await;
        let maker = federation.takes(root, true, "centre.maker", &[Finance, Supervisor]).await;
        let checker = federation.takes(root, true, "centre.checker", &[Finance]).await;
        let [offering_id, cheap_offering_id, secondary_offering_id] = import(&federation).await;
        Self {
            city,
            federation,
            centre,
            maker,
            checker,
            district,
            street,
            other_street,
            unit,
            offering_id,
            cheap_offering_id,
            secondary_offering_id,
        }
    }

    /// A window opens and closes on quota's timer: a moment passes after the clock was moved.
    async fn wait_for_windows(&self, programme: &Programme) {
        let inside: DateTime<FixedOffset> = INSIDE.parse().unwrap();
        let subsidy = self.city.service("subsidy");
        eventually("quota has opened and closed the windows", async || {
            let rounds = subsidy.programme_line(&programme.id).await.rounds;
            rounds.iter().all(|round| round.state() == state_at(inside.timestamp(), round))
        })
        .await;
    }

    /// The operator applies a programme.
    fn apply(&self, programme: &Programme) {
        let file = self.city.folder().join(format!("{}.toml", programme.id));
        std::fs::write(&file, &programme.text).unwrap();
        self.city.run("subsidy", &["apply", file.to_str().unwrap()]).unwrap();
    }

    /// A programme's pools come to quota, after its line and its windows.
    async fn wait_for_pools(&self, programme: &Programme) {
        let request = ListPoolsRequest { programme_id: programme.id.clone() };
        let pools = self.federation.api.programmes().list_pools(request).await.unwrap().into_inner().pools;
        for pool in pools {
            let request = GetPoolRequest { programme_id: programme.id.clone(), pool_id: pool.id };
            // Quota itself is asked: subsidy shows a pool that quota has not heard of with all its seats.
            let quota = self.city.service("subsidy").pools();
            eventually("quota has the pool", async || quota.clone().get_pool(request.clone()).await.is_ok())
                .await;
        }
    }
}

/// Where a round stands at a moment, in seconds.
fn state_at(moment: i64, round: &Round) -> RoundState {
    let opens = round.opens_at.as_ref().unwrap().seconds;
    let closes = round.closes_at.as_ref().unwrap().seconds;
    match (opens <= moment, closes <= moment) {
        (false, _) => RoundState::New,
        (true, false) => RoundState::Open,
        (true, true) => RoundState::Closed,
    }
}

/// A programme to be applied: the real one, with as much changed as a test needs.
#[derive(Clone, Debug)]
pub struct Programme {
    /// Its id.
    pub id: String,
    /// The whole file.
    pub text: String,
}

impl Programme {
    /// As the notice has it, under its own id.
    pub fn of_2021() -> Self {
        Self { id: PROGRAMME_ID.to_owned(), text: PROGRAMME.to_owned() }
    }

    /// As the notice has it, under another id.
    pub fn named(id: &str) -> Self {
        Self { id: id.to_owned(), text: PROGRAMME.to_owned() }.with(PROGRAMME_ID, id)
    }

    /// With something else written where `old` stands, which must stand there once.
    ///
    /// # Panics
    /// Where it does not.
    pub fn with(mut self, old: &str, new: &str) -> Self {
        assert_eq!(self.text.matches(old).count(), 1, "{old}");
        self.text = self.text.replace(old, new);
        self
    }
}

/// Something to study of each kind.
async fn import(administrator: &Official) -> [String; 3] {
    let id = request_id();
    let row = |major: &str, level: EducationLevel, tuition_fen: i64| ImportOfferingsRequest {
        dry_run: false,
        request_id: id.clone(),
        institution_code: "10431".to_owned(),
        institution_name: "齐鲁工业大学".to_owned(),
        major: major.to_owned(),
        level: level.into(),
        study_form: StudyForm::Correspondence.into(),
        length_months: 30,
        tuition_fen,
    };
    let rows = [
        row("机电一体化技术", EducationLevel::JuniorCollege, TUITION_FEN),
        row("工商企业管理", EducationLevel::JuniorCollege, 150_000),
        row("机电技术应用", EducationLevel::Secondary, 300_000),
    ];
    let answer = administrator.api.catalogue().import_offerings(tokio_stream::iter(rows)).await.unwrap();
    let ids: Vec<String> = answer.into_inner().rows.into_iter().map(|row| row.offering_id).collect();
    ids.try_into().unwrap()
}
