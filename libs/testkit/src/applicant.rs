//! Workers of Gangcheng on their way: verified, enrolled, with a complete application, submitted, approved.

use proto::enrollment::{Enrollment, Season};
use proto::identity::Channel;
use proto::review::{Case, DecideStepRequest, Decision, GetCaseRequest, ListCasesRequest};
use proto::subsidy::{
    Application, ApplicationFields, ApplicationState, GetApplicationRequest, MaterialData, MaterialKind,
    PayeeFields, PayeeKind, Rank, Receipt, UnitFields, UnitKind,
};

use crate::{
    Gangcheng, Official, Person, Study, Upload, Worker, eventually, picture, record_tuition, request_id,
};

/// Which of a person's pictures is the form's.
const FORM: u64 = 15;
/// When the tuition was paid.
const PAID_ON: &str = "2021-03-05";

/// A worker with what they study and apply with.
#[derive(Clone)]
pub struct Applicant {
    /// The person.
    pub person: Person,
    /// The worker.
    pub worker: Worker,
    /// What is studied.
    pub enrollment: Enrollment,
    /// What is applied with.
    pub application: Application,
}

impl Gangcheng {
    /// Somebody new, registered and verified.
    pub async fn worker(&self) -> (Person, Worker) {
        let person = Person::new();
        self.city.outside.register(person.citizen());
        let worker =
            Worker::register(&self.city.api(), &self.city.outside, &person.phone, Channel::App).await;
        worker.verify(&person.name, &person.id_number).await;
        (person, worker)
    }

    /// Enrols a worker of the first machine works in spring.
    pub async fn enrol(&self, worker: &Worker, offering_id: &str) -> Enrollment {
        let study = Study {
            offering_id,
            season: Season::Spring,
            entered_on: "2021-03-01",
            unit_union_id: &self.unit.union_id,
            chosen_union_id: &self.street.union_id,
            work: "车床加工和日常保养",
        };
        worker.enrol(study).await
    }

    /// Somebody new who studies: the unit's union has agreed, and the tuition is paid but for `open_fen`.
    pub async fn student(&self, offering_id: &str, open_fen: i64) -> (Person, Worker, Enrollment) {
        let (person, worker) = self.worker().await;
        let enrollment = self.enrol(&worker, offering_id).await;
        let enrollment = self.unit.agree_major(&enrollment.id).await;
        let paid = enrollment.offering.as_ref().unwrap().tuition_fen - open_fen;
        let gateway = self.city.service("gateway");
        let receipt = format!("SJ2021-{}", person.number);
        let enrollment = record_tuition(&gateway, &enrollment.id, &receipt, paid, PAID_ON).await;
        (person, worker, enrollment)
    }

    /// Somebody new with an application that lacks nothing but its submission.
    pub async fn applicant(&self, programme_id: &str) -> Applicant {
        let (person, worker, enrollment) = self.student(&self.offering_id, 0).await;
        self.apply_with(programme_id, person, worker, enrollment).await
    }

    /// An application for a student, complete but for its submission.
    pub async fn apply_with(
        &self,
        programme_id: &str,
        person: Person,
        worker: Worker,
        enrollment: Enrollment,
    ) -> Applicant {
        let draft = worker.create_application(programme_id, &enrollment.id).await;
        let application = worker.fill_in(&draft.id, fields(&person)).await.unwrap();
        let applicant = Applicant { person, worker, enrollment, application };
        applicant.upload_form().await;
        let Applicant { person, worker, enrollment, application } = &applicant;
        worker.upload_proofs(&application.id, enrollment, person.number).await;
        applicant
    }

    /// Every union passes the application, and the Culture Centre approves it.
    pub async fn approve(&self, applicant: &Applicant) -> Application {
        for official in [&self.street, &self.district, &self.federation, &self.centre] {
            let case = self.case_of(applicant, official).await;
            official.decide(&case, Decision::Pass, "", "").await;
        }
        applicant.wait_for(ApplicationState::Approved).await
    }

    /// The case of a submitted application, once it is an official's turn.
    pub async fn case_of(&self, applicant: &Applicant, official: &Official) -> Case {
        eventually("it is the official's turn", async || {
            let request = ListCasesRequest { my_turn: true, page_size: 200, ..ListCasesRequest::default() };
            let cases = official.api.cases().list_cases(request).await.unwrap().into_inner().cases;
            cases.into_iter().find(|case| case.application_id == applicant.application.id)
        })
        .await
    }
}

impl Official {
    /// Decides the current step of a case as it was seen.
    ///
    /// # Panics
    /// Where it is refused.
    pub async fn decide(&self, case: &Case, decision: Decision, note: &str, correct_by: &str) -> Case {
        let request = decision_on(case, decision, note, correct_by);
        self.api.cases().decide_step(request).await.unwrap().into_inner().case.unwrap()
    }

    /// A case as it is now.
    ///
    /// # Panics
    /// Where it is refused.
    pub async fn look_at(&self, case_id: &str) -> Case {
        let request = GetCaseRequest { case_id: case_id.to_owned() };
        self.api.cases().get_case(request).await.unwrap().into_inner().case.unwrap()
    }
}

/// The call by which the current step of a case, as it was seen, is decided.
pub fn decision_on(case: &Case, decision: Decision, note: &str, correct_by: &str) -> DecideStepRequest {
    DecideStepRequest {
        request_id: request_id(),
        case_id: case.id.clone(),
        step: case.current_step,
        revision: case.revision,
        decision: decision.into(),
        note: note.to_owned(),
        correct_by: correct_by.to_owned(),
    }
}

impl Applicant {
    /// Prints the form and uploads a photo of it, on which no code can be read: reviewers look at it themselves.
    pub async fn upload_form(&self) {
        let (revision, _) = self.worker.print_form(&self.application.id).await;
        let form = Upload {
            application_id: &self.application.id,
            kind: MaterialKind::StampedForm,
            file_name: "申请表.jpg",
            data: MaterialData { form_revision: revision, ..MaterialData::default() },
            bytes: &picture::jpeg(picture::seed(self.person.number, FORM)),
        };
        self.worker.upload(form).await.unwrap();
    }

    /// Submits; gives the receipt.
    pub async fn submit(&self) -> Receipt {
        let answer = self.worker.submit(&self.application.id, &request_id()).await.unwrap();
        answer.into_inner().receipt.unwrap()
    }

    /// The application as it is now.
    pub async fn now(&self) -> Application {
        let request = GetApplicationRequest { application_id: self.application.id.clone() };
        let answer = self.worker.api.applications().get_application(request).await;
        answer.unwrap().into_inner().application.unwrap()
    }

    /// Waits until the application is in this state.
    pub async fn wait_for(&self, state: ApplicationState) -> Application {
        eventually(state.as_str_name(), async || {
            let application = self.now().await;
            (application.state() == state).then_some(application)
        })
        .await
    }
}

/// What a worker of the first machine works writes into the form.
pub fn fields(person: &Person) -> ApplicationFields {
    ApplicationFields {
        household: "山东省济南市钢城区艾山街道".to_owned(),
        household_outside_city: false,
        migrant_worker: false,
        without_work: false,
        unit: Some(UnitFields {
            name: "钢城区第一机械厂".to_owned(),
            credit_code: "91370117YMDATA014P".to_owned(),
            kind: UnitKind::Enterprise.into(),
            post: "车工".to_owned(),
            rank: Rank::Staff.into(),
        }),
        payee: Some(PayeeFields {
            kind: PayeeKind::BankCard.into(),
            account: person.bank_card.clone(),
            holder: person.name.clone(),
        }),
    }
}
