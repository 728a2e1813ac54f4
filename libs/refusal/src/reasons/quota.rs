//! Why quota refuses.

macro_rules! quota_rows {
    ($next:ident $($then:ident)*; $($rows:tt)*) => {
        $next! { $($then)*; $($rows)*

    /// The round does not take applications now.
    RoundNotOpen "ROUND_NOT_OPEN" R18 FailedPrecondition "现在不在申报时间内";
    /// The worker has an application in line in this programme already.
    PersonInLine "PERSON_IN_LINE" R17 AlreadyExists "您本年度已有一份有效申请，每人每年只可申请一次";
    /// The application has a place in line already.
    ApplicationInLine "APPLICATION_IN_LINE" R14 AlreadyExists "这份申请已经在排队";
    /// The application has left the line for good.
    PlaceLeft "PLACE_LEFT" R16 FailedPrecondition "这份申请已退出排队，不能恢复";
    /// The place is final.
    PlaceConfirmed "PLACE_CONFIRMED" R40 FailedPrecondition "这份申请已终审通过，名额不能再变动";
    /// The programme is closed: its line moves no more.
    LineEnded "LINE_ENDED" - FailedPrecondition "本年度活动已结束";
    /// The line was stopped by a fault that only an operator can judge.
    LineHalted "LINE_HALTED" - Unavailable "排队系统正在检修，请稍后重试";
    /// There are {max} programmes with a line, and no more are served.
    LinesTooMany "LINES_TOO_MANY" - FailedPrecondition "活动数量已达上限，最多{max}个";
    /// The programme has a pool of this name.
    PoolExists "POOL_EXISTS" R12 AlreadyExists "这个补助名额已经设立";
    /// The programme has as many pools as it may.
    PoolsTooMany "POOLS_TOO_MANY" R12 FailedPrecondition "本年度活动的补助名额种类已达上限";
    /// {taken} seats are taken; there cannot be fewer.
    CapacityBelowTaken "CAPACITY_BELOW_TAKEN" R15 FailedPrecondition "已有{taken}人占用名额，名额不能更少";
    /// The window of round {round} ends before it begins.
    RoundReversed "ROUND_REVERSED" R10 InvalidArgument "批次{round}的截止时间早于开始时间";
    /// Round {round} would be open together with another, or is named twice.
    RoundsOverlap "ROUNDS_OVERLAP" R10 InvalidArgument "批次{round}与另一批次的申报时间重叠";
    /// A moment of round {round} has passed, or is about to: it cannot be moved, nor another be moved to so near.
    WindowFixed "WINDOW_FIXED" R10 FailedPrecondition "批次{round}的申报时间已到或将到，不能再改";

        }
    };
}
