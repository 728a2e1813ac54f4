//! What a call sends: small enough to be kept and sent again, or a stream that can be sent once.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use bytes::{Bytes, BytesMut};
use http_body::{Body as _, Frame};
use tonic::Status;
use tonic::body::Body;

/// The largest message that is kept to be sent again.
const MOST_KEPT_BYTES: usize = 64 * 1024;

/// The message or messages of one call.
pub(crate) enum Payload {
    /// All of it, kept.
    Kept(Bytes),
    /// What has been read, and the rest; taken by the first attempt.
    Once(Body),
}

impl Payload {
    /// Keeps what is there at once: the one message of a unary call is. What has to be waited for is a stream, and waiting for
    /// it here could wait for ever, since its sender may wait for our answer.
    pub(crate) fn read(mut body: Body) -> Self {
        let mut read = VecDeque::new();
        let mut bytes = 0;
        let mut context = Context::from_waker(Waker::noop());
        while bytes <= MOST_KEPT_BYTES {
            match Pin::new(&mut body).poll_frame(&mut context) {
                Poll::Ready(Some(Ok(frame))) => {
                    bytes += frame.data_ref().map_or(0, Bytes::len);
                    read.push_back(Ok(frame));
                }
                Poll::Ready(Some(Err(error))) => {
                    read.push_back(Err(error));
                    break;
                }
                Poll::Ready(None) => return Self::Kept(joined(read)),
                Poll::Pending => break,
            }
        }
        Self::Once(Body::new(Continued { read, rest: body }))
    }

    /// Whether it can be sent another time.
    pub(crate) const fn is_kept(&self) -> bool {
        matches!(self, Self::Kept(_))
    }

    /// The body of the next attempt. What is not kept is there for the first one only.
    pub(crate) fn next(&mut self) -> Body {
        match self {
            Self::Kept(bytes) => Body::new(Whole(Some(bytes.clone()))),
            Self::Once(body) => std::mem::take(body),
        }
    }
}

fn joined(mut read: VecDeque<Result<Frame<Bytes>, Status>>) -> Bytes {
    if read.len() == 1
        && let Some(Ok(frame)) = read.pop_front()
    {
        return frame.into_data().unwrap_or_default();
    }
    let mut all = BytesMut::new();
    for frame in read.into_iter().flatten() {
        all.extend_from_slice(&frame.into_data().unwrap_or_default());
    }
    all.freeze()
}

/// One piece.
struct Whole(Option<Bytes>);

/// What was read already, then the rest.
struct Continued {
    read: VecDeque<Result<Frame<Bytes>, Status>>,
    rest: Body,
}

impl http_body::Body for Whole {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        Poll::Ready(self.0.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_none()
    }
}

impl http_body::Body for Continued {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if let Some(frame) = self.read.pop_front() {
            return Poll::Ready(Some(frame));
        }
        Pin::new(&mut self.rest).poll_frame(context)
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::{BodyExt, StreamBody};

    use super::*;

    fn body(chunks: Vec<usize>) -> Body {
        let frames =
            chunks.into_iter().map(|length| Ok::<_, Status>(Frame::data(Bytes::from(vec![7; length]))));
        Body::new(StreamBody::new(tokio_stream::iter(frames)))
    }

    async fn sent(payload: &mut Payload) -> usize {
        payload.next().collect().await.unwrap().to_bytes().len()
    }

    #[tokio::test]
    async fn a_small_message_can_be_sent_again() {
        let mut payload = Payload::read(body(vec![5, 1_000]));
        assert!(payload.is_kept());
        assert_eq!(sent(&mut payload).await, 1_005);
        assert_eq!(sent(&mut payload).await, 1_005);
    }

    #[tokio::test]
    async fn a_large_message_is_sent_whole_and_once() {
        let mut payload = Payload::read(body(vec![MOST_KEPT_BYTES, 1, 3_000_000]));
        assert!(!payload.is_kept());
        assert_eq!(sent(&mut payload).await, MOST_KEPT_BYTES + 3_000_001);
        assert_eq!(sent(&mut payload).await, 0);
    }

    #[tokio::test]
    async fn a_stream_is_not_waited_for() {
        let (sender, receiver) = tokio::sync::mpsc::channel(4);
        let stream = tokio_stream::wrappers::ReceiverStream::new(receiver);
        sender.send(Ok::<_, Status>(Frame::data(Bytes::from_static(b"one")))).await.unwrap();
        let mut payload = Payload::read(Body::new(StreamBody::new(stream)));
        assert!(!payload.is_kept());

        let sending = tokio::spawn(async move { sent(&mut payload).await });
        sender.send(Ok(Frame::data(Bytes::from_static(b"two")))).await.unwrap();
        drop(sender);
        assert_eq!(sending.await.unwrap(), 6);
    }
}
