//! Why any service refuses: who calls, what is asked for, how the message is built, and how the system is.

macro_rules! shared_rows {
    ($next:ident $($then:ident)*; $($rows:tt)*) => {
        $next! { $($then)*; $($rows)*

    /// No token came with the call.
    TokenMissing "TOKEN_MISSING" - Unauthenticated "请先登录";
    /// The token is forged, damaged, of a foreign issuer or for another audience.
    TokenInvalid "TOKEN_INVALID" - Unauthenticated "登录状态无效，请重新登录";
    /// The token has run out.
    TokenExpired "TOKEN_EXPIRED" - Unauthenticated "登录已过期，请重新登录";

    /// The call is not for callers of this kind.
    CallerNotAllowed "CALLER_NOT_ALLOWED" - PermissionDenied "您不能进行这项操作";
    /// The call needs one of these roles: {roles}.
    RoleRequired "ROLE_REQUIRED" R39 PermissionDenied "这项操作需要以下岗位之一：{roles}";
    /// The service has no such call.
    CallUnknown "CALL_UNKNOWN" - Unimplemented "系统没有这项操作";
    /// There is no such thing, or it is out of the caller's scope; the two are not told apart.
    NotFound "NOT_FOUND" - NotFound "没有找到您要的内容";

    /// Fields are not right, {count} of them; each is named.
    FieldsInvalid "FIELDS_INVALID" - InvalidArgument "有{count}项填写不正确，请逐项改正";
    /// The field is needed.
    FieldRequired "FIELD_REQUIRED" - InvalidArgument "此项必填";
    /// The text has fewer than {min} characters.
    TooShort "TOO_SHORT" - InvalidArgument "至少填写{min}个字";
    /// The text has more than {max} characters.
    TooLong "TOO_LONG" - InvalidArgument "最多填写{max}个字";
    /// The text has characters that nobody sees, such as control characters.
    TextMalformed "TEXT_MALFORMED" - InvalidArgument "含有不能显示的字符";
    /// The number is not from {min} to {max}.
    OutOfRange "OUT_OF_RANGE" - InvalidArgument "应在{min}至{max}之间";
    /// The list has more than {max} entries.
    TooMany "TOO_MANY" - InvalidArgument "一次最多{max}项";
    /// The list names the same entry twice.
    EntryTwice "ENTRY_TWICE" - InvalidArgument "同一项不能重复填写";
    /// Not one of the choices there are.
    ChoiceUnknown "CHOICE_UNKNOWN" - InvalidArgument "没有这个选项";
    /// The page token is not one that this call gave out.
    InvalidPageToken "INVALID_PAGE_TOKEN" - InvalidArgument "翻页标记无效，请从第一页重新查询";

    /// A call that changes something needs a request id.
    RequestIdMissing "REQUEST_ID_MISSING" - InvalidArgument "缺少请求编号";
    /// The request id was used before with another message.
    RequestIdReused "REQUEST_ID_REUSED" - AlreadyExists "这个请求编号已用于另一项请求";

    /// The message cannot be read: it is not of this call's kind.
    MessageMalformed "MESSAGE_MALFORMED" - InvalidArgument "发送的内容无法识别";
    /// The message is larger than {max_bytes} bytes.
    MessageTooLarge "MESSAGE_TOO_LARGE" - ResourceExhausted "发送的内容过大";
    /// The answer was not ready by the caller's deadline; the call may be repeated with the same request id.
    Deadline "DEADLINE" - DeadlineExceeded "处理超时，请稍后重试";
    /// More calls are under way than can be served.
    Overloaded "OVERLOADED" - ResourceExhausted "当前访问人数较多，请稍后重试";
    /// Something that the service stands on cannot be reached; the call may be repeated with the same request id.
    Unavailable "UNAVAILABLE" - Unavailable "系统暂时不可用，请稍后重试";
    /// The system failed; the cause is in its log.
    Internal "INTERNAL" - Internal "系统出现故障，请稍后重试";

        }
    };
}
