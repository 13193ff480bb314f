//! The server's memory after many requests (RELIABILITY 4, invariant 64).

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use backend::store::Engine;
use billing::people::permission::Role;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::super::world::{Customer, World};
use super::server::Server;

const MIB: u64 = 1024;

/// 2,000 attempts to sign in, each from another address according to a trusted proxy, take at most
/// 100 MiB, and the log has that address. Without a trusted proxy the header is ignored.
#[tokio::test(flavor = "multi_thread")]
async fn signing_in_takes_bounded_memory() {
    let world = World::on(Engine::Sqlite).await;
    let customer = Customer::new("acme");
    world.found(&customer).await;
    let proxied = ["--trusted-proxy", "127.0.0.0/8"];
    let server = Arc::new(Server::start_with(&world.url, 1_024, &proxied).await);
    let next = Arc::new(AtomicU32::new(0));
    let visitors = (0..8).map(|_| {
        let (server, next) = (server.clone(), next.clone());
        tokio::spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= 2_000 {
                    return;
                }
                let [_, _, high, low] = number.to_be_bytes();
                let address = format!("198.51.{high}.{low}");
                let status = attempt(&server, &format!("{number}@nobody.example"), &address).await;
                assert!(status == 401 || status == 503, "{status}");
            }
        })
    });
    for visitor in visitors.collect::<Vec<_>>() {
        visitor.await.unwrap();
    }
    let memory = server.memory("VmHWM");
    assert!(memory <= 100 * MIB, "{memory} KiB after 2,000 attempts");
    let email = customer.email(Role::Admin);
    assert_eq!(attempt(&server, &email, "203.0.113.9").await, 401);
    Arc::into_inner(server).unwrap().stop().await;
    let server = Server::start_with(&world.url, 1_024, &[]).await;
    assert_eq!(attempt(&server, &email, "203.0.113.10").await, 401);
    let addresses = "SELECT address FROM audit WHERE action = 'session.refused' ORDER BY position";
    assert_eq!(world.names(addresses).await, ["203.0.113.9", "127.0.0.1"]);
    server.stop().await;
}

/// Tries a wrong password through a proxy. Returns the status.
async fn attempt(server: &Server, email: &str, address: &str) -> u16 {
    let body = serde_json::json!({ "email": email, "password": "guess" }).to_string();
    let mut connection = TcpStream::connect(server.address()).await.unwrap();
    let length = body.len();
    let request = format!(
        "POST /api/v1/session HTTP/1.1\r\nhost: x\r\nx-forwarded-for: {address}\r\n\
         content-type: application/json\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    connection.write_all(request.as_bytes()).await.unwrap();
    status(connection).await
}

async fn status(connection: TcpStream) -> u16 {
    let mut answer = BufReader::new(connection);
    let mut line = String::new();
    answer.read_line(&mut line).await.unwrap();
    let mut rest = Vec::new();
    answer.read_to_end(&mut rest).await.unwrap();
    line.split(' ').nth(1).expect(&line).parse().unwrap()
}

/// A file with one field of 60 MB is refused, and takes less than 64 MiB in total.
#[tokio::test(flavor = "multi_thread")]
async fn one_huge_field_takes_bounded_memory() {
    let world = World::on(Engine::Sqlite).await;
    let tenant = world.found(&Customer::new("acme")).await;
    let server = Server::start_with(&world.url, 1_024, &[]).await;
    let head = "project,day,app,web_identified,api,anonymous_web,data_points\n\"";
    let size = head.len() + 60_000_000;
    let mut connection = TcpStream::connect(server.address()).await.unwrap();
    let request = format!(
        "POST /api/v1/usage-imports HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\
         content-type: text/csv\r\nconnection: close\r\ncontent-length: {size}\r\n\r\n{head}",
        tenant.admin
    );
    connection.write_all(request.as_bytes()).await.unwrap();
    let part = vec![b'x'; 1_000_000];
    for _ in 0..60 {
        connection.write_all(&part).await.unwrap();
    }
    assert_eq!(status(connection).await, 422);
    let memory = server.memory("VmHWM");
    assert!(memory < 64 * MIB, "{memory} KiB after 60 MB in one field");
    server.stop().await;
}
