//! The app's files as the backend serves them.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use backend::http::{Assets, router};
use backend::store::Engine;
use tempfile::TempDir;

use super::world::{Reply, World};

/// Addresses of the app return the page, files return themselves, and everything else is not found.
#[tokio::test(flavor = "multi_thread")]
async fn pages_files_and_nothing_else() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    std::fs::create_dir(folder.path().join("assets")).unwrap();
    write("index.html", "the page");
    write("assets/app-0123456789abcdef.js", "the script");
    write("assets/app-0123456789abcdef.js.br", "brotli");
    write("assets/app-0123456789abcdef.js.gz", "gzip");
    write("assets/app-0123456789abcdef.wasm", "the module");
    let world = World::on(Engine::Sqlite).await;
    let router = router(world.app.clone(), Assets::in_folder(folder.path()));
    let ask = async |method: Method, path: &str, encodings: &str| {
        let request = Request::builder().method(method).uri(path);
        let request = request
            .header(header::ACCEPT_ENCODING, encodings)
            .body(Body::empty());
        Reply::of(&router, request.unwrap()).await
    };

    for page in [
        "/",
        "/plan",
        "/plan/change?tier=40000",
        "/invoices/ACME-2627-00001",
        "/index.html",
    ] {
        let reply = ask(Method::GET, page, "br").await;
        assert_eq!(
            (reply.status, reply.text.as_str()),
            (StatusCode::OK, "the page"),
            "{page}"
        );
        assert_eq!(reply.headers[header::CACHE_CONTROL], "no-cache");
        assert!(reply.headers.contains_key("content-security-policy"));
    }
    let script = "/assets/app-0123456789abcdef.js";
    for (encodings, text) in [
        ("br, gzip", "brotli"),
        ("gzip", "gzip"),
        ("identity", "the script"),
    ] {
        let reply = ask(Method::GET, script, encodings).await;
        assert_eq!(reply.text, text);
        assert_eq!(
            reply.headers[header::CACHE_CONTROL],
            "public, max-age=31536000, immutable"
        );
    }
    let module = ask(Method::GET, "/assets/app-0123456789abcdef.wasm", "identity").await;
    assert_eq!(module.headers[header::CONTENT_TYPE], "application/wasm");
    for path in [
        "/assets/gone-0123456789abcdef.js",
        "/favicon.ico",
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
    ] {
        assert_eq!(
            ask(Method::GET, path, "br").await.code(),
            api::Code::NotFound,
            "{path}"
        );
    }
    assert_eq!(
        ask(Method::GET, "/api/v1/nothing", "br").await.code(),
        api::Code::NotFound
    );
    assert_eq!(
        ask(Method::POST, "/plan", "br").await.code(),
        api::Code::MethodNotAllowed
    );
}
