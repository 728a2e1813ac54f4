//! The outside world as real HTTP servers: the SMS gateway, the real-name check, the bank and the wallet, which can be slow,
//! wrong and down, and keep books of their own.

mod bank;
mod control;
mod mood;
mod payments;
mod realname;
mod server;
mod sms;
mod wallet;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use vocabulary::Day;

pub use mood::Mood;
use payments::PaymentBooks;
pub use payments::{Order, Outcome, Payment};
pub use realname::Citizen;
use runtime::{Clock, ClockConfig};
pub use server::{Server, UnknownServer};
pub use sms::Message;

/// A free port of this machine.
const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// Everything outside, and its books. Cheap to clone.
#[derive(Clone, Default)]
pub struct Outside(Arc<Mutex<Books>>);

/// What the servers hold.
#[derive(Default)]
struct Books {
    secret: String,
    clock: Clock,
    moods: HashMap<Server, Mood>,
    messages: Vec<Message>,
    register: Vec<Citizen>,
    payments: HashMap<Server, PaymentBooks>,
}

impl Outside {
    /// A world in which everything works, for callers with this secret.
    pub fn new(secret: &str) -> Self {
        let outside = Self::default();
        secret.clone_into(&mut outside.books().secret);
        outside
    }

    /// From now on its days are those of the services, whose business time has its offset in this file; until then they are
    /// real.
    pub fn follow(&self, offset_file: &Path) {
        self.books().clock = Clock::new(&ClockConfig { offset_file: Some(offset_file.to_owned()) });
    }

    /// The day that bank and wallet would book a payment on now, in Asia/Shanghai.
    pub fn today(&self) -> Day {
        let clock = self.books().clock.clone();
        Day::of(clock.now())
    }

    /// Serves the SMS gateway on a port of its own for as long as the runtime lives; answers where.
    pub async fn serve_sms(&self) -> std::io::Result<SocketAddr> {
        self.serve(Server::Sms, sms::routes()).await
    }

    /// Serves the real-name check; answers where.
    pub async fn serve_realname(&self) -> std::io::Result<SocketAddr> {
        self.serve(Server::RealName, realname::routes()).await
    }

    /// Serves the bank; answers where.
    pub async fn serve_bank(&self) -> std::io::Result<SocketAddr> {
        self.serve(Server::Bank, bank::routes()).await
    }

    /// Serves the wallet; answers where.
    pub async fn serve_wallet(&self) -> std::io::Result<SocketAddr> {
        self.serve(Server::Wallet, wallet::routes()).await
    }

    /// Serves the control interface, which has no moods; answers where.
    pub async fn serve_control(&self, address: SocketAddr) -> std::io::Result<SocketAddr> {
        let door = from_fn_with_state(self.clone(), knows_the_secret);
        listen(address, control::routes().layer(door).with_state(self.clone())).await
    }

    /// From now on a server behaves like this.
    pub fn set_mood(&self, server: Server, mood: Mood) {
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

    /// What bank or wallet have in their books, refused orders included.
    pub fn payments(&self, server: Server) -> Vec<Payment> {
        self.books().payments.entry(server).or_default().payments.clone()
    }

    /// How many orders have come to bank or wallet, repeated ones included.
    pub fn orders_count(&self, server: Server) -> usize {
        self.books().payments.entry(server).or_default().asked
    }

    /// From now on bank or wallet refuse to pay to this account.
    pub fn close_account(&self, server: Server, account: &str) {
        self.books().payments.entry(server).or_default().closed.push(account.to_owned());
    }

    /// From now on bank or wallet pay to this account again; what they have refused stays refused.
    pub fn open_account(&self, server: Server, account: &str) {
        self.books().payments.entry(server).or_default().closed.retain(|closed| closed != account);
    }

    /// Books a payment that nobody has ordered.
    pub fn book(&self, server: Server, payment: Payment) {
        self.books().payments.entry(server).or_default().payments.push(payment);
    }

    async fn serve(&self, server: Server, routes: Router<Self>) -> std::io::Result<SocketAddr> {
        let mood = from_fn_with_state((server, self.clone()), in_its_mood);
        let door = from_fn_with_state(self.clone(), knows_the_secret);
        listen(ANY_PORT, routes.layer(mood).layer(door).with_state(self.clone())).await
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn listen(address: SocketAddr, service: Router) -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, service).await });
    Ok(address)
}

/// Lets callers in who know the secret.
async fn knows_the_secret(State(outside): State<Outside>, request: Request, next: Next) -> Response {
    let secret = format!("Bearer {}", outside.books().secret);
    if request.headers().get(AUTHORIZATION).is_none_or(|header| header.as_bytes() != secret.as_bytes()) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    next.run(request).await
}

/// Plays the server's mood on its callers.
async fn in_its_mood(
    State((server, outside)): State<(Server, Outside)>,
    request: Request,
    next: Next,
) -> Response {
    let mood = outside.books().moods.get(&server).copied().unwrap_or_default();
    mood.play(request, next).await
}
