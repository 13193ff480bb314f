//! Connections without a request, on both protocols (RELIABILITY 5, row 47).

use std::time::Duration;

use api::session::Session;
use backend::store::Engine;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::super::world::{Customer, START, World};
use super::server::Server;

/// An HTTP/2 preface and empty settings.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
/// The start of a HEADERS frame whose CONTINUATION never comes.
const HALF_HEADERS: &[u8] = b"\0\0\x01\x01\0\0\0\0\x01\x82";

/// With 1,024 files and 1,200 sockets that send nothing, little, or a preface, requests are served.
#[tokio::test(flavor = "multi_thread")]
async fn idle_sockets_do_not_block_requests() {
    allow_many_sockets();
    let world = World::on(Engine::Sqlite).await;
    let tenant = world.found(&Customer::new("acme")).await;
    let server = Server::start_with(&world.url, 1_024, &[]).await;
    let mut silent = Vec::new();
    for number in 0..1_200 {
        let mut socket = TcpStream::connect(server.address()).await.unwrap();
        let sent: &[u8] = match number % 3 {
            0 => b"",
            1 => b"GET /health HTTP/1.1\r\n",
            _ => PREFACE,
        };
        // The server has closed those that made room for others.
        drop(socket.write_all(sent).await);
        silent.push(socket);
        if number % 50 == 49 {
            answered(&server, &tenant.admin).await;
        }
    }
    for _ in 0..20 {
        answered(&server, &tenant.admin).await;
    }
    drop(silent);
    server.stop().await;
}

async fn answered(server: &Server, token: &str) {
    let asked = server.get(token, "/session");
    let answer: Option<(u16, Session)> = tokio::time::timeout(Duration::from_secs(10), asked)
        .await
        .expect("no answer in time");
    assert_eq!(answer.expect("the connection broke").0, 200);
}

/// Each kind of connection without a request is closed by the server, on HTTP/1 and HTTP/2.
#[tokio::test(flavor = "multi_thread")]
async fn idle_connections_are_closed() {
    let world = World::on(Engine::Sqlite).await;
    let server = Server::start_with(&world.url, 1_024, &["--idle-seconds", "1"]).await;
    let body_missing = b"POST /api/v1/session HTTP/1.1\r\nhost: x\r\n\
                         content-type: application/json\r\ncontent-length: 10\r\n\r\n";
    let ways: [(&str, Vec<u8>); 6] = [
        ("nothing", Vec::new()),
        (
            "half a head",
            b"GET /health HTTP/1.1\r\nhost: x\r\n".to_vec(),
        ),
        (
            "kept alive",
            b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n".to_vec(),
        ),
        ("no body", body_missing.to_vec()),
        ("a preface", PREFACE.to_vec()),
        ("half of an HTTP/2 head", [PREFACE, HALF_HEADERS].concat()),
    ];
    let let_go = ways.map(|(what, sent)| {
        let address = server.address().to_owned();
        tokio::spawn(async move {
            let mut socket = TcpStream::connect(address).await.unwrap();
            socket.write_all(&sent).await.unwrap();
            let mut rest = Vec::new();
            let ended = socket.read_to_end(&mut rest);
            let ended = tokio::time::timeout(Duration::from_secs(30), ended).await;
            assert!(ended.is_ok(), "{what}: the connection is still open");
            (what, String::from_utf8_lossy(&rest).into_owned())
        })
    });
    for connection in let_go {
        let (what, answer) = connection.await.unwrap();
        if what == "kept alive" {
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        }
    }
    server.stop().await;
}

/// A request that is refused by its head, before its body has arrived: the answer says that the
/// connection ends, so that the client sends its next request on another one. An answer to a request
/// that was read does not.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_before_the_body_announces_the_end() {
    let world = World::on(Engine::Sqlite).await;
    let server = Server::start(&world.url, START).await;
    let body = r#"{"email":"a@b.example","password":"guess"}"#;
    for (path, arrives) in [("/api/v1/pause", false), ("/api/v1/session", true)] {
        let mut connection = TcpStream::connect(server.address()).await.unwrap();
        let length = body.len();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\n\r\n"
        );
        let sent = if arrives { head + body } else { head };
        connection.write_all(sent.as_bytes()).await.unwrap();
        let mut answer = vec![0; 4_096];
        let read = connection.read(&mut answer).await.unwrap();
        let answer = String::from_utf8_lossy(&answer[..read]).to_lowercase();
        assert!(answer.starts_with("http/1.1 401"), "{answer}");
        let ends = answer.contains("connection: close");
        assert_eq!(ends, !arrives, "{answer}");
    }
    server.stop().await;
}

/// Raises this process's file limit, so that it can open as many sockets as the test needs.
fn allow_many_sockets() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_some_and(|current| current < 4_096) {
        let current = maximum.map_or(4_096, |maximum| maximum.min(4_096));
        let current = Some(current);
        setrlimit(Resource::Nofile, Rlimit { current, maximum }).unwrap();
    }
}
