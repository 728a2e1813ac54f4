//! The programme of one test, and who acts in it: the city and the district, which fund pools, and the finance people of the
//! Culture Centre.

use proto::payment::{Batch, BatchState, Grant, ListGrantsRequest};
use proto::subsidy::{ApplicationFields, PayeeFields, PayeeKind};
use stack::Service;
use testkit::{Applicant, Gangcheng, eventually, fields, record_tuition};

use crate::calls::{Caller, got};

/// A programme of its own, and who acts in it.
pub struct Story<'a> {
    pub gangcheng: &'a Gangcheng,
    pub programme: &'static str,
    pub city: Caller,
    pub district: Caller,
    pub maker: Caller,
    pub checker: Caller,
}

impl<'a> Story<'a> {
    pub fn begin(gangcheng: &'a Gangcheng, programme: &'static str) -> Self {
        Self {
            gangcheng,
            programme,
            city: Caller::from(&gangcheng.federation),
            district: Caller::from(&gangcheng.district),
            maker: Caller::from(&gangcheng.maker),
            checker: Caller::from(&gangcheng.checker),
        }
    }

    pub async fn set_aside(&self, yuan: i64) {
        self.city.set_aside(self.programme, "city", yuan).await.unwrap();
    }

    /// Somebody new who studies an offering, `open_fen` of whose tuition are not paid yet, and who has submitted.
    pub async fn submitted(&self, offering_id: &str, open_fen: i64) -> Applicant {
        let (person, worker, enrollment) = self.gangcheng.student(offering_id, open_fen).await;
        let applicant = self.gangcheng.apply_with(self.programme, person, worker, enrollment).await;
        applicant.submit().await;
        applicant
    }

    /// Somebody new whose application is approved.
    pub async fn approved(&self, offering_id: &str, open_fen: i64) -> Applicant {
        let applicant = self.submitted(offering_id, open_fen).await;
        self.gangcheng.approve(&applicant).await;
        applicant
    }

    /// Somebody new whose one grant is due as a whole, paid by card.
    pub async fn due(&self) -> (Applicant, Grant) {
        let applicant = self.approved(&self.gangcheng.offering_id, 0).await;
        let grant = self.due_of(&applicant, 1).await;
        (applicant, grant)
    }

    /// As [`Self::due`], paid by wallet.
    pub async fn due_by_wallet(&self) -> (Applicant, Grant) {
        let applicant = self.gangcheng.applicant(self.programme).await;
        let payee = PayeeFields {
            kind: PayeeKind::Wallet.into(),
            account: format!("zhangce{}", applicant.person.number),
            holder: applicant.person.name.clone(),
        };
        let fields = ApplicationFields { payee: Some(payee), ..fields(&applicant.person) };
        applicant.worker.fill_in(&applicant.application.id, fields).await.unwrap();
        applicant.upload_form().await;
        applicant.submit().await;
        self.gangcheng.approve(&applicant).await;
        let grant = self.due_of(&applicant, 1).await;
        (applicant, grant)
    }

    /// Somebody's grants, once there are so many.
    pub async fn grants(&self, applicant: &Applicant, count: usize) -> Vec<Grant> {
        eventually("the grants are there", async || {
            let application_id = applicant.application.id.clone();
            let request = ListGrantsRequest { application_id, ..ListGrantsRequest::default() };
            let grants = self.maker.0.grants().list_grants(request).await.unwrap().into_inner().grants;
            (grants.len() == count).then_some(grants)
        })
        .await
    }

    /// Somebody's one grant, once it has so many instalments.
    pub async fn due_of(&self, applicant: &Applicant, instalments: usize) -> Grant {
        let id = self.grants(applicant, 1).await.remove(0).id;
        self.until(&id, "the instalments are due", |grant| grant.instalments.len() == instalments).await
    }

    /// Waits until a grant is as it is to be, and reads it.
    pub async fn until(&self, grant: &str, what: &str, is: impl Fn(&Grant) -> bool) -> Grant {
        eventually(what, async || Some(self.now(grant).await).filter(&is)).await
    }

    /// A grant as it is now.
    pub async fn now(&self, grant: &str) -> Grant {
        got(self.maker.grant(grant).await)
    }

    /// The gateway records a payment of tuition for an institution.
    pub async fn tuition(&self, applicant: &Applicant, receipt: &str, fen: i64) {
        let gateway = self.gangcheng.city.service("gateway");
        let receipt = format!("SJ2021-{}-{receipt}", applicant.person.number);
        record_tuition(&gateway, &applicant.enrollment.id, &receipt, fen, "2021-05-08").await;
    }

    /// Two people see to it that all that is due goes out.
    pub async fn pay_all(&self) -> Batch {
        let batch = got(self.maker.prepare(self.programme).await);
        self.maker.submit(&batch).await.unwrap();
        got(self.checker.approve(&batch, batch.total_fen).await)
    }

    pub async fn until_settled(&self, batch: &Batch) -> Batch {
        eventually("the batch is settled", async || {
            let batch = got(self.checker.batch(&batch.id).await);
            (batch.state() == BatchState::Settled).then_some(batch)
        })
        .await
    }

    /// How many instructions of a batch still hold their payee.
    pub async fn payees_kept(&self, batch: &Batch) -> i64 {
        let query = "SELECT count(payee) FROM instruction WHERE batch_id = $1::text::uuid";
        let database = self.gangcheng.city.database(Service::Payment).await;
        sqlx::query_scalar(query).bind(&batch.id).fetch_one(&database).await.unwrap()
    }
}
