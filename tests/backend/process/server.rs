//! The binary as a running server, and just enough HTTP to talk to it over a socket.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use api::route::{BASE, IDEMPOTENCY_KEY};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::super::world::START;
use super::prorata;

/// A running server. Dropping it kills it.
pub(super) struct Server {
    process: Option<Child>,
    address: String,
    /// The folder that it writes its mails to.
    _mails: TempDir,
}

impl Server {
    /// Starts it on a free port, with a sandbox whose clock starts at this instant.
    pub(super) async fn start(url: &str, clock: &str) -> Self {
        Self::start_in(url, clock, &[]).await
    }

    /// As [`Server::start`], with additional environment variables.
    pub(super) async fn start_in(url: &str, clock: &str, environment: &[(&str, &Path)]) -> Self {
        let mut command = Command::new(tokio::task::spawn_blocking(prorata).await.unwrap());
        command.envs(environment.iter().copied());
        Self::run(command, url, &["--sandbox", "--clock", clock]).await
    }

    /// As [`Server::start`], with a limit of open files, and further options.
    pub(super) async fn start_with(url: &str, files: u32, options: &[&str]) -> Self {
        let mut command = Command::new("/bin/sh");
        let script = format!("ulimit -n {files} && exec \"$0\" \"$@\"");
        command
            .args(["-c", &script])
            .arg(tokio::task::spawn_blocking(prorata).await.unwrap());
        let options = [&["--sandbox", "--clock", START], options].concat();
        Self::run(command, url, &options).await
    }

    /// As [`Server::start`], with a log of which no line can be written, as on a full disk.
    pub(super) async fn start_without_log(url: &str) -> Self {
        let mut command = Command::new(tokio::task::spawn_blocking(prorata).await.unwrap());
        let full = std::fs::File::options().write(true).open("/dev/full");
        command.env("RUST_LOG", "info").stderr(full.unwrap());
        Self::run(command, url, &["--sandbox", "--clock", START]).await
    }

    async fn run(mut command: Command, url: &str, options: &[&str]) -> Self {
        let mails = TempDir::new().unwrap();
        let mail = format!("dir:{}", mails.path().display());
        let arguments = [
            "serve",
            "--mail",
            &mail,
            "--database",
            url,
            "--listen",
            "127.0.0.1:0",
        ];
        if command.get_envs().all(|(name, _)| name != "RUST_LOG") {
            command.env("RUST_LOG", "error");
        }
        command.args(arguments).args(options).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let read = move || {
            let mut line = String::new();
            output.read_line(&mut line).map(|_| line)
        };
        let line = tokio::task::spawn_blocking(read).await.unwrap().unwrap();
        let address = line
            .trim()
            .strip_prefix("Listening on http://")
            .expect(&line)
            .to_owned();
        Self {
            process: Some(process),
            address,
            _mails: mails,
        }
    }

    /// A figure of its memory, in KiB: `VmRSS` is the current one, `VmHWM` the highest so far.
    pub(super) fn memory(&self, figure: &str) -> u64 {
        let id = self.process.as_ref().unwrap().id();
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with(figure))
            .unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// Status and body; `None` when the connection broke.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        token: &str,
        path: &str,
    ) -> Option<(u16, T)> {
        self.send(&format!("GET {BASE}{path} HTTP/1.1\r\n"), token, "")
            .await
    }

    /// Status and body; `None` when the connection broke.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        token: &str,
        path: &str,
        key: &str,
        body: &impl Serialize,
    ) -> Option<(u16, T)> {
        let head = format!(
            "POST {BASE}{path} HTTP/1.1\r\ncontent-type: application/json\r\n{IDEMPOTENCY_KEY}: {key}\r\n"
        );
        self.send(&head, token, &serde_json::to_string(body).unwrap())
            .await
    }

    /// The status of `GET /ready`; panics when the connection breaks.
    pub(super) async fn ready(&self) -> u16 {
        let ready: Option<(u16, serde_json::Value)> =
            self.send("GET /ready HTTP/1.1\r\n", "", "").await;
        ready.expect("the server has gone").0
    }

    /// Moves the sandbox clock. Returns the status.
    pub(super) async fn move_clock(&self, token: &str, to: DateTime<Utc>) -> u16 {
        let wanted = serde_json::json!({ "now": to });
        let moved: Option<(u16, serde_json::Value)> =
            self.post(token, "/sandbox/clock", "", &wanted).await;
        moved.expect("the server has gone").0
    }

    async fn send<T: DeserializeOwned>(
        &self,
        head: &str,
        token: &str,
        body: &str,
    ) -> Option<(u16, T)> {
        let mut connection = TcpStream::connect(&self.address).await.ok()?;
        let length = body.len();
        let request = format!(
            "{head}host: {}\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\
             content-length: {length}\r\n\r\n{body}",
            self.address
        );
        connection.write_all(request.as_bytes()).await.ok()?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let body = serde_json::from_str(body);
        Some((
            status,
            body.unwrap_or_else(|cause| panic!("{cause}: {answer}")),
        ))
    }

    /// Kills it.
    pub(super) fn kill(mut self) {
        let mut process = self.process.take().unwrap();
        process.kill().unwrap();
        process.wait().unwrap();
    }

    /// Sends the signal to stop.
    pub(super) fn ask_to_stop(&self) {
        let id = self.process.as_ref().unwrap().id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .unwrap()
                .success()
        );
    }

    /// Waits for its exit, which must be a success.
    pub(super) async fn ended(mut self) {
        let mut process = self.process.take().unwrap();
        let status = tokio::task::spawn_blocking(move || process.wait())
            .await
            .unwrap()
            .unwrap();
        assert!(status.success(), "{status}");
    }

    /// Sends the signal to stop, and waits for the exit.
    pub(super) async fn stop(self) {
        self.ask_to_stop();
        self.ended().await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            // The process may have exited by itself.
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
