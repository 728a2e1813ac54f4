//! subsidy: where to pay, and who funds which pool.

use channel::{Channel, ConnectError, Failure, NeighbourConfig, TokenFile};
use proto::subsidy::application_service_client::ApplicationServiceClient;
use proto::subsidy::programme_service_client::ProgrammeServiceClient;
use proto::subsidy::{GetPayeeRequest, ListPoolsRequest, PayeeKind};
use refusal::Reason;
use sealing::Zeroizing;
use vocabulary::{ApplicationId, InstructionId, PoolId, ProgrammeId, UnionId};

use crate::domain::{Payee, PaymentChannel};
use crate::error::Error;

/// A way to subsidy.
#[derive(Clone)]
pub struct Subsidy {
    applications: ApplicationServiceClient<Channel>,
    programmes: ProgrammeServiceClient<Channel>,
}

impl Subsidy {
    /// Connects when it is first asked.
    pub fn connect(config: &NeighbourConfig, token: TokenFile) -> Result<Self, ConnectError> {
        let channel = channel::connect(config, Some(token))?;
        Ok(Self {
            applications: ApplicationServiceClient::new(channel.clone()),
            programmes: ProgrammeServiceClient::new(channel),
        })
    }

    /// Where to pay an application; none where subsidy refuses to say.
    pub async fn payee(&self, application: ApplicationId, id: InstructionId) -> Result<Option<Payee>, Error> {
        let request =
            GetPayeeRequest { application_id: application.to_string(), instruction_id: id.to_string() };
        let answer = match self.applications.clone().get_payee(request).await.map_err(Failure::from) {
            Ok(answer) => answer.into_inner(),
            Err(Failure::Refused { .. }) => return Ok(None),
            Err(unanswered) => return Err(unanswered.into()),
        };
        let channel = match answer.kind() {
            PayeeKind::BankCard => PaymentChannel::Bank,
            PayeeKind::Wallet => PaymentChannel::Wallet,
            PayeeKind::Unspecified => return Err(Error::BadAnswer("subsidy sent a payee that is none")),
        };
        let (account, holder) = (Zeroizing::new(answer.account), Zeroizing::new(answer.holder));
        Ok(Some(Payee { channel, account, holder }))
    }

    /// The union that funds a pool; none where there is no such pool.
    pub async fn funding_union(
        &self,
        programme: &ProgrammeId,
        pool: &PoolId,
    ) -> Result<Option<UnionId>, Error> {
        let request = ListPoolsRequest { programme_id: programme.to_string() };
        let answer = match self.programmes.clone().list_pools(request).await.map_err(Failure::from) {
            Ok(answer) => answer.into_inner(),
            Err(failure) if failure.reason() == Some(Reason::NotFound) => return Ok(None),
            Err(failure) => return Err(failure.into()),
        };
        let found = answer.pools.into_iter().find(|found| found.id == pool.as_str());
        let union = found.map(|found| found.union_id.parse()).transpose();
        union.map_err(|_| Error::BadAnswer("subsidy sent a union that is none"))
    }
}
