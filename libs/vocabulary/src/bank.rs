//! Banks, and which bank a card's first digits name.

use std::fmt;
use std::str::FromStr;

use crate::text_form::serde_as_text;

/// A bank whose cards are known by their first digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bank {
    /// 中国工商银行, the bank of the 2021 notice.
    Icbc,
    /// 中国农业银行.
    Abc,
    /// 中国银行.
    Boc,
    /// 中国建设银行.
    Ccb,
    /// 交通银行.
    Bocom,
    /// 中国邮政储蓄银行.
    Psbc,
    /// 招商银行.
    Cmb,
    /// 中信银行.
    Citic,
    /// 中国光大银行.
    Ceb,
    /// 华夏银行.
    Hxb,
    /// 中国民生银行.
    Cmbc,
    /// 浦发银行.
    Spdb,
    /// 兴业银行.
    Cib,
    /// 平安银行.
    Pab,
    /// 齐鲁银行.
    Qlb,
}

/// What kind of card it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CardKind {
    /// 借记卡: money can be paid to it.
    Debit,
    /// 信用卡 or 准贷记卡: no subsidy is paid to it.
    Credit,
}

/// Why a text is not a bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBank {
    /// None of the banks known.
    #[error("not a bank known here")]
    Unknown,
}

impl Bank {
    /// Every bank known.
    pub const ALL: [Self; 15] = [
        Self::Icbc,
        Self::Abc,
        Self::Boc,
        Self::Ccb,
        Self::Bocom,
        Self::Psbc,
        Self::Cmb,
        Self::Citic,
        Self::Ceb,
        Self::Hxb,
        Self::Cmbc,
        Self::Spdb,
        Self::Cib,
        Self::Pab,
        Self::Qlb,
    ];

    /// The bank in files and tables, such as `icbc`.
    pub const fn as_str(self) -> &'static str {
        self.names().0
    }

    /// The bank as people call it, such as 中国工商银行.
    pub const fn chinese(self) -> &'static str {
        self.names().1
    }

    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Icbc => ("icbc", "中国工商银行"),
            Self::Abc => ("abc", "中国农业银行"),
            Self::Boc => ("boc", "中国银行"),
            Self::Ccb => ("ccb", "中国建设银行"),
            Self::Bocom => ("bocom", "交通银行"),
            Self::Psbc => ("psbc", "中国邮政储蓄银行"),
            Self::Cmb => ("cmb", "招商银行"),
            Self::Citic => ("citic", "中信银行"),
            Self::Ceb => ("ceb", "中国光大银行"),
            Self::Hxb => ("hxb", "华夏银行"),
            Self::Cmbc => ("cmbc", "中国民生银行"),
            Self::Spdb => ("spdb", "浦发银行"),
            Self::Cib => ("cib", "兴业银行"),
            Self::Pab => ("pab", "平安银行"),
            Self::Qlb => ("qlb", "齐鲁银行"),
        }
    }
}

impl FromStr for Bank {
    type Err = InvalidBank;

    fn from_str(text: &str) -> Result<Self, InvalidBank> {
        Self::ALL.into_iter().find(|bank| bank.as_str() == text).ok_or(InvalidBank::Unknown)
    }
}

