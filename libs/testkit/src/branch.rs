//! The branch of the union tree that most tests stand in, and how offices in it are taken.

use proto::identity::OfficialRole::{self, Administrator, Finance, Reviewer, Supervisor};
use proto::identity::UnionKind;
use stack::city::Bootstrap;

use crate::{Appointment, City, NewUnion, Official, Person};

/// Whoever has them may do whatever officials may.
pub const ALL_ROLES: [OfficialRole; 4] = [Administrator, Finance, Reviewer, Supervisor];

const DISTRICT: NewUnion<'_> = NewUnion {
    kind: UnionKind::District,
    name: "钢城区总工会",
    administrative_code: "370117",
    credit_code: "",
};
const STREET: NewUnion<'_> = NewUnion {
    kind: UnionKind::Street,
    name: "艾山街道总工会",
    administrative_code: "370117001",
    credit_code: "",
};
const OTHER_STREET: NewUnion<'_> = NewUnion {
    kind: UnionKind::Street,
    name: "里辛街道总工会",
    administrative_code: "370117002",
    credit_code: "",
};
const UNIT: NewUnion<'_> = NewUnion {
    kind: UnionKind::Unit,
    name: "钢城区第一机械厂工会",
    administrative_code: "",
    credit_code: "91370117YMDATA014P",
};
/// A unit's union that is not in the branch: for whoever lets another one join.
pub const ANOTHER_UNIT: NewUnion<'_> = NewUnion {
    kind: UnionKind::Unit,
    name: "钢城区第二机械厂工会",
    administrative_code: "",
    credit_code: "91370117YMDATA022J",
};

/// Gangcheng from the city down to a unit; somebody has every role in each union, and each is a person of their own.
pub struct Branch {
    /// 济南市总工会.
    pub federation: Official,
    /// 钢城区总工会.
    pub district: Official,
    /// 艾山街道总工会.
    pub street: Official,
    /// 里辛街道总工会: what is 艾山's is out of its scope.
    pub other_street: Official,
    /// The union of the first machine works, below 艾山.
    pub unit: Official,
}

impl City {
    /// The operator makes the city federation, and Gangcheng joins.
    ///
    /// # Panics
    /// Where it fails.
    pub async fn branch(&self) -> Branch {
        let federation = self.federation().await;
        let district = federation.below(DISTRICT, "gangcheng.office").await;
        let street = district.below(STREET, "aishan.office").await;
        let other_street = district.below(OTHER_STREET, "lixin.office").await;
        let unit = street.below(UNIT, "machine.works.1").await;
        Branch { federation, district, street, other_street, unit }
    }

    /// The operator makes the city federation, and somebody new takes all its offices.
    ///
    /// # Panics
    /// Where it fails.
    pub async fn federation(&self) -> Official {
        let administrator = self.bootstrap().await;
        administrator.takes(&administrator.union_id, false, "jinan.office", &ALL_ROLES).await
    }

    /// The operator makes the federation of 济南; somebody new, its administrator, takes office.
    ///
    /// # Panics
    /// Where it fails.
    pub async fn bootstrap(&self) -> Official {
        let Person { name, id_number, .. } = &Person::new();
        self.begin(Bootstrap {
            name: "济南市总工会",
            administrative_code: "370100",
            administrator: name,
            sign_in_name: "jinan.administrator",
            id_number,
        })
        .await
    }

    /// The operator makes a federation; its administrator takes office.
    ///
    /// # Panics
    /// Where it fails.
    pub async fn begin(&self, bootstrap: Bootstrap<'_>) -> Official {
        let run = || bootstrap.run(self.stack.services(), self.folder());
        let secret = tokio::task::block_in_place(run).unwrap();
        Official::activate(&self.api(), &secret).await
    }
}

impl Official {
    /// Somebody new takes an office of a union, or of the Culture Centre.
    ///
    /// # Panics
    /// Where it is refused.
    pub async fn takes(
        &self,
        union_id: &str,
        centre: bool,
        sign_in_name: &str,
        roles: &[OfficialRole],
    ) -> Self {
        let Person { name, id_number, .. } = Person::new();
        let appointment =
            Appointment { union_id, centre, sign_in_name, display_name: &name, id_number: &id_number, roles };
        self.appoint(appointment).await
    }

    /// A union joins below, and somebody new takes all its offices.
    ///
    /// # Panics
    /// Where it is refused.
    pub async fn below(&self, union: NewUnion<'_>, sign_in_name: &str) -> Self {
        let union = self.bring_in(union).await;
        self.takes(&union.id, false, sign_in_name, &ALL_ROLES).await
    }
}
