//! The outside world as real HTTP servers: the SMS gateway and the real-name check, which can be slow, wrong and down.

mod mood;
mod realname;
mod sms;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;

pub use mood::Mood;
pub use realname::Citizen;
pub use sms::Message;

/// Everything outside, and its books. Cheap to clone.
#[derive(Clone, Default)]
pub struct Outside(Arc<Mutex<Books>>);

/// What the servers hold.
#[derive(Default)]
struct Books {
    secret: String,
    moods: HashMap<&'static str, Mood>,
    messages: Vec<Message>,
    register: Vec<Citizen>,
}

impl Outside {
    /// A world in which everything works, for callers with this secret.
    pub fn new(secret: &str) -> Self {
        let outside = Self::default();
        secret.clone_into(&mut outside.books().secret);
        outside
    }

    /// Serves the SMS gateway on a port of its own for as long as the runtime lives; answers where.
    pub async fn serve_sms(&self) -> std::io::Result<SocketAddr> {
        self.serve("sms", sms::routes()).await
    }

    /// Serves the real-name check; answers where.
    pub async fn serve_realname(&self) -> std::io::Result<SocketAddr> {
        self.serve("realname", realname::routes()).await
    }

    /// From now on a server behaves like this.
    pub fn set_mood(&self, server: &'static str, mood: Mood) {
        self.books().moods.insert(server, mood);
    }

    /// Enters somebody into the register that real names are checked with.
    pub fn register(&self, citizen: Citizen) {
        self.books().register.push(citizen);
    }

    /// The last message that was sent to a phone.
    pub fn latest_sms(&self, phone: &str) -> Option<String> {
        self.books()
            .messages
            .iter()
            .rev()
            .find(|message| message.phone == phone)
            .map(|message| message.text.clone())
    }

    /// How many messages were sent to a phone.
    pub fn sms_count(&self, phone: &str) -> usize {
        self.books().messages.iter().filter(|message| message.phone == phone).count()
    }

    async fn serve(&self, server: &'static str, routes: Router<Self>) -> std::io::Result<SocketAddr> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let door = from_fn_with_state((server, self.clone()), at_the_door);
        let service = routes.layer(door).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, service).await });
        Ok(address)
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets callers in who know the secret, and plays the server's mood on them.
async fn at_the_door(
    State((server, outside)): State<(&'static str, Outside)>,
    request: Request,
    next: Next,
) -> Response {
    let (secret, mood) = {
        let books = outside.books();
        (format!("Bearer {}", books.secret), books.moods.get(server).copied().unwrap_or_default())
    };
    if request.headers().get(AUTHORIZATION).is_none_or(|header| header.as_bytes() != secret.as_bytes()) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    mood.play(request, next).await
}
