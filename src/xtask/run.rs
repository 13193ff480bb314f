//! `cargo xtask run`: from a fresh clone to the app in the browser.

use crate::command::{self, say, timed};
use crate::failure::Failure;
use crate::{build, place};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};

const FIRST_PORT: u16 = 8080;
const PORTS: u16 = 100;
const DATABASE: &str = "data/prorata.db";

const SIGN_IN: &str = "\
Sign in with one of these; the password is prorata-demo

  ada@acme.example      Admin, over the limit of the 20,000 tier, with an add-on that ends
  max@acme.example      Member of the same organization: may not see any of it
  dora@decline.example  Admin, whose card is declined
  tim@timeout.example   Admin, whose payments stay unanswered for a while
  ina@india.example     Admin in India: rupees, GST, a card that wants authentication
  yara@yearly.example   Admin, who has paid for a year
  faye@fresh.example    Admin of a trial that has just begun
  lars@late.example     Admin of a trial that locks tomorrow: nothing is on file
  olga@overload.example Admin, locked out by too much usage
  mia@mailer.example    Admin, sends more e-mails than the add-on includes

The bar at the top of each page moves the clock forward.";

/// Builds everything, prepares the database, and replaces this process with the server.
pub(crate) fn run(arguments: &[String]) -> Result<(), Failure> {
    let port = port(arguments)?;
    let dist = build::build()?;
    let prorata = backend()?;
    database(&prorata)?;

    let listen = format!("{}:{port}", Ipv4Addr::LOCALHOST);
    println!("\nProrata is at http://{listen}\n\n{SIGN_IN}\n\nCtrl-C stops it.\n");
    let mut serve = command::program(&prorata);
    serve
        .args([
            "serve",
            "--sandbox",
            "--listen",
            &listen,
            "--database",
            &format!("sqlite:{DATABASE}"),
            "--dist",
        ])
        .arg(dist);
    // From here on this process is the server, so that signals reach it directly.
    let error = serve.exec();
    Err(Failure::new(format!(
        "cannot start {}: {error}",
        prorata.display()
    )))
}

fn backend() -> Result<PathBuf, Failure> {
    timed(
        "building the backend in release (the first time some minutes)",
        || command::run(command::cargo().args(["build", "--release", "--package", "backend"])),
    )?;
    Ok(place::target().join("release/prorata"))
}

/// Updates the database to the current schema. A new one gets the demo organizations.
fn database(prorata: &Path) -> Result<(), Failure> {
    let file = place::root().join(DATABASE);
    let new = !file.exists();
    place::make(&place::root().join("data"))?;
    let prepare = |what: &str| {
        command::run(command::program(prorata).args([
            what,
            "--database",
            &format!("sqlite:{DATABASE}"),
        ]))
    };
    say("bringing the database up to date: data/prorata.db");
    prepare("migrate")?;
    if !new {
        return Ok(());
    }
    say("filling it with the demo organizations");
    prepare("seed-demo").inspect_err(|_| {
        // A half-filled demo must not be taken for a finished database on the next run. The failure
        // says what remains.
        let _ = place::remove(&file);
    })
}

fn port(arguments: &[String]) -> Result<u16, Failure> {
    match arguments {
        [] => (FIRST_PORT..FIRST_PORT + PORTS)
            .find(|port| free(*port))
            .ok_or_else(|| Failure::new("no free port from 8080 to 8179: choose one with --port")),
        [flag, number] if flag == "--port" => {
            let port = number
                .parse()
                .map_err(|_| Failure::new(format!("{number} is not a port")))?;
            match free(port) {
                true => Ok(port),
                false => Err(Failure::new(format!("port {port} is taken"))),
            }
        }
        _ => Err(Failure::new("cargo xtask run takes nothing but --port N")),
    }
}

fn free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_skipped_or_refused() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let number = taken.local_addr().unwrap().port();
        assert!(!free(number));
        let chosen = port(&["--port".to_owned(), number.to_string()]);
        assert_eq!(
            chosen.unwrap_err().to_string(),
            format!("port {number} is taken")
        );
    }

    #[test]
    fn other_arguments_are_refused() {
        assert!(port(&["--port".to_owned(), "eighty".to_owned()]).is_err());
        assert!(port(&["8080".to_owned()]).is_err());
    }
}
