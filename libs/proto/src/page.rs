//! Page tokens: where the next page begins, opaque to callers.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Divides the keys; no key holds it.
const DIVIDER: char = '\u{1f}';

/// At most this many items on a page, where the contract says 1 to 200.
pub const MAX_PAGE_SIZE: i32 = 200;

/// And this many where the caller says 0.
pub const DEFAULT_PAGE_SIZE: i32 = 50;

/// A token that holds the sort keys of the last item of a page.
pub fn token(keys: &[&str]) -> String {
    URL_SAFE_NO_PAD.encode(keys.join(&DIVIDER.to_string()))
}

/// The sort keys that a token holds; none where it is no token with so many keys.
pub fn keys<const N: usize>(token: &str) -> Option<[String; N]> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    let keys: Vec<String> = text.split(DIVIDER).map(str::to_owned).collect();
    // No key that we gave out holds one, and PostgreSQL takes no zero.
    let is_ours = !keys.iter().any(|key| key.contains(char::is_control));
    is_ours.then(|| keys.try_into().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_gives_its_keys_back() {
        assert_eq!(keys::<2>(&token(&["12", "市总工会"])), Some(["12".to_owned(), "市总工会".to_owned()]));
    }

    #[test]
    fn what_is_no_token_gives_nothing() {
        for text in ["", "!", "abc", &token(&["1"]), &token(&["1", "2", "3"]), &token(&["1", "\0"])] {
            assert_eq!(keys::<2>(text), None, "{text}");
        }
    }
}
