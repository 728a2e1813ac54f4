//! The programme of one test: a city, a district, and the finance people of the Culture Centre.

use proto::enrollment::TuitionRecorded;
use proto::payment as pb;
use proto::subsidy::GrantCreated;
use uuid::Uuid;
use vocabulary::{UnionId, UnionPath, WorkerId};

use crate::calls::Caller;
use crate::house::{House, eventually};

/// A programme of its own, and who acts in it.
pub struct Story<'a> {
    pub house: &'a House,
    pub programme: String,
    pub city_path: UnionPath,
    pub district_path: UnionPath,
    pub city: Caller,
    pub district: Caller,
    pub maker: Caller,
    pub checker: Caller,
}

/// An approved application.
pub struct Application {
    pub id: String,
    pub enrollment: String,
    pub worker: WorkerId,
}

impl Application {
    pub fn new() -> Self {
        let fresh = || Uuid::now_v7().to_string();
        Self { id: fresh(), enrollment: fresh(), worker: WorkerId::new() }
    }
}

impl<'a> Story<'a> {
    pub fn begin(house: &'a House) -> Self {
        let city_path = UnionPath::root(UnionId::new());
        let district_path = city_path.child(UnionId::new()).unwrap();
        let programme = format!("p-{}", Uuid::now_v7().simple());
        let union = |path: &UnionPath| path.unions().next_back().unwrap();
        house.subsidy.funds(&programme, "city", union(&city_path));
        house.subsidy.funds(&programme, "district", union(&district_path));
        Self {
            house,
            programme,
            city: house.official(&city_path, false),
            district: house.official(&district_path, false),
            maker: house.official(&city_path, true),
            checker: house.official(&city_path, true),
            city_path,
            district_path,
        }
    }

    /// subsidy announces a grant of so many yuan for a tuition of so many.
    pub async fn grant(&self, application: &Application, pool: &str, yuan: i64, tuition: i64) -> String {
        let (path, depth) = match pool {
            "city" => (&self.city_path, 1),
            _ => (&self.district_path, 2),
        };
        let created = GrantCreated {
            grant_id: Uuid::now_v7().to_string(),
            application_id: application.id.clone(),
            application_number: "QXYM-2021-000001".to_owned(),
            programme_id: self.programme.clone(),
            pool_id: pool.to_owned(),
            funding_union_id: path.unions().next_back().unwrap().to_string(),
            funding_union_path: path.to_string(),
            pool_depth: depth,
            enrollment_id: application.enrollment.clone(),
            worker_id: application.worker.to_string(),
            amount_fen: yuan * 100,
            tuition_fen: tuition * 100,
            created_at: Some(proto::timestamp(runtime::Clock::real_now())),
        };
        self.house.publish(&created).await;
        self.until(&created.grant_id, "the grant is there", |_| true).await;
        created.grant_id
    }

    /// enrollment announces that so many yuan of a tuition are paid in all.
    pub async fn tuition(&self, application: &Application, paid: i64, tuition: i64) {
        let recorded = TuitionRecorded {
            enrollment_id: application.enrollment.clone(),
            worker_id: application.worker.to_string(),
            receipt_number: "R1".to_owned(),
            amount_fen: paid * 100,
            paid_total_fen: paid * 100,
            tuition_fen: tuition * 100,
            recorded_at: Some(proto::timestamp(runtime::Clock::real_now())),
        };
        self.house.publish(&recorded).await;
    }

    /// Waits until a grant is as it is to be, and reads it.
    pub async fn until(&self, grant: &str, what: &str, is: impl Fn(&pb::Grant) -> bool) -> pb::Grant {
        let mut last = None;
        eventually(what, async || {
            last = self.maker.grant(grant).await.ok();
            last.as_ref().is_some_and(&is)
        })
        .await;
        last.unwrap()
    }

    /// A grant of the city's that is due as a whole, paid by card.
    pub async fn due_by_card(&self, yuan: i64, card: &str) -> (Application, String) {
        let application = Application::new();
        self.house.subsidy.pays_by_card(&application.id, card);
        let grant = self.due(&application, yuan).await;
        (application, grant)
    }

    pub async fn due(&self, application: &Application, yuan: i64) -> String {
        let grant = self.grant(application, "city", yuan, 6_000).await;
        self.tuition(application, 6_000, 6_000).await;
        self.until(&grant, "the grant is due", |grant| !grant.instalments.is_empty()).await;
        grant
    }

    /// Two people see to it that all that is due goes out.
    pub async fn pay_all(&self) -> pb::Batch {
        let batch = self.maker.prepare(&self.programme).await.unwrap();
        self.maker.submit(&batch).await.unwrap();
        self.checker.approve(&batch, batch.total_fen).await.unwrap()
    }

    pub async fn until_settled(&self, batch: &pb::Batch) -> pb::Batch {
        let mut last = None;
        eventually("the batch is settled", async || {
            let now = self.checker.batch(&batch.id).await.unwrap();
            let settled = now.state() == pb::BatchState::Settled;
            last = Some(now);
            settled
        })
        .await;
        last.unwrap()
    }
}
