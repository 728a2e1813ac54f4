//! The answer to a call while it is being read: it counts as under way, and its deadline holds, until its end.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Sleep;
use tonic::Status;
use tonic::body::Body;
use tonic::transport::Channel;

use crate::endpoint::Outstanding;
use crate::failure::too_late;

/// The body of an answer.
pub(crate) struct Answer {
    body: Body,
    end: Pin<Box<Sleep>>,
    _under_way: (Outstanding<Channel>, OwnedSemaphorePermit),
}

impl Answer {
    pub(crate) fn new(
        body: Body,
        ends: Instant,
        outstanding: Outstanding<Channel>,
        place: OwnedSemaphorePermit,
    ) -> Self {
        let end = Box::pin(tokio::time::sleep_until(ends.into()));
        Self { body, end, _under_way: (outstanding, place) }
    }
}

impl http_body::Body for Answer {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Pending => self.end.as_mut().poll(context).map(|()| Some(Err(too_late()))),
            frame @ Poll::Ready(_) => frame,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
