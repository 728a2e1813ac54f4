//! The union tree as tests grow it: invited, joined and approved, over the wire.

use proto::identity::{ApproveUnionRequest, CreateInvitationRequest, JoinUnionRequest, Union, UnionKind};

use crate::{Official, request_id};

/// A union that is to join.
#[derive(Clone, Debug)]
pub struct NewUnion<'a> {
    /// What kind of union.
    pub kind: UnionKind,
    /// Its name.
    pub name: &'a str,
    /// Its administrative code; empty where it has none.
    pub administrative_code: &'a str,
    /// A unit's unified social credit code; empty for others.
    pub credit_code: &'a str,
}

impl Official {
    /// Invites a child union, which joins, and approves it. Needs the role ADMINISTRATOR.
    ///
    /// # Panics
    /// Where any of it is refused.
    pub async fn bring_in(&self, child: NewUnion<'_>) -> Union {
        let pending = self.invite_and_join(child).await;
        self.approve_union(&pending.id).await
    }

    /// Approves a union that has joined.
    ///
    /// # Panics
    /// Where it is refused.
    pub async fn approve_union(&self, union_id: &str) -> Union {
        let request = ApproveUnionRequest { request_id: request_id(), union_id: union_id.to_owned() };
        self.api.unions().approve_union(request).await.unwrap().into_inner().union.unwrap()
    }

    /// Invites a child union, which joins and then waits for the approval.
    ///
    /// # Panics
    /// Where any of it is refused.
    pub async fn invite_and_join(&self, child: NewUnion<'_>) -> Union {
        let request =
            CreateInvitationRequest { request_id: request_id(), kind: child.kind.into(), valid_days: 7 };
        let answer = self.api.unions().create_invitation(request).await.unwrap().into_inner();
        let request = JoinUnionRequest {
            request_id: request_id(),
            invitation_secret: answer.invitation.unwrap().secret,
            name: child.name.to_owned(),
            administrative_code: child.administrative_code.to_owned(),
            credit_code: child.credit_code.to_owned(),
        };
        self.api.unions().join_union(request).await.unwrap().into_inner().union.unwrap()
    }
}
