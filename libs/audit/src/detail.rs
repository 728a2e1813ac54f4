//! The facts of an entry. A person's words, names and numbers cannot be put in: only what the program itself says.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use vocabulary::{
    ApplicationId, BatchId, CaseId, Day, EnrollmentId, Fen, GrantId, InstalmentId, InstructionId,
    InvitationId, MaterialId, OfferingId, OfficialId, OperationId, PoolId, ProgrammeId, RequestId, Role,
    RoundId, UnionId, UnionPath, WorkerId,
};

/// Named facts, written as a JSON object with its keys in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Detail(BTreeMap<&'static str, Fact>);

/// One fact: a number, a flag, a word of the program, an id, a day, an amount, or a list of such.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Fact(Value);

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Value {
    Flag(bool),
    Number(i64),
    Count(u64),
    Text(String),
    List(Vec<Fact>),
}

impl Detail {
    /// No facts yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a fact.
    pub fn with(mut self, name: &'static str, fact: impl Into<Fact>) -> Self {
        self.0.insert(name, fact.into());
        self
    }
}

impl From<bool> for Fact {
    fn from(flag: bool) -> Self {
        Self(Value::Flag(flag))
    }
}

impl From<i64> for Fact {
    fn from(number: i64) -> Self {
        Self(Value::Number(number))
    }
}

impl From<i32> for Fact {
    fn from(number: i32) -> Self {
        Self(Value::Number(number.into()))
    }
}

impl From<u32> for Fact {
    fn from(number: u32) -> Self {
        Self(Value::Number(number.into()))
    }
}

impl From<u64> for Fact {
    fn from(count: u64) -> Self {
        Self(Value::Count(count))
    }
}

impl From<usize> for Fact {
    fn from(count: usize) -> Self {
        Self(Value::Count(count as u64))
    }
}

/// A word that stands in the program: a state, a kind, a reason.
impl From<&'static str> for Fact {
    fn from(word: &'static str) -> Self {
        Self(Value::Text(word.to_owned()))
    }
}

impl From<DateTime<Utc>> for Fact {
    fn from(instant: DateTime<Utc>) -> Self {
        Self(Value::Text(instant.to_rfc3339_opts(SecondsFormat::Micros, true)))
    }
}

impl From<Fen> for Fact {
    fn from(amount: Fen) -> Self {
        Self(Value::Number(amount.into()))
    }
}

impl<T: Into<Self>> From<Vec<T>> for Fact {
    fn from(facts: Vec<T>) -> Self {
        Self(Value::List(facts.into_iter().map(Into::into).collect()))
    }
}

/// Words of the domain that are not sensitive, in the form that goes over the wire.
macro_rules! facts {
    ($($word:ty)*) => {$(
        impl From<$word> for Fact {
            fn from(word: $word) -> Self {
                Self(Value::Text(word.to_string()))
            }
        }

        impl From<&$word> for Fact {
            fn from(word: &$word) -> Self {
                Self(Value::Text(word.to_string()))
            }
        }
    )*};
}

facts! {
    ApplicationId BatchId CaseId EnrollmentId GrantId InstalmentId InstructionId InvitationId MaterialId OfferingId
    OfficialId OperationId RequestId UnionId WorkerId PoolId ProgrammeId RoundId Role Day UnionPath
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text is the same whatever order facts were added in: it is what is hashed.
    #[test]
    fn facts_are_written_in_order() {
        let pool: PoolId = "gangcheng".parse().unwrap();
        let one = Detail::new().with("seats", 20).with("pools", vec![pool.clone()]).with("late", false);
        let other = Detail::new().with("late", false).with("pools", vec![pool]).with("seats", 20);
        let text = serde_json::to_string(&one).unwrap();
        assert_eq!(text, r#"{"late":false,"pools":["gangcheng"],"seats":20}"#);
        assert_eq!(text, serde_json::to_string(&other).unwrap());
    }
}
