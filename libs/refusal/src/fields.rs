//! The fields of a message, read one by one; whatever is wrong is collected and refused together.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use proto::page::{self, Listing};
use vocabulary::{Day, Fen, RequestId, is_invisible};

use crate::{Reason, Refusal, Violation};

/// How many bad fields one refusal names. More would outgrow the headers that carry a status' details.
const MAX_NAMED: usize = 32;

/// Reads a message's fields at the door and collects every bad one.
///
/// ```
/// # use refusal::{Fields, Refusal};
/// # use vocabulary::{IdNumber, Phone};
/// fn read(phone: &str, id_number: &str) -> Result<(Phone, IdNumber), Refusal> {
///     let mut fields = Fields::new();
///     let phone = fields.parse::<Phone>("phone", phone);
///     let id_number = fields.parse::<IdNumber>("id_number", id_number);
///     let (Some(phone), Some(id_number)) = (phone, id_number) else { return Err(fields.refusal()) };
///     Ok((phone, id_number))
/// }
/// assert!(read("15400001234", "11010519491231002X").is_ok());
/// ```
#[derive(Debug, Default)]
pub struct Fields {
    prefix: String,
    bad: Vec<Violation>,
    count: usize,
}

impl Fields {
    /// Nothing read, nothing bad.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a field that is needed.
    pub fn parse<T>(&mut self, path: &str, text: &str) -> Option<T>
    where
        T: FromStr<Err: Into<Refusal>>,
    {
        if text.is_empty() {
            self.refuse(path, Reason::FieldRequired);
            return None;
        }
        self.keep(path, text.parse::<T>())
    }

    /// Reads a field that may be left empty. Where it is bad the answer is none too: end with [`Fields::check`].
    pub fn parse_optional<T>(&mut self, path: &str, text: &str) -> Option<T>
    where
        T: FromStr<Err: Into<Refusal>>,
    {
        if text.is_empty() { None } else { self.keep(path, text.parse::<T>()) }
    }

    /// Makes a field's value into a word, such as a number into `Fen`.
    pub fn convert<T, V>(&mut self, path: &str, value: V) -> Option<T>
    where
        T: TryFrom<V, Error: Into<Refusal>>,
    {
        self.keep(path, T::try_from(value))
    }

    /// Reads a free text on one line that is needed, of so many characters, without blanks around it.
    pub fn text(&mut self, path: &str, text: &str, length: RangeInclusive<usize>) -> Option<String> {
        self.visible(path, text, length, |character| character.is_control() || is_invisible(character))
    }

    /// Reads a free text of several lines, of so many characters, without blanks around it.
    pub fn lines(&mut self, path: &str, text: &str, length: RangeInclusive<usize>) -> Option<String> {
        let hidden = |character: char| character.is_control() && character != '\n' || is_invisible(character);
        self.visible(path, text, length, hidden)
    }

    fn visible(
        &mut self,
        path: &str,
        text: &str,
        length: RangeInclusive<usize>,
        is_hidden: impl Fn(char) -> bool,
    ) -> Option<String> {
        let text = text.trim();
        let count = text.chars().count();
        if text.chars().any(is_hidden) {
            self.refuse(path, Reason::TextMalformed);
        } else if count == 0 && *length.start() > 0 {
            self.refuse(path, Reason::FieldRequired);
        } else if count < *length.start() {
            self.refuse(path, Refusal::new(Reason::TooShort).with("min", length.start()));
        } else if count > *length.end() {
            self.refuse(path, Refusal::new(Reason::TooLong).with("max", length.end()));
        } else {
            return Some(text.to_owned());
        }
        None
    }

    /// Reads a number that must lie in a range.
    pub fn number<N>(&mut self, path: &str, number: N, range: RangeInclusive<N>) -> Option<N>
    where
        N: PartialOrd + Display,
    {
        if range.contains(&number) {
            return Some(number);
        }
        let (min, max) = range.into_inner();
        self.refuse(path, Refusal::new(Reason::OutOfRange).with("min", min).with("max", max));
        None
    }

    /// Reads an amount of money that is needed, of at least a fen and at most so much.
    pub fn amount(&mut self, path: &str, fen: i64, most: Fen) -> Option<Fen> {
        let fen = self.number(path, fen, 1..=most.get())?;
        self.convert(path, fen)
    }

    /// Reads a day that is needed and must lie in a range.
    pub fn day(&mut self, path: &str, text: &str, range: RangeInclusive<Day>) -> Option<Day> {
        let day = self.parse(path, text)?;
        self.number(path, day, range)
    }

    /// Reads one of a protobuf enum's choices; its first value, UNSPECIFIED, counts as not given.
    pub fn choice<T>(&mut self, path: &str, value: i32) -> Option<T>
    where
        T: TryFrom<i32>,
    {
        if value == 0 {
            self.refuse(path, Reason::FieldRequired);
            return None;
        }
        self.keep(path, T::try_from(value).map_err(|_| Reason::ChoiceUnknown))
    }

