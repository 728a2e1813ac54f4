//! Why payment refuses.

macro_rules! payment_rows {
    ($next:ident $($then:ident)*; $($rows:tt)*) => {
        $next! { $($then)*; $($rows)*

    /// The pool is funded by another union than the caller's.
    PoolOfAnother "POOL_OF_ANOTHER" R41 PermissionDenied "这个补助名额不由您所在的工会出资";
    /// No instalment of the programme is due that could be paid.
    NothingDue "NOTHING_DUE" R42 FailedPrecondition "目前没有到期可付的补助款";
    /// Only who prepared the batch hands it on.
    BatchOfAnother "BATCH_OF_ANOTHER" R43 PermissionDenied "只有制单人可以提交这个付款批次";
    /// Who prepared a batch does not decide it, not even by another appointment.
    MakerIsChecker "MAKER_IS_CHECKER" R43 PermissionDenied "制单人不能审批自己制作的付款批次";
    /// The batch is not a draft any more.
    BatchNotDraft "BATCH_NOT_DRAFT" R43 FailedPrecondition "这个付款批次已经提交，不能再次提交";
    /// The batch does not wait for a decision.
    BatchNotSubmitted "BATCH_NOT_SUBMITTED" R43 FailedPrecondition "这个付款批次不在待审批状态";
    /// The batch comes to {total_fen} fen, not to what the caller has looked at.
    BatchTotalDiffers "BATCH_TOTAL_DIFFERS" R43 FailedPrecondition "批次总额为{total_fen}分，与您核对的金额不一致";
    /// The day lies in the future.
    DayInFuture "DAY_IN_FUTURE" R46 InvalidArgument "不能核对还没有到来的日期";

        }
    };
}
