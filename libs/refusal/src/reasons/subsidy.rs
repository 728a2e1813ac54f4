//! Why subsidy refuses.

macro_rules! subsidy_rows {
    ($next:ident $($then:ident)*; $($rows:tt)*) => {
        $next! { $($then)*; $($rows)*

    /// The worker's real name is not verified.
    WorkerNotVerified "WORKER_NOT_VERIFIED" R03 FailedPrecondition "请先完成实名认证";
    /// The worker's rank is above those who count as front-line.
    NotFrontLine "NOT_FRONT_LINE" R01 FailedPrecondition "仅限一线职工申请：企业至车间（工段、科室）主任，机关事业单位至科级";
    /// The worker's union has not agreed to the major.
    MajorNotAgreed "MAJOR_NOT_AGREED" R02 FailedPrecondition "所学专业尚未经单位工会同意";
    /// The level of education is not subsidised.
    LevelNotSubsidised "LEVEL_NOT_SUBSIDISED" R07 FailedPrecondition "只补助大专及以上学历";
    /// The studies began in another year than the programme's, {year}.
    EnteredInAnotherYear "ENTERED_IN_ANOTHER_YEAR" R07 FailedPrecondition "只补助{year}年新入学的职工";
    /// The programme has no round for the season of entry.
    NoRoundForSeason "NO_ROUND_FOR_SEASON" R11 FailedPrecondition "本年度活动没有与您入学季对应的批次";
    /// The worker has an application of this year, or for this level, already.
    AppliedBefore "APPLIED_BEFORE" R17 AlreadyExists "每名职工每年、同一学历层次只可申请一次";
    /// The application cannot be changed in its state.
    ApplicationLocked "APPLICATION_LOCKED" R23 FailedPrecondition "申请已提交，现在不能修改";
    /// The application's data changed while it was being printed.
    ChangedMeanwhile "CHANGED_MEANWHILE" R23 Aborted "申请内容刚刚有变化，请重新打印";
    /// Fields that the form shows are still empty, {count} of them; each is named.
    FormIncomplete "FORM_INCOMPLETE" R19 FailedPrecondition "还有{count}项没有填写，填完后才能打印";
    /// Things are missing or wrong before the application can be sent, {count} of them; each is named.
    ApplicationIncomplete "APPLICATION_INCOMPLETE" R28 FailedPrecondition "还有{count}项没有完成，请逐项补齐后再提交";
    /// This field is not filled in.
    FieldMissing "FIELD_MISSING" R19 FailedPrecondition "请填写此项";
    /// This material is not uploaded.
    MaterialMissing "MATERIAL_MISSING" R24 FailedPrecondition "请上传此项资料";
    /// The form was not printed from the present data.
    FormNotPrinted "FORM_NOT_PRINTED" R22 FailedPrecondition "请打印最新的申请表";
    /// The stamped form was printed from an earlier revision than {revision}, the present one.
    FormRevisionOld "FORM_REVISION_OLD" R23 FailedPrecondition "申请表不是最新版本（第{revision}版），请重新打印、签字、盖章后上传";
    /// The QR code on the stamped form is another application's or revision's.
    FormCodeMismatch "FORM_CODE_MISMATCH" R22 FailedPrecondition "申请表上的二维码与本申请不一致，请核对后重新上传";
    /// One of the four things is not confirmed.
    FourThingsMissing "FOUR_THINGS_MISSING" R28 FailedPrecondition "请确认已完成此项工作";
    /// The CHSI report runs for less than {months} months.
    ChsiReportTooShort "CHSI_REPORT_TOO_SHORT" R26 FailedPrecondition "学信网验证报告的有效期应在{months}个月以上";
    /// The CHSI report is not valid on the day of submission.
    ChsiReportExpired "CHSI_REPORT_EXPIRED" R26 FailedPrecondition "学信网验证报告已过期，请重新申请";
    /// The CHSI report's code is not one.
    ChsiCodeMalformed "CHSI_CODE_MALFORMED" R24 InvalidArgument "学信网在线验证码应为12至16位字母或数字";
    /// The card's bank is not one of the accepted: {banks}.
    BankNotAccepted "BANK_NOT_ACCEPTED" R27 InvalidArgument "收款银行卡应为以下银行的借记卡：{banks}";
    /// The card is not a debit card.
    CardNotDebit "CARD_NOT_DEBIT" R27 InvalidArgument "收款银行卡应为借记卡";
    /// The wallet's account is not one.
    WalletMalformed "WALLET_MALFORMED" R27 InvalidArgument "钱包账号应为6至32位字母或数字";
    /// The account is not the applicant's own.
    HolderNotApplicant "HOLDER_NOT_APPLICANT" R27 FailedPrecondition "收款账户必须是申请人本人的账户";
    /// The file is larger than 3 MiB.
    FileTooLarge "FILE_TOO_LARGE" R25 InvalidArgument "文件不能大于3M";
    /// The file is not a jpg, jpeg, png or pdf, whatever its name says, or is damaged.
    FileNotPicture "FILE_NOT_PICTURE" R25 InvalidArgument "文件应为完好的jpg、jpeg、png图片或pdf";
    /// The picture has more pixels than are decoded.
    PictureTooLarge "PICTURE_TOO_LARGE" R25 InvalidArgument "图片像素不能超过3600万，请缩小后重新上传";
    /// The stream does not begin with a description, has two, or a piece of it is larger than 256 KiB.
    UploadMalformed "UPLOAD_MALFORMED" R25 InvalidArgument "上传的数据不完整，请重新上传";
    /// The application is just being submitted.
    SubmissionUnderWay "SUBMISSION_UNDER_WAY" R14 Unavailable "正在排队登记，请稍后查看结果";
    /// Only a returned application is corrected.
    NotReturned "NOT_RETURNED" R32 FailedPrecondition "申请没有被退回，无需补正";
    /// The correction is too late.
    CorrectionTooLate "CORRECTION_TOO_LATE" R32 FailedPrecondition "补正期限已过";
    /// The application has ended, or is finally approved.
    ApplicationEnded "APPLICATION_ENDED" R40 FailedPrecondition "申请已经结束或已终审通过，不能再操作";
    /// There is nothing to pay for the application.
    NotApproved "NOT_APPROVED" R40 FailedPrecondition "申请尚未终审通过";

        }
    };
}
