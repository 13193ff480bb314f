//! Requests that are answered before their body is read to its end, such as those that are refused by
//! their head.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, Version, header};
use axum::response::Response;
use http_body::{Frame, SizeHint};

/// Whether the body of a request was read to its end.
#[derive(Debug, Clone)]
pub(super) struct ReadToEnd(Arc<AtomicBool>);

impl ReadToEnd {
    /// Watches how far the body of a request is read.
    pub(super) fn watch(request: Request) -> (Request, Self) {
        let ended = http_body::Body::is_end_stream(request.body());
        let read = Self(Arc::new(AtomicBool::new(ended)));
        if ended {
            return (request, read);
        }
        let watched = read.clone();
        let request = request.map(|body| {
            Body::new(Watched {
                body,
                read: watched,
            })
        });
        (request, read)
    }

    /// Says in the response that the connection ends, unless the body was read: the next request could
    /// not be told from the rest of the body, so the server closes it either way.
    pub(super) fn announce(&self, version: Version, response: &mut Response) {
        if version <= Version::HTTP_11 && !self.0.load(Ordering::Relaxed) {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(header::CONNECTION, close);
        }
    }
}

struct Watched {
    body: Body,
    read: ReadToEnd,
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if matches!(frame, Poll::Ready(None)) || self.body.is_end_stream() {
            self.read.0.store(true, Ordering::Relaxed);
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
