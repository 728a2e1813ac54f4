//! Why review refuses.

macro_rules! review_rows {
    ($next:ident $($then:ident)*; $($rows:tt)*) => {
        $next! { $($then)*; $($rows)*

    /// The step is another union's.
    StepNotYours "STEP_NOT_YOURS" R31 FailedPrecondition "现在不是本级工会的审核环节";
    /// The step was decided meanwhile, or its turn has not come.
    StepNotCurrent "STEP_NOT_CURRENT" R31 FailedPrecondition "该环节已审核或尚未轮到，请刷新后重试";
    /// The case waits for the worker's correction.
    CaseAwaitsCorrection "CASE_AWAITS_CORRECTION" R32 FailedPrecondition "申请已退回，正等待职工补正";
    /// The case is decided, or the application has ended.
    CaseClosed "CASE_CLOSED" R32 FailedPrecondition "该申请的审核已经结束";
    /// The application was corrected after the reviewer looked at it.
    RevisionChanged "REVISION_CHANGED" R23 Aborted "申请内容已更新，请查看最新版本后再审核";
    /// The reviewer is the applicant.
    OwnApplication "OWN_APPLICATION" R34 PermissionDenied "不能审核本人的申请";
    /// The reviewer has decided another step of the case.
    AnotherStepDecided "ANOTHER_STEP_DECIDED" R34 PermissionDenied "您已审核过该申请的其他环节，同一申请不能审核两次";
    /// The correction is due between tomorrow and {until}, the end of the review window.
    CorrectionDayOutOfReview "CORRECTION_DAY_OUT_OF_REVIEW" R32 InvalidArgument "补正期限应在明天至{until}（审核截止日）之间";
    /// A rejection needs its reason, a return what is to be corrected.
    NoteRequired "NOTE_REQUIRED" R32 InvalidArgument "退回或不通过时必须写明原因";

        }
    };
}
