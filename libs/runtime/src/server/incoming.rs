//! New connections: no more at once than allowed, and none that does not speak.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::transport::server::{Connected, TcpConnectInfo};

/// A connection that has spoken, and its place among those allowed.
pub(crate) struct Connection {
    stream: TcpStream,
    _place: OwnedSemaphorePermit,
}

/// Takes connections until stopped, each with a place among `max`. tonic waits for ever for a peer that connects and
/// never speaks, such as a TCP probe, or says no more than a byte: such a peer is closed here and never reaches it.
pub(crate) fn accept(
    listener: TcpListener,
    max: usize,
    preface: Duration,
    stop: CancellationToken,
) -> ReceiverStream<io::Result<Connection>> {
    let (spoken, incoming) = mpsc::channel(64);
    let places = Arc::new(Semaphore::new(max));
    tokio::spawn(async move {
        loop {
            let Some(place) =
                stop.run_until_cancelled(places.clone().acquire_owned()).await.and_then(Result::ok)
            else {
                return;
            };
            match stop.run_until_cancelled(listener.accept()).await {
                None => return,
                Some(Ok((stream, _))) => {
                    tokio::spawn(hear(Connection { stream, _place: place }, preface, spoken.clone()));
                }
                Some(Err(error)) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    // Out of file handles, most likely: give others time to end.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    });
    ReceiverStream::new(incoming)
}

/// With so much HTTP/2 begins; TLS begins with more.
const PREFACE_BYTES: usize = 24;
/// What comes in pieces is looked at this often.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(20);

/// Hands a connection on once its preface is there.
async fn hear(connection: Connection, patience: Duration, spoken: mpsc::Sender<io::Result<Connection>>) {
    if let Ok(Ok(true)) = tokio::time::timeout(patience, has_begun(&connection.stream)).await {
        let _ = connection.stream.set_nodelay(true);
        // Refused only when the server has ended.
        let _ = spoken.send(Ok(connection)).await;
    }
}

/// Whether a peer has sent its preface; not where it has closed before.
async fn has_begun(stream: &TcpStream) -> io::Result<bool> {
    let mut begun = [0; PREFACE_BYTES];
    loop {
        match stream.peek(&mut begun).await? {
            PREFACE_BYTES => return Ok(true),
            0 => return Ok(false),
            // What is there already wakes whoever looks at once, and says nothing of the rest.
            _ => tokio::time::sleep(LOOK_AGAIN_AFTER).await,
        }
    }
}

impl Connected for Connection {
    type ConnectInfo = TcpConnectInfo;

    fn connect_info(&self) -> Self::ConnectInfo {
        self.stream.connect_info()
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        from: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, from)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        from: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, from)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
