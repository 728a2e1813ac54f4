//! Why identity refuses.

macro_rules! identity_rows {
    ($next:ident $($then:ident)*; $($rows:tt)*) => {
        $next! { $($then)*; $($rows)*

    /// A code was sent to this phone a moment ago; the next may be asked for in {seconds} seconds.
    CodeRequestedTooSoon "CODE_REQUESTED_TOO_SOON" R04 ResourceExhausted "验证码已发送，请{seconds}秒后再试";
    /// This phone has had its {max} codes of the day.
    CodesExhausted "CODES_EXHAUSTED" R04 ResourceExhausted "该手机号今日获取验证码已达{max}次，请明天再试";
    /// The code is wrong, was used, has run out, or was never sent for this purpose.
    CodeWrong "CODE_WRONG" R04 Unauthenticated "验证码不正确或已失效";
    /// The phone belongs to an account.
    PhoneTaken "PHONE_TAKEN" R04 AlreadyExists "该手机号已注册，请直接登录";
    /// No account has this phone.
    PhoneUnknown "PHONE_UNKNOWN" R04 NotFound "该手机号尚未注册";
    /// The consent is needed first.
    ConsentMissing "CONSENT_MISSING" R48 FailedPrecondition "请先阅读并同意相关告知书";
    /// The ID number belongs to another account.
    IdNumberTaken "ID_NUMBER_TAKEN" R05 AlreadyExists "该身份证号已绑定其他账号";
    /// Name, ID number and phone do not belong together.
    RealNameMismatch "REAL_NAME_MISMATCH" R03 FailedPrecondition "姓名、身份证号与手机号不一致，实名认证未通过";
    /// The account is verified, with another name or ID number.
    AlreadyVerified "ALREADY_VERIFIED" R03 FailedPrecondition "您已完成实名认证";
    /// {max} real-name checks a day are the limit.
    ChecksExhausted "CHECKS_EXHAUSTED" R03 ResourceExhausted "今日实名认证已达{max}次，请明天再试";
    /// The sign-in name, the password or the one-time password is wrong.
    SignInWrong "SIGN_IN_WRONG" R39 Unauthenticated "用户名、密码或动态口令不正确";
    /// Too many wrong sign-ins; try again in {minutes} minutes.
    SignInLocked "SIGN_IN_LOCKED" R39 ResourceExhausted "登录失败次数过多，请{minutes}分钟后再试";
    /// The refresh token is unknown, was used before, or its session has ended.
    SessionEnded "SESSION_ENDED" R39 Unauthenticated "登录已失效，请重新登录";
    /// The invitation is unknown, was used, or has run out.
    InvitationInvalid "INVITATION_INVALID" R38 FailedPrecondition "邀请链接无效或已过期，请向上级工会重新索取";
    /// A union of this kind does not stand below the inviting one.
    KindNotBelow "KIND_NOT_BELOW" R38 InvalidArgument "本级工会不能邀请该类组织入网";
    /// The parent has a child of this name.
    UnionNameTaken "UNION_NAME_TAKEN" R38 AlreadyExists "同级已有同名工会";
    /// A unit with this credit code has joined.
    CreditCodeTaken "CREDIT_CODE_TAKEN" R38 AlreadyExists "该统一社会信用代码的单位已入网";
    /// Only the union directly above approves.
    NotTheParent "NOT_THE_PARENT" R38 PermissionDenied "只有直接上级工会可以审核入网";
    /// Not six digits, the administrative code of a place.
    AdministrativeCodeMalformed "ADMINISTRATIVE_CODE_MALFORMED" R38 InvalidArgument "行政区划代码应为6至12位数字";
    /// Only a district or a street stands for a place; a union of another kind has no administrative code.
    AdministrativeCodeUnexpected "ADMINISTRATIVE_CODE_UNEXPECTED" R38 InvalidArgument "该类组织没有行政区划代码，请留空";
    /// An approved union stands for this administrative code.
    AdministrativeCodeTaken "ADMINISTRATIVE_CODE_TAKEN" R38 AlreadyExists "该行政区划代码已有工会";
    /// The union does not act yet: its parent has not approved it.
    UnionPending "UNION_PENDING" R38 FailedPrecondition "该工会尚未通过入网审核";
    /// Only the city federation and the Culture Centre appoint to the Culture Centre.
    CentreNotYours "CENTRE_NOT_YOURS" R39 PermissionDenied "只有市总工会和职工文化事业发展中心可以任命中心人员";
    /// Another official has this sign-in name.
    SignInNameTaken "SIGN_IN_NAME_TAKEN" R39 AlreadyExists "该用户名已被使用";
    /// Not 3 to 40 of a-z, 0-9, dot, underscore and hyphen.
    SignInNameMalformed "SIGN_IN_NAME_MALFORMED" R39 InvalidArgument "用户名应为3至40位小写字母、数字或._-";
    /// The appointment is unknown, was used, or has run out.
    AppointmentInvalid "APPOINTMENT_INVALID" R39 FailedPrecondition "任命链接无效或已过期";

        }
    };
}
