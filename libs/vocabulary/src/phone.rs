//! A mobile phone that really reaches the worker.

use std::str::FromStr;

use crate::masked::masked;

/// The segments of virtual operators, where a programme names no others.
const DEFAULT_VIRTUAL_SEGMENTS: [&str; 5] = ["162", "165", "167", "170", "171"];

/// A mobile number of the mainland that is no virtual one. Prints as `138****5678`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(String);

/// Why a text is not a worker's phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPhone {
    /// Not 11 digits.
    #[error("not 11 digits")]
    NotElevenDigits,
    /// Not a mobile number, which begins with 13 to 19: no text message reaches it.
    #[error("not a mobile number")]
    NotMobile,
    /// The number belongs to a virtual operator.
    #[error("a number of a virtual operator")]
    VirtualOperator,
}

/// The first digits by which virtual numbers are known; a setting of the programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VirtualSegments(Vec<String>);

/// Why a text is not a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidVirtualSegment {
    /// Not three or four digits of a mobile number.
    #[error("not three or four digits that begin with 1")]
    Malformed,
}

impl Phone {
    /// Reads a phone where the programme has its own list of virtual segments.
    pub fn parse(text: &str, virtual_segments: &VirtualSegments) -> Result<Self, InvalidPhone> {
        if text.len() != 11 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InvalidPhone::NotElevenDigits);
        }
        if !matches!(text.as_bytes(), [b'1', b'3'..=b'9', ..]) {
            return Err(InvalidPhone::NotMobile);
        }
        if virtual_segments.0.iter().any(|segment| text.starts_with(segment)) {
            return Err(InvalidPhone::VirtualOperator);
        }
        Ok(Self(text.to_owned()))
    }

    /// The number in full.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// With the default list of virtual segments.
impl FromStr for Phone {
    type Err = InvalidPhone;

    fn from_str(text: &str) -> Result<Self, InvalidPhone> {
        Self::parse(text, &VirtualSegments::default())
    }
}

masked!(Phone, head = 3, tail = 4);

impl VirtualSegments {
    /// The list a programme names.
    pub fn new<T: AsRef<str>>(segments: impl IntoIterator<Item = T>) -> Result<Self, InvalidVirtualSegment> {
        let checked = segments.into_iter().map(|segment| {
            let segment = segment.as_ref();
            let digits = segment.bytes().all(|byte| byte.is_ascii_digit());
            let well_formed = digits && matches!(segment.len(), 3 | 4) && segment.starts_with('1');
            well_formed.then(|| segment.to_owned()).ok_or(InvalidVirtualSegment::Malformed)
        });
        checked.collect::<Result<_, _>>().map(Self)
    }
}

impl Default for VirtualSegments {
    fn default() -> Self {
        Self(DEFAULT_VIRTUAL_SEGMENTS.map(str::to_owned).to_vec())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_phone_survives_text(text in "1[3589][0-9]{9}") {
            let phone: Phone = text.parse().unwrap();
            prop_assert_eq!(phone.expose(), text);
        }

        /// no number of a virtual segment is a phone.
        #[test]
        fn a_virtual_number_is_refused(text in "(162|165|167|170|171)[0-9]{8}") {
            prop_assert_eq!(text.parse::<Phone>(), Err(InvalidPhone::VirtualOperator));
        }

        /// the list of virtual segments is the programme's.
        #[test]
        fn a_programme_names_its_own_virtual_segments(text in "1[38][0-9]{9}") {
            let segments = VirtualSegments::new([&text[..4]]).unwrap();
            prop_assert_eq!(Phone::parse(&text, &segments), Err(InvalidPhone::VirtualOperator));
        }

        /// the middle is never printed.
        #[test]
        fn a_phone_prints_masked(text in "1[3589][0-9]{9}") {
            let phone: Phone = text.parse().unwrap();
            let masked = format!("{}****{}", &text[..3], &text[7..]);
            prop_assert_eq!(format!("{phone:?}"), format!("Phone({masked})"));
            prop_assert_eq!(phone.to_string(), masked);
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,14}") {
            let _ = text.parse::<Phone>();
        }
    }

    #[test]
    fn a_bad_phone_says_why() {
        for text in ["", "1380000123", "138000012345", "1380000123a", "+861380000123", "１３８0000"] {
            assert_eq!(text.parse::<Phone>(), Err(InvalidPhone::NotElevenDigits), "{text}");
        }
        for text in ["05317689112", "12800001234", "23800001234"] {
            assert_eq!(text.parse::<Phone>(), Err(InvalidPhone::NotMobile), "{text}");
        }
    }

    #[test]
    fn a_bad_segment_is_refused() {
        for segment in ["", "17", "17000", "270", "17x"] {
            assert_eq!(VirtualSegments::new([segment]), Err(InvalidVirtualSegment::Malformed), "{segment}");
        }
        assert_eq!(VirtualSegments::new(["170", "1349"]).map(|segments| segments.0.len()), Ok(2));
    }
}
