//! Which replicas a neighbour has now: names are resolved again and again, and replicas that stay keep their connection.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tonic::transport::Channel;

use crate::address::Address;
use crate::config::{ConnectError, NeighbourConfig};
use crate::endpoint::Endpoint;

/// A replica of a neighbour.
pub(crate) type Replica = Arc<Endpoint<Channel>>;

/// How long one look-up may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// The least time between two look-ups, however many calls fail meanwhile.
const PAUSE: Duration = Duration::from_millis(500);

/// The replicas of one neighbour, as they are known now.
pub(crate) struct Replicas {
    known: watch::Receiver<Arc<[Replica]>>,
    doubt: Arc<Notify>,
}

struct Resolver {
    config: NeighbourConfig,
    known: watch::Sender<Arc<[Replica]>>,
    doubt: Arc<Notify>,
}

impl Replicas {
    /// Checks the settings, and keeps resolving for as long as somebody holds what is returned.
    pub(crate) fn of(config: &NeighbourConfig) -> Result<Self, ConnectError> {
        let mut named = false;
        let mut fixed = Vec::new();
        for address in &config.address {
            let ip = address.ip();
            named |= ip.is_none();
            // A name is tried with some address, to find out now what is wrong with the settings.
            let socket = SocketAddr::new(ip.unwrap_or([0, 0, 0, 0].into()), address.port());
            let transport = config.transport(address, socket)?.connect_lazy();
            fixed.extend(ip.map(|_| Arc::new(Endpoint::new(socket, transport))));
        }
        let doubt = Arc::new(Notify::new());
        let (sender, known) = watch::channel(Arc::from(fixed));
        if named {
            let resolver = Resolver { config: config.clone(), known: sender, doubt: Arc::clone(&doubt) };
            tokio::spawn(resolver.keep_resolving());
        }
        Ok(Self { known, doubt })
    }

    /// The replicas; waits where none has been found yet.
    pub(crate) async fn some(&self) -> Arc<[Replica]> {
        let mut known = self.known.clone();
        let found = known.wait_for(|replicas| !replicas.is_empty()).await;
        // The resolver does not end before us.
        found.map_or_else(|_| Arc::from([]), |replicas| Arc::clone(&replicas))
    }

    /// One of them failed: perhaps it has moved.
    pub(crate) fn doubt(&self) {
        self.doubt.notify_one();
    }
}

impl Resolver {
    async fn keep_resolving(self) {
        loop {
            self.resolve().await;
            tokio::select! {
                () = self.known.closed() => return,
                () = tokio::time::sleep(self.pause()) => {}
                () = self.doubt.notified() => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    /// Where nothing has been found yet, there are calls waiting for it.
    fn pause(&self) -> Duration {
        let interval = Duration::from_millis(self.config.resolve_interval_ms).max(PAUSE);
        if self.known.borrow().is_empty() { PAUSE } else { interval }
    }

    /// Where a name cannot be resolved just now, what was known stays.
    async fn resolve(&self) {
        let mut found = Vec::new();
        for address in &self.config.address {
            let name = (address.host(), address.port());
            match tokio::time::timeout(PATIENCE, tokio::net::lookup_host(name)).await {
                Ok(Ok(sockets)) => found.extend(sockets.map(|socket| (address, socket))),
                Ok(Err(error)) => return tracing::warn!(%address, %error, "a neighbour cannot be resolved"),
                Err(_) => return tracing::warn!(%address, "a neighbour was not resolved in time"),
            }
        }
        // Names are answered in a new order each time, and may share an address.
        found.sort_by_key(|(_, socket)| *socket);
        found.dedup_by_key(|(_, socket)| *socket);

        let known = Arc::clone(&self.known.borrow());
        let replicas: Arc<[Replica]> =
            found.into_iter().filter_map(|(address, socket)| self.replica(&known, address, socket)).collect();
        let same =
            replicas.len() == known.len() && replicas.iter().zip(&*known).all(|(a, b)| Arc::ptr_eq(a, b));
        if !same {
            tracing::info!(replicas = replicas.len(), "a neighbour's replicas have changed");
            self.known.send_replace(replicas);
        }
    }

    /// The one that is known at this address, or a new one.
    fn replica(&self, known: &[Replica], address: &Address, socket: SocketAddr) -> Option<Replica> {
        if let Some(replica) = known.iter().find(|replica| replica.address == socket) {
            return Some(Arc::clone(replica));
        }
        match self.config.transport(address, socket) {
            Ok(transport) => Some(Arc::new(Endpoint::new(socket, transport.connect_lazy()))),
            Err(error) => {
                tracing::error!(%address, %error, "a neighbour's settings can no longer be used");
                None
            }
        }
    }
}
