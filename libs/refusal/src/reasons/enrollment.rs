//! Why enrollment refuses.

macro_rules! enrollment_rows {
    ($next:ident $($then:ident)*; $($rows:tt)*) => {
        $next! { $($then)*; $($rows)*

    /// The chosen union is not the parent of the unit's union.
    ChosenUnionNotParent "CHOSEN_UNION_NOT_PARENT" R20 FailedPrecondition "单位已建工会的，应选择该工会的上一级工会";
    /// A union that takes no part: its parent has not approved it.
    UnionNotApproved "UNION_NOT_APPROVED" R38 FailedPrecondition "所选工会尚未通过入网审核";
    /// The day of entry is not in the season: spring is from March to August.
    SeasonMismatch "SEASON_MISMATCH" R11 InvalidArgument "入学日期与入学季不符：三月至八月为春季，其余为秋季";
    /// The worker is enrolled on this offering already.
    EnrolledBefore "ENROLLED_BEFORE" R06 AlreadyExists "您已报读该专业";
    /// The union that agrees to the major is another.
    MajorNotYours "MAJOR_NOT_YOURS" R02 FailedPrecondition "所学专业应由职工的单位工会（未建工会的由所选工会）同意";
    /// The receipt was recorded before.
    ReceiptUsed "RECEIPT_USED" R08 AlreadyExists "该缴费凭证号已登记";
    /// The payments together would exceed the tuition; {left} yuan are open.
    TuitionExceeded "TUITION_EXCEEDED" R08 FailedPrecondition "缴费超过学费总额，尚可登记{left}元";
    /// The day of payment has not come.
    PaidInFuture "PAID_IN_FUTURE" R08 InvalidArgument "缴费日期不能晚于今天";
    /// Not the five digits of an institution.
    InstitutionCodeMalformed "INSTITUTION_CODE_MALFORMED" R06 InvalidArgument "院校代码应为5位数字";
    /// Another row of the same import says the same offering.
    RowTwice "ROW_TWICE" R06 InvalidArgument "与本次导入的另一行重复";

        }
    };
}
