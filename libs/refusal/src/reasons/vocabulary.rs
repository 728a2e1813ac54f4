//! Why a text is not one of the vocabulary's words. `parse_errors.rs` maps each parse error to its row.

macro_rules! vocabulary_rows {
    ($next:ident $($then:ident)*; $($rows:tt)*) => {
        $next! { $($then)*; $($rows)*

    /// Not a UUID in its hyphenated form.
    IdMalformed "ID_MALFORMED" - InvalidArgument "编号格式不正确";
    /// Something other than lower-case letters, digits and hyphens.
    SlugMalformed "SLUG_MALFORMED" - InvalidArgument "代号只能由小写字母、数字和连字符组成";

    /// Not a day written as YYYY-MM-DD.
    DayMalformed "DAY_MALFORMED" - InvalidArgument "日期应写成2021-05-05的格式";
    /// The calendar has no such day.
    DayNotInCalendar "DAY_NOT_IN_CALENDAR" - InvalidArgument "日历上没有这一天";
    /// An amount of money below zero.
    AmountNegative "AMOUNT_NEGATIVE" - InvalidArgument "金额不能为负数";

    /// The name has fewer than two characters.
    PersonNameTooShort "PERSON_NAME_TOO_SHORT" R03 InvalidArgument "姓名至少两个汉字，请填写身份证上的姓名";
    /// The name has more characters than any on an identity card.
    PersonNameTooLong "PERSON_NAME_TOO_LONG" R03 InvalidArgument "姓名过长，请填写身份证上的姓名";
    /// The name has characters other than Chinese ones with a dot between them.
    PersonNameMalformed "PERSON_NAME_MALFORMED" R03 InvalidArgument "姓名只能由汉字和间隔号组成，请填写身份证上的姓名";

    /// The ID number is not 17 digits and a digit or X.
    IdNumberMalformed "ID_NUMBER_MALFORMED" R05 InvalidArgument "身份证号码应为18位，最后一位是数字或X";
    /// The ID number begins with no province's code.
    IdNumberRegionUnknown "ID_NUMBER_REGION_UNKNOWN" R05 InvalidArgument "身份证号码的地区不存在，请核对前两位";
    /// The ID number holds no possible birth date.
    IdNumberBirthDay "ID_NUMBER_BIRTH_DAY" R05 InvalidArgument "身份证号码中的出生日期不存在，请核对";
    /// The ID number's check digit does not match: something was mistyped.
    IdNumberCheckDigit "ID_NUMBER_CHECK_DIGIT" R05 InvalidArgument "身份证号码有误，请逐位核对";

    /// The phone is not eleven digits.
    PhoneMalformed "PHONE_MALFORMED" R04 InvalidArgument "手机号码应为11位数字";
    /// The phone is not a mobile number, so no text message reaches it.
    PhoneNotMobile "PHONE_NOT_MOBILE" R04 InvalidArgument "请填写手机号码，不能填写固定电话";
    /// The phone is a number of a virtual operator.
    PhoneVirtual "PHONE_VIRTUAL" R04 InvalidArgument "不得填写虚拟电话，请填写本人的有效手机号码";

    /// The unified social credit code is not 18 characters.
    CreditCodeLength "CREDIT_CODE_LENGTH" R19 InvalidArgument "统一社会信用代码应为18位";
    /// The unified social credit code has a character that no code has.
    CreditCodeCharacter "CREDIT_CODE_CHARACTER" R19 InvalidArgument
        "统一社会信用代码只能由数字和大写字母组成，且不含I、O、S、V、Z";
    /// The unified social credit code has no region.
    CreditCodeRegion "CREDIT_CODE_REGION" R19 InvalidArgument "统一社会信用代码的第3至8位应为数字";
    /// The unified social credit code's check character does not match: something was mistyped.
    CreditCodeCheck "CREDIT_CODE_CHECK" R19 InvalidArgument "统一社会信用代码有误，请逐位核对";

    /// The card number is not 16 to 19 digits.
    BankCardMalformed "BANK_CARD_MALFORMED" R27 InvalidArgument "银行卡号应为16至19位数字";
    /// The card number's check digit does not match: something was mistyped.
    BankCardCheckDigit "BANK_CARD_CHECK_DIGIT" R27 InvalidArgument "银行卡号有误，请逐位核对";

        }
    };
}
