//! Lists that are answered page by page: what is common to the calls that ask for them, and where the next page begins.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use prost::Message;
use sha2::{Digest, Sha256};

/// At most this many items on a page.
pub const MAX_SIZE: u16 = 200;

/// And this many where the caller says 0.
pub const DEFAULT_SIZE: u16 = 50;

/// Divides the keys; no key holds it.
const DIVIDER: char = '\u{1f}';

/// How many bytes of a question's hash a token holds: it guards against mistakes, not against forgery, which gains nothing.
const FINGERPRINT_BYTES: usize = 8;

/// A request for a page of a list.
pub trait Listing: Message + Clone {
    /// Tells one call's questions from another's.
    const NAME: &'static str;

    /// How many items the caller asks for; 0 leaves it to the service.
    fn page_size(&self) -> i32;

    /// The `next_page_token` of the page before; empty for the first.
    fn page_token(&self) -> &str;

    /// What is asked, whichever page of it.
    fn question(&self) -> Self;
}

macro_rules! listings {
    ($($request:path)*) => {
        $(
            impl Listing for $request {
                const NAME: &'static str = stringify!($request);

                fn page_size(&self) -> i32 {
                    self.page_size
                }

                fn page_token(&self) -> &str {
                    &self.page_token
                }

                fn question(&self) -> Self {
                    Self { page_size: 0, page_token: String::new(), ..self.clone() }
                }
            }
        )*
    };
}

listings! {
    crate::enrollment::ListOfferingsRequest
    crate::identity::ListUnionsRequest
    crate::payment::ListBatchesRequest
    crate::payment::ListEntriesRequest
    crate::payment::ListGrantsRequest
    crate::quota::ListCheckpointsRequest
    crate::quota::ListWaitingRequest
    crate::review::ListCasesRequest
    crate::shared::ListActionsRequest
    crate::subsidy::ListApplicationsRequest
}

/// The token of the page that begins after the item with these sort keys. It is good for the same question only.
pub fn token(request: &impl Listing, keys: &[&str]) -> String {
    let mut text = fingerprint(request);
    for key in keys {
        text.push(DIVIDER);
        text.push_str(key);
    }
    URL_SAFE_NO_PAD.encode(text)
}

/// The sort keys that a request's token holds; none where the token is no answer to the same question.
pub fn keys<const N: usize>(request: &impl Listing) -> Option<[String; N]> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(request.page_token()).ok()?).ok()?;
    let (question, keys) = text.split_once(DIVIDER)?;
    // No key that we gave out holds one, and PostgreSQL takes no zero.
    let keys: Vec<String> = keys.split(DIVIDER).map(str::to_owned).collect();
    let is_ours = question == fingerprint(request) && !keys.iter().any(|key| key.contains(char::is_control));
    is_ours.then(|| keys.try_into().ok()).flatten()
}

fn fingerprint<R: Listing>(request: &R) -> String {
    let hash =
        Sha256::new().chain_update(R::NAME).chain_update(request.question().encode_to_vec()).finalize();
    URL_SAFE_NO_PAD.encode(&hash[..FINGERPRINT_BYTES])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::ListUnionsRequest;
    use crate::payment::{ListBatchesRequest, ListGrantsRequest};

    fn asked(parent_id: &str, page_token: String) -> ListUnionsRequest {
        ListUnionsRequest { parent_id: parent_id.to_owned(), page_size: 3, page_token }
    }

    fn token_of(keys: &[&str]) -> String {
        token(&asked("1", String::new()), keys)
    }

    #[test]
    fn a_token_gives_its_keys_back() {
        let next = asked("1", token_of(&["12", "市总工会"]));
        assert_eq!(keys::<2>(&next), Some(["12".to_owned(), "市总工会".to_owned()]));
    }

    #[test]
    fn the_size_of_a_page_may_change() {
        let next = ListUnionsRequest { page_size: 7, ..asked("1", token_of(&["12"])) };
        assert_eq!(keys::<1>(&next), Some(["12".to_owned()]));
    }

    #[test]
    fn a_token_is_of_no_use_for_another_question() {
        assert_eq!(keys::<1>(&asked("2", token_of(&["12"]))), None);
    }

    #[test]
    fn a_token_is_of_no_use_for_another_call() {
        let page_token = token(&ListGrantsRequest::default(), &["12"]);
        assert_eq!(keys::<1>(&ListBatchesRequest { page_token, ..Default::default() }), None);
    }

    #[test]
    fn what_is_no_token_gives_nothing() {
        for token in ["", "!", "abc", &token_of(&["1"]), &token_of(&["1", "2", "3"]), &token_of(&["1", "\0"])]
        {
            assert_eq!(keys::<2>(&asked("1", token.to_owned())), None, "{token}");
        }
    }
}
