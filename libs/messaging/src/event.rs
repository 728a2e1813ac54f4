//! An event: a protobuf message with what says where it belongs.

use prost::Name;
use uuid::Uuid;

/// An event as a handler gets it.
#[derive(Debug, Clone)]
pub struct Event<M> {
    /// The same in every delivery of the same event.
    pub id: Uuid,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub message: M,
}

/// The routing key of an event: `yuanmeng.subsidy.v1.ApplicationSubmitted` is `subsidy.application_submitted.v1`.
pub fn routing_key<M: Name>() -> String {
    let mut parts = M::PACKAGE.rsplit('.');
    let version = parts.next().unwrap_or_default();
    let service = parts.next().unwrap_or_default();
    format!("{service}.{}.{version}", in_snake_case(M::NAME))
}

fn in_snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