impl fmt::Display for Bank {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

serde_as_text!(Bank);

/// The bank and the kind of card that a card number's first digits (BIN) name, where the table has them.
pub(crate) fn issuer(card_number: &str) -> Option<(Bank, CardKind)> {
    let row = BINS.iter().find(|(_, _, bins)| bins.iter().any(|bin| card_number.starts_with(bin)))?;
    Some((row.0, row.1))
}

/// First digits as the banks publish them; those of the main debit cards, and of the credit cards that people
/// give instead. A card that is not here has no bank, and is refused where a bank is required.
#[rustfmt::skip]
const BINS: &[(Bank, CardKind, &[&str])] = &[
    (Bank::Icbc, CardKind::Debit, &[
        "620058", "620086", "620516", "621225", "621226", "621227", "621240", "621281", "621288", "621367",
        "621369", "621370", "621371", "621372", "621374", "621375", "621376", "621377", "621378", "621379",
        "621414", "621423", "621428", "621433", "621434", "621464", "621558", "621559", "621618", "621670",
        "621720", "621721", "621722", "621723", "621724", "621730", "621731", "621732", "621733", "621734",
        "621749", "621750", "621761", "621762", "621763", "621764", "621765", "621781", "622200", "622202",
        "622203", "622208", "623062", "900000", "900010", "95588",
    ]),
    (Bank::Icbc, CardKind::Credit, &[
        "427010", "427018", "427019", "427020", "427029", "427030", "427039", "451804", "451810", "458060",
        "458071", "489734", "489735", "510529", "524047", "528856", "530990", "622206", "622210", "622211",
        "622212", "622213", "622214", "622215", "622220", "622223", "622224", "622225", "622229", "622230",
        "622231", "622232", "622233", "622234", "622235", "622237", "622238", "622239", "622240", "622245",
        "622246", "625330", "625331", "625332", "625900", "628286", "628288",
    ]),
    (Bank::Abc, CardKind::Debit, &[
        "620059", "620501", "621282", "621336", "621619", "621671", "622821", "622822", "622823", "622824",
        "622825", "622826", "622827", "622828", "622840", "622841", "622843", "622844", "622845", "622846",
        "622847", "622848", "622849", "623018", "623206", "95595", "95596", "95597", "95598", "95599",
    ]),
    (Bank::Abc, CardKind::Credit, &[
        "403361", "404117", "404118", "404119", "404120", "404121", "463758", "519412", "519413", "520082",
        "552599", "558730", "622820", "622830", "622836", "622837", "622838", "625336", "625996", "625997",
        "625998", "628268", "628269",
    ]),
    (Bank::Boc, CardKind::Debit, &[
        "456351", "601382", "620061", "621212", "621215", "621256", "621283", "621293", "621294", "621297",
        "621330", "621331", "621332", "621333", "621334", "621568", "621569", "621620", "621660", "621661",
        "621662", "621663", "621665", "621666", "621667", "621668", "621669", "621672", "621725", "621741",
        "621756", "621757", "621758", "621759", "621785", "621786", "621787", "621788", "621789", "621790",
        "623208",
    ]),
    (Bank::Boc, CardKind::Credit, &[
        "409665", "409666", "409667", "409668", "409669", "409670", "409671", "438088", "512315", "512316",
        "518378", "518379", "518474", "552742", "622750", "622751", "622752", "622753", "622754", "622755",
        "622756", "622757", "622758", "622759", "622760", "622761", "622762", "622763", "622788", "625905",
        "625906", "625907", "625908", "625909", "625910", "628312", "628313", "628388",
    ]),
    (Bank::Ccb, CardKind::Debit, &[
        "421349", "434061", "434062", "436742", "524094", "526410", "552245", "589970", "620060", "621080",
        "621081", "621082", "621083", "621084", "621284", "621466", "621467", "621487", "621488", "621499",
        "621598", "621621", "621700", "622280", "622700", "622966", "622988", "623211", "623668",
    ]),
    (Bank::Ccb, CardKind::Credit, &[
        "436718", "436728", "436738", "436745", "436748", "453242", "489592", "491031", "532450", "532458",
        "544033", "552801", "558895", "622166", "622168", "622675", "622676", "622677", "622707", "622708",
        "622725", "622728", "625362", "625363", "625955", "625956", "625964", "625965", "625966", "628266",
        "628316", "628317", "628366",
    ]),
    (Bank::Bocom, CardKind::Debit, &[
        "405512", "601428", "620013", "621002", "621069", "621335", "621436", "622258", "622259", "622260",
        "622261", "622262",
    ]),
    (Bank::Bocom, CardKind::Credit, &[
        "434910", "458123", "458124", "520169", "521899", "522964", "552853", "622250", "622251", "622252",
        "622253", "622254", "622255", "622256", "622257", "622284", "622656", "625028", "625029", "628216",
        "628218",
    ]),
    (Bank::Psbc, CardKind::Debit, &[
        "620062", "620529", "621095", "621096", "621098", "621285", "621599", "621622", "621674", "621797",
        "621798", "621799", "622150", "622151", "622181", "622188", "622199", "623218", "623219", "955100",
    ]),
    (Bank::Psbc, CardKind::Credit, &["622810", "622811", "622812", "625919", "628310"]),
    (Bank::Cmb, CardKind::Debit, &[
        "402658", "410062", "468203", "512425", "524011", "621286", "621299", "621483", "621485", "621486",
        "622580", "622588", "622598", "622609", "690755",
    ]),
    (Bank::Cmb, CardKind::Credit, &[
        "439188", "439225", "439226", "439227", "479228", "479229", "518710", "518718", "521302", "545619",
        "545620", "545621", "545623", "545947", "552534", "552587", "622575", "622576", "622577", "622578",
        "622579", "622581", "622582", "625802", "625803", "628262", "628290", "628362",
    ]),
    (Bank::Citic, CardKind::Debit, &[
        "433670", "433671", "433680", "442729", "442730", "620082", "621767", "621768", "621770", "621771",
        "621772", "621773", "622690", "622691", "622692", "622696", "622698", "622998", "622999", "968807",
        "968808", "968809",
    ]),
    (Bank::Citic, CardKind::Credit, &["400360", "433666", "520108", "622678", "622679", "622680", "622688", "622689"]),
    (Bank::Ceb, CardKind::Debit, &[
        "620085", "620518", "620535", "621489", "621492", "622660", "622661", "622662", "622663", "622664",
        "622665", "622666", "622667", "622668", "622669", "622670", "622671", "622672", "622673", "622674",
    ]),
    (Bank::Ceb, CardKind::Credit, &["406252", "406254", "425862", "622650", "622655", "622657", "622658", "622685"]),
    (Bank::Hxb, CardKind::Debit, &[
        "621222", "622630", "622631", "622632", "622633", "623020", "623021", "623022", "623023",
    ]),
    (Bank::Hxb, CardKind::Credit, &["528708", "539867", "539868", "622636", "622637", "622638", "628318"]),
    (Bank::Cmbc, CardKind::Debit, &[
        "415599", "421393", "421865", "427570", "427571", "472067", "472068", "622615", "622616", "622617",
        "622618", "622619", "622620", "622622",
    ]),
    (Bank::Cmbc, CardKind::Credit, &["407405", "421869", "512466", "622600", "622601", "622602", "622603", "622621"]),
    (Bank::Spdb, CardKind::Debit, &[
        "621351", "621352", "621390", "621791", "621792", "621793", "621795", "621796", "622516", "622517",
        "622518", "622521", "622522", "622523", "984301", "984303",
    ]),
    (Bank::Spdb, CardKind::Credit, &["404738", "404739", "456418", "498451", "622176", "622177", "622228", "622276"]),
    (Bank::Cib, CardKind::Debit, &["438588", "438589", "622908", "622909", "966666"]),
    (Bank::Cib, CardKind::Credit, &["451289", "451290", "486493", "527414", "528057", "622901", "622902", "622922"]),
    (Bank::Pab, CardKind::Debit, &[
        "412962", "412963", "415752", "415753", "602907", "621626", "622298", "622535", "622536", "622538",
        "622539", "622983", "622986", "622989", "623058",
    ]),
    (Bank::Pab, CardKind::Credit, &["435744", "435745", "483536", "526855", "622155", "622156", "622157", "622525"]),
    (Bank::Qlb, CardKind::Debit, &["622379", "940008"]),
    (Bank::Qlb, CardKind::Credit, &["628379"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bank_survives_text_and_json() {
        for bank in Bank::ALL {
            assert_eq!(bank.to_string().parse(), Ok(bank));
            assert_eq!(serde_json::from_str::<Bank>(&format!("\"{bank}\"")).unwrap(), bank);
        }
        assert_eq!("ICBC".parse::<Bank>(), Err(InvalidBank::Unknown));
    }

    /// no first digits name two banks, whatever the order of the table.
    #[test]
    fn first_digits_name_one_bank() {
        let bins: Vec<&str> = BINS.iter().flat_map(|(_, _, bins)| bins.iter().copied()).collect();
        for (at, bin) in bins.iter().enumerate() {
            assert!(bin.len() >= 5 && bin.bytes().all(|byte| byte.is_ascii_digit()), "{bin}");
            let clash =
                bins.iter().enumerate().find(|(other, known)| *other != at && bin.starts_with(**known));
            assert_eq!(clash, None, "{bin}");
        }
    }

    /// every bank known has debit cards, or nothing could be paid to it.
    #[test]
    fn every_bank_has_debit_cards() {
        for bank in Bank::ALL {
            assert!(BINS.iter().any(|(known, kind, _)| (*known, *kind) == (bank, CardKind::Debit)), "{bank}");
        }
    }
}
