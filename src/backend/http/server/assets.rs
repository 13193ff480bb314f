//! Serves the app's precompressed files: hashed ones are cached for a year, the page is revalidated.

use std::convert::Infallible;
use std::path::{Path, PathBuf};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, Uri, header};
use axum::response::{IntoResponse, Response};
use tower::{Service, ServiceExt};
use tower_http::services::ServeDir;

use crate::http::response::{method_not_allowed, not_found};

/// The folder with the app's files; `None` when the server serves the API alone.
#[derive(Debug, Clone)]
pub struct Assets(Option<PathBuf>);

impl Assets {
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        Self(Some(folder.into()))
    }

    /// Serves no files.
    pub fn none() -> Self {
        Self(None)
    }

    pub(in crate::http) fn service(
        self,
    ) -> impl Service<Request, Response = Response, Error = Infallible, Future: Send>
    + Clone
    + Send
    + Sync
    + 'static {
        Router::new().fallback(serve).with_state(self)
    }
}

async fn serve(State(Assets(folder)): State<Assets>, request: Request) -> Response {
    let Some(folder) = folder else {
        return not_found().await.into_response();
    };
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return method_not_allowed().await.into_response();
    }
    let path = request.uri().path().to_owned();
    let wanted = if is_page(&path) {
        "/index.html".to_owned()
    } else {
        path
    };
    let cache = if is_hashed(&wanted) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let mut response = match file(&folder, &wanted, request).await {
        Some(response) => response,
        None => return not_found().await.into_response(),
    };
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    response
}

async fn file(folder: &Path, wanted: &str, mut request: Request) -> Option<Response> {
    *request.uri_mut() = wanted.parse::<Uri>().ok()?;
    let files = ServeDir::new(folder)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip();
    let response = files.oneshot(request).await.ok()?.map(Body::new);
    let found = response.status().is_success() || response.status().is_redirection();
    found.then_some(response)
}

/// Whether a path is a page of the app: every file has a dot in its name, no page has one.
fn is_page(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    !last.contains('.') || path == "/index.html"
}

/// Whether the file's name changes with its content, such as `app-0123456789abcdef.js`.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let hash = |part: &str| part.len() >= 8 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    name.split(['-', '_', '.']).skip(1).any(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_pages_from_files_and_hashed_files_from_others() {
        let check = |path, page, hashed| {
            assert_eq!((is_page(path), is_hashed(path)), (page, hashed), "{path}")
        };
        check("/", true, false);
        check("/plan/change", true, false);
        check("/invoices/ACME-2627-00001", true, false);
        check("/app-0123456789abcdef.js", false, true);
        check("/app-0123456789abcdef_bg.wasm", false, true);
        check("/boot.js", false, false);
        check("/favicon.svg", false, false);
    }
}
