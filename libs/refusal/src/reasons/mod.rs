//! Every reason for which Yuanmeng refuses, in one enum whose rows are kept by those who refuse.
//!
//! A row is: what it means in English, the variant, its code on the wire (the same name in upper case), the rule
//! or `-`, the gRPC code, and the sentence in Chinese. `{placeholders}` are filled from what
//! [`Refusal::with`](crate::Refusal::with) was given, and stand in the meaning as in the sentence. To add a
//! refusal, add a row to the owner's file; nothing else.

#[macro_use]
mod vocabulary;
#[macro_use]
mod shared;
#[macro_use]
mod identity;
#[macro_use]
mod enrollment;
#[macro_use]
mod subsidy;
#[macro_use]
mod review;
#[macro_use]
mod quota;
#[macro_use]
mod payment;

use ::vocabulary::Rule;
use tonic::Code;

macro_rules! rule {
    (-) => {
        None
    };
    ($rule:ident) => {
        Some(Rule::$rule)
    };
}

/// The end of the chain: declares the enum from the rows that all files before it have added.
macro_rules! declare {
    (; $($(#[doc = $meaning:literal])+ $variant:ident $code:literal $rule:tt $grpc:ident $text:literal;)+) => {
        /// Why something is refused. Its code on the wire never changes its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(clippy::doc_markdown, reason = "a meaning is sent as it stands, placeholders and all")]
        pub enum Reason {
            $($(#[doc = $meaning])+ $variant,)+
        }

        impl Reason {
            /// Every reason there is.
            pub const fn all() -> &'static [Self] {
                &[$(Self::$variant),+]
            }

            const fn row(self) -> Row {
                match self {
                    $(Self::$variant => Row {
                        code: $code,
                        rule: rule!($rule),
                        grpc: Code::$grpc,
                        meaning: concat!($($meaning),+),
                        text: $text,
                    },)+
                }
            }
        }
    };
}

struct Row {
    code: &'static str,
    rule: Option<Rule>,
    grpc: Code,
    meaning: &'static str,
    text: &'static str,
}

impl Reason {
    /// The code on the wire, such as `PHONE_VIRTUAL`.
    pub const fn code(self) -> &'static str {
        self.row().code
    }

    /// The rule that is behind it, if one is.
    pub const fn rule(self) -> Option<Rule> {
        self.row().rule
    }

    /// The gRPC code it is told with.
    pub const fn grpc(self) -> Code {
        self.row().grpc
    }

    /// What it means, in English, with `{placeholders}`.
    pub fn meaning(self) -> &'static str {
        self.row().meaning.trim_start()
    }

    /// What people are told, in Chinese, with `{placeholders}`.
    pub const fn text(self) -> &'static str {
        self.row().text
    }

    /// The reason of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::all().iter().copied().find(|reason| reason.code() == code)
    }
}

// Each owner's macro adds its rows and hands all of them to the next; the last one declares the enum.
vocabulary_rows! { shared_rows identity_rows enrollment_rows subsidy_rows review_rows quota_rows payment_rows declare; }

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn placeholders(template: &str) -> HashSet<&str> {
        template.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
    }

    fn upper_snake(variant: &str) -> String {
        let words = variant.char_indices().map(|(at, letter)| match letter {
            'A'..='Z' if at > 0 => format!("_{letter}"),
            _ => letter.to_ascii_uppercase().to_string(),
        });
        words.collect()
    }

    #[test]
    fn a_code_is_its_variant_in_upper_case_and_names_one_reason() {
        for reason in Reason::all() {
            assert_eq!(reason.code(), upper_snake(&format!("{reason:?}")));
            assert!(reason.code().len() <= 63, "google.rpc.ErrorInfo allows 63: {}", reason.code());
            assert_eq!(Reason::from_code(reason.code()), Some(*reason));
        }
        assert_eq!(Reason::from_code("NO_SUCH_REASON"), None);
    }

    /// what people are told is Chinese.
    #[test]
    fn every_reason_tells_people_in_chinese() {
        for reason in Reason::all() {
            let chinese =
                reason.text().chars().filter(|letter| ('\u{4E00}'..='\u{9FFF}').contains(letter)).count();
            assert!(chinese >= 4, "{}: {}", reason.code(), reason.text());
        }
    }

    #[test]
    fn every_reason_means_a_sentence_in_english() {
        for reason in Reason::all() {
            assert!(reason.meaning().is_ascii() && reason.meaning().ends_with('.'), "{}", reason.code());
        }
    }

    #[test]
    fn every_placeholder_is_explained_by_the_meaning() {
        for reason in Reason::all() {
            let explained = placeholders(reason.meaning());
            assert!(
                placeholders(reason.text()).is_subset(&explained),
                "{}: {}",
                reason.code(),
                reason.text()
            );
            assert!(!explained.contains("rule"), "the metadata `rule` is taken: {}", reason.code());
        }
    }

    #[test]
    fn no_reason_is_told_as_a_success() {
        for reason in Reason::all() {
            assert!(!matches!(reason.grpc(), Code::Ok | Code::Unknown), "{}", reason.code());
        }
    }
}