    /// Reads a list whose entries are of at most `most` kinds and name each of them once. A longer one is not read.
    pub fn distinct<'a, V, T: PartialEq>(
        &mut self,
        path: &str,
        entries: &'a [V],
        most: usize,
        mut read: impl FnMut(&mut Self, &'a V) -> Option<T>,
    ) -> Option<Vec<T>> {
        if entries.len() > most {
            self.refuse(path, Refusal::new(Reason::TooMany).with("max", most));
            return None;
        }
        let entries: Vec<T> = entries.iter().map(|entry| read(self, entry)).collect::<Option<_>>()?;
        let twice = entries.iter().enumerate().any(|(index, entry)| entries[..index].contains(entry));
        if twice {
            self.refuse(path, Reason::EntryTwice);
            return None;
        }
        Some(entries)
    }

    /// Takes a field, such as a message inside, that is needed.
    pub fn require<T>(&mut self, path: &str, value: Option<T>) -> Option<T> {
        self.keep(path, value.ok_or(Reason::FieldRequired))
    }

    /// Reads the `request_id` that every call has that changes something.
    pub fn request_id(&mut self, text: &str) -> Option<RequestId> {
        if text.is_empty() {
            self.refuse("request_id", Reason::RequestIdMissing);
            return None;
        }
        self.keep("request_id", text.parse::<RequestId>())
    }

    /// Reads which page of a list is asked for: how many items at most, and what the sort keys of the last item before it
    /// are, unless it is the first. Where either is bad the answer counts for nothing: end with [`Fields::check`].
    pub fn page<const N: usize, T>(
        &mut self,
        request: &impl Listing,
        after: impl FnOnce([String; N]) -> Option<T>,
    ) -> (u16, Option<T>) {
        let size = self.number("page_size", request.page_size(), 0..=page::MAX_SIZE.into());
        let size = size.filter(|size| *size > 0).and_then(|size| u16::try_from(size).ok());
        let after = match request.page_token() {
            "" => None,
            _ => self.keep("page_token", page::keys(request).and_then(after).ok_or(Reason::InvalidPageToken)),
        };
        (size.unwrap_or(page::DEFAULT_SIZE), after)
    }

    /// Reads the fields of a message inside: their paths begin with its own.
    pub fn inside<T>(&mut self, path: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let outside = self.prefix.len();
        self.prefix.extend([path, "."]);
        let value = read(self);
        self.prefix.truncate(outside);
        value
    }

    /// Notes that a field is bad, for a reason of the caller's own.
    pub fn refuse(&mut self, path: &str, refusal: impl Into<Refusal>) {
        self.count += 1;
        if self.bad.len() < MAX_NAMED {
            self.bad.push(Violation::new(format!("{}{path}", self.prefix), &refusal.into()));
        }
    }

    /// Whether every field so far was right.
    pub fn all_right(&self) -> bool {
        self.count == 0
    }

    /// What is bad so far, for a refusal of another kind, such as a row's.
    pub fn bad(&self) -> &[Violation] {
        &self.bad
    }

    /// Refuses if any field was bad.
    pub fn check(self) -> Result<(), Refusal> {
        if self.all_right() { Ok(()) } else { Err(self.refusal()) }
    }

    /// The refusal that names every bad field.
    pub fn refusal(self) -> Refusal {
        debug_assert!(!self.all_right(), "nothing is wrong: there is nothing to refuse");
        Refusal::new(Reason::FieldsInvalid).with("count", self.count).with_bad_fields(self.bad)
    }

