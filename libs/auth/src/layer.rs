//! The tower layer in front of every door: nobody comes through without being known and allowed.

use std::pin::Pin;
use std::task::{Context, Poll};

use http::header::AUTHORIZATION;
use http::{HeaderMap, Request, Response};
use refusal::{Reason, Refusal};
use tonic::Status;
use tower::{Layer, Service};

use crate::verifier::Unverified;
use crate::{Caller, Verifier, policy};

/// Authenticates every call, asks the policy, and leaves the [`Caller`] in the request's extensions.
pub fn layer(verifier: Verifier) -> AuthLayer {
    AuthLayer { verifier }
}

/// See [`layer`].
#[derive(Clone)]
pub struct AuthLayer {
    verifier: Verifier,
}

/// A service behind the layer.
#[derive(Clone)]
pub struct Authenticated<S> {
    inner: S,
    verifier: Verifier,
}

impl<S> Layer<S> for AuthLayer {
    type Service = Authenticated<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Authenticated { inner, verifier: self.verifier.clone() }
    }
}

impl<S, B, R> Service<Request<B>> for Authenticated<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
    R: Default,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        // The clone stays behind, not yet ready; the one that was polled ready takes the call.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let verifier = self.verifier.clone();
        Box::pin(async move {
            match admit(&verifier, request.uri().path(), request.headers()).await {
                Ok(caller) => {
                    tracing::Span::current().record("caller", tracing::field::display(&caller));
                    request.extensions_mut().insert(caller);
                    inner.call(request).await
                }
                Err(status) => Ok(status.into_http()),
            }
        })
    }
}

/// Who makes the call, if they may.
async fn admit(verifier: &Verifier, path: &str, headers: &HeaderMap) -> Result<Caller, Status> {
    let Some(who) = policy::of(path) else {
        // Nobody's, whether or not there is a door behind it: to a caller, a call without an entry does not exist.
        // The span of the call names it.
        tracing::info!("refused a call that the policy does not know");
        return Err(Refusal::new(Reason::CallUnknown).into());
    };
    if who.is_open() {
        return Ok(Caller::Anyone);
    }
    let token = bearer(headers)?;
    let caller = verifier.verify(token).await.map_err(|error| refuse_token(path, error))?;
    match who.refusal(&caller) {
        None => Ok(caller),
        Some(refusal) => {
            tracing::info!(path, %caller, "refused a caller whom the policy does not name for the call");
            Err(refusal.into())
        }
    }
}

/// The one bearer token; two would leave it to chance which is meant.
fn bearer(headers: &HeaderMap) -> Result<&str, Status> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Err(Refusal::new(Reason::TokenMissing).into());
    };
    let text = value.to_str().ok().filter(|_| values.next().is_none());
    let token = text.and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token)
    });
    token.ok_or_else(|| Refusal::new(Reason::TokenInvalid).into())
}

fn refuse_token(path: &str, error: Unverified) -> Status {
    match error {
        Unverified::Expired => Refusal::new(Reason::TokenExpired).into(),
        Unverified::Invalid(reason) => {
            tracing::info!(path, reason, "refused a token");
            Refusal::new(Reason::TokenInvalid).into()
        }
        Unverified::KeysUnreachable => refusal::unavailable("the keys of an issuer", &error),
    }
}
