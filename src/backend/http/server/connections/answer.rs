//! Tracks each request of a connection, from its head to the last part of its answer.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use http_body::{Frame, SizeHint};

use super::Activity;

/// A request that is being answered. Dropping it marks the request as ended.
#[derive(Debug)]
pub(crate) struct Watched {
    activity: Arc<Activity>,
    is_sending: bool,
}

impl Watched {
    pub(crate) fn begin(activity: Arc<Activity>) -> Self {
        activity.request_begins();
        Self {
            activity,
            is_sending: false,
        }
    }

    /// Wraps the answer's body, so that the request stays open until the body ends.
    pub(crate) fn answer(self, body: Body) -> Body {
        if http_body::Body::is_end_stream(&body) {
            return body;
        }
        Body::new(Answer {
            body,
            request: self,
        })
    }

    fn part_is_there(&mut self) {
        if !self.is_sending {
            self.activity.part_is_there();
            self.is_sending = true;
        }
    }

    fn part_is_taken(&mut self) {
        if self.is_sending {
            self.activity.part_is_taken();
            self.is_sending = false;
        }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.part_is_taken();
        self.activity.request_ends();
    }
}

struct Answer {
    body: Body,
    request: Watched,
}

impl http_body::Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.request.part_is_taken();
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(_))) = &frame {
            self.request.part_is_there();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