    fn keep<T>(&mut self, path: &str, result: Result<T, impl Into<Refusal>>) -> Option<T> {
        result.map_err(|error| self.refuse(path, error)).ok()
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use vocabulary::{PersonName, Phone};

    use super::*;

    /// The one thing that is wrong with what was read.
    fn only(fields: &Fields) -> (&str, Reason, &str) {
        assert_eq!(fields.count, 1);
        (fields.bad[0].path(), fields.bad[0].reason(), fields.bad[0].text())
    }

    #[test]
    fn good_fields_are_read_and_nothing_is_refused() {
        let mut fields = Fields::new();
        assert!(fields.parse::<Phone>("phone", "15400001234").is_some());
        assert_eq!(fields.parse_optional::<Phone>("other_phone", ""), None);
        assert_eq!(fields.convert::<Fen, i64>("tuition_fen", 5), Fen::try_from(5).ok());
        assert_eq!(fields.text("household", " 济南市钢城区 ", 2..=80), Some("济南市钢城区".to_owned()));
        assert_eq!(fields.text("note", "", 0..=80), Some(String::new()));
        assert_eq!(fields.number("length_months", 30, 6..=96), Some(30));
        assert!(fields.request_id(&RequestId::new().to_string()).is_some());
        assert_eq!(fields.check(), Ok(()));
    }

    #[rstest]
    #[case("", 2..=80, Reason::FieldRequired, "此项必填")]
    #[case("  ", 2..=80, Reason::FieldRequired, "此项必填")]
    #[case("钢", 2..=80, Reason::TooShort, "至少填写2个字")]
    #[case("钢城区", 2..=2, Reason::TooLong, "最多填写2个字")]
    #[case("钢\0城", 2..=80, Reason::TextMalformed, "含有不能显示的字符")]
    #[case("钢\n城", 2..=80, Reason::TextMalformed, "含有不能显示的字符")]
    #[case("\u{202e}钢城", 2..=80, Reason::TextMalformed, "含有不能显示的字符")]
    fn a_text_has_its_length(
        #[case] text: &str,
        #[case] length: RangeInclusive<usize>,
        #[case] reason: Reason,
        #[case] told: &str,
    ) {
        let mut fields = Fields::new();
        assert_eq!(fields.text("household", text, length), None);
        assert_eq!(only(&fields), ("household", reason, told));
    }

    #[test]
    fn a_number_has_its_range() {
        let mut fields = Fields::new();
        assert_eq!(fields.number("length_months", 97, 6..=96), None);
        assert_eq!(only(&fields), ("length_months", Reason::OutOfRange, "应在6至96之间"));
    }

    #[rstest]
    #[case(0, Some("应在1至100000000之间"))]
    #[case(1, None)]
    #[case(100_000_000, None)]
    #[case(100_000_001, Some("应在1至100000000之间"))]
    #[case(i64::MAX, Some("应在1至100000000之间"))]
    fn an_amount_has_its_range(#[case] fen: i64, #[case] told: Option<&str>) {
        let mut fields = Fields::new();
        assert_eq!(fields.amount("tuition_fen", fen, Fen::MOST_TUITION).is_none(), told.is_some());
        assert_eq!(fields.bad.first().map(Violation::text), told);
    }

    #[rstest]
    #[case("0000-01-01", Some(Reason::OutOfRange))]
    #[case("1899-12-31", Some(Reason::OutOfRange))]
    #[case("1900-01-01", None)]
    #[case("2200-01-01", None)]
    #[case("9999-12-31", Some(Reason::OutOfRange))]
    #[case("2021-02-29", Some(Reason::DayNotInCalendar))]
    #[case("", Some(Reason::FieldRequired))]
    fn a_day_has_its_range(#[case] text: &str, #[case] reason: Option<Reason>) {
        let mut fields = Fields::new();
        assert_eq!(fields.day("paid_on", text, Day::EARLIEST..=Day::LATEST).is_none(), reason.is_some());
        assert_eq!(fields.bad.first().map(Violation::reason), reason);
    }

    #[rstest]
    #[case("", Reason::RequestIdMissing)]
    #[case("1", Reason::IdMalformed)]
    fn a_request_id_is_needed(#[case] text: &str, #[case] reason: Reason) {
        let mut fields = Fields::new();
        assert_eq!(fields.request_id(text), None);
        assert_eq!(only(&fields).1, reason);
    }

    #[rstest]
    #[case(0, None, Some(Reason::FieldRequired))]
    #[case(2, Some(2), None)]
    fn an_unspecified_choice_is_not_given(
        #[case] value: i32,
        #[case] chosen: Option<i32>,
        #[case] reason: Option<Reason>,
    ) {
        let mut fields = Fields::new();
        let choice = fields.choice::<u8>("kind", value).map(i32::from);
        assert_eq!(choice, chosen);
        assert_eq!(fields.bad.first().map(Violation::reason), reason);
    }

    #[rstest]
    #[case(&[], None)]
    #[case(&[2, 1], None)]
    #[case(&[1, 1], Some(Reason::EntryTwice))]
    #[case(&[1, 0], Some(Reason::FieldRequired))]
    #[case(&[1, 2, 2], Some(Reason::TooMany))]
    fn a_list_of_choices_names_each_once(#[case] entries: &[i32], #[case] reason: Option<Reason>) {
        let mut fields = Fields::new();
        let read = fields.distinct("roles", entries, 2, |fields, entry| fields.choice::<u8>("roles", *entry));
        assert_eq!(read.is_none(), reason.is_some());
        assert_eq!(fields.bad.first().map(Violation::reason), reason);
    }

    #[test]
    fn a_choice_that_is_not_known_is_refused() {
        let mut fields = Fields::new();
        assert_eq!(fields.choice::<u8>("kind", 256), None);
        assert_eq!(only(&fields).1, Reason::ChoiceUnknown);
    }

    #[test]
    fn fields_inside_are_named_from_the_outside() {
        let mut fields = Fields::new();
        fields.inside("fields", |fields| {
            fields.inside("payee", |fields| fields.parse::<PersonName>("holder", "x1"));
            fields.require::<()>("unit", None);
        });
        fields.parse_optional::<Phone>("phone", "17012345678");

        let paths: Vec<_> = fields.bad.iter().map(Violation::path).collect();
        assert_eq!(paths, ["fields.payee.holder", "fields.unit", "phone"]);
        assert!(!fields.all_right());
    }

    #[test]
    fn what_is_not_named_is_counted() {
        let mut fields = Fields::new();
        for _ in 0..=MAX_NAMED {
            fields.refuse("rows", Reason::FieldRequired);
        }
        let refusal = fields.check().unwrap_err();
        assert_eq!(refusal.bad_fields().len(), MAX_NAMED);
        assert_eq!(refusal.text(), "有33项填写不正确，请逐项改正");
    }
}
