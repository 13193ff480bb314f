//! A database for each test: copies of one that is migrated once.
//!
//! `PRORATA_TEST_POSTGRES` names a server on which databases may be created. Without it, a server is
//! started for this run and stopped at its end.

use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use backend::foundation::clock::Clock;
use backend::store::Store;
use backend::store::price_books;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// The shell that runs the server of this run.
static SERVER: OnceLock<Child> = OnceLock::new();
/// The number of the next database.
static NEXT: AtomicU32 = AtomicU32::new(1);

/// A new SQLite file, migrated, and its folder.
pub(crate) async fn sqlite() -> (String, TempDir) {
    static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
    let template = TEMPLATE.get_or_init(|| async {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("template.db");
        migrate(&format!("sqlite:{}", file.display())).await;
        std::fs::read(file).unwrap()
    });
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("prorata.db");
    std::fs::write(&file, template.await).unwrap();
    (format!("sqlite:{}", file.display()), folder)
}

/// A new PostgreSQL database, migrated.
pub(crate) async fn postgres() -> String {
    static TEMPLATE: OnceCell<()> = OnceCell::const_new();
    let cluster = tokio::task::spawn_blocking(cluster).await.unwrap();
    let template = format!("prorata_template_{}", std::process::id());
    TEMPLATE
        .get_or_init(|| async {
            run(cluster, &format!("CREATE DATABASE {template}")).await;
            migrate(&database(cluster, &template)).await;
        })
        .await;
    let name = format!(
        "prorata_{}_{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    );
    run(
        cluster,
        &format!("CREATE DATABASE {name} TEMPLATE {template}"),
    )
    .await;
    database(cluster, &name)
}

/// An empty PostgreSQL database.
pub(crate) async fn empty_postgres() -> String {
    let cluster = tokio::task::spawn_blocking(cluster).await.unwrap();
    let name = format!(
        "prorata_{}_{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    );
    run(cluster, &format!("CREATE DATABASE {name}")).await;
    database(cluster, &name)
}

async fn migrate(url: &str) {
    let store = Store::create(url).await.unwrap();
    store.migrate().await.unwrap();
    price_books::store_built_in(&store, Clock::system().now())
        .await
        .unwrap();
    store.close().await;
}

async fn run(cluster: &str, statement: &str) {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(cluster).await.unwrap();
    connection
        .execute(AssertSqlSafe(statement.to_owned()))
        .await
        .unwrap();
    connection.close().await.unwrap();
}

fn database(cluster: &str, name: &str) -> String {
    let (server, _) = cluster
        .rsplit_once('/')
        .expect("the cluster's URL ends with a database");
    format!("{server}/{name}")
}

/// The URL of the server's maintenance database.
fn cluster() -> &'static str {
    static CLUSTER: OnceLock<String> = OnceLock::new();
    CLUSTER.get_or_init(|| std::env::var("PRORATA_TEST_POSTGRES").unwrap_or_else(|_| start()))
}

/// Starts a server that ends with this process: a shell waits for the pipe to close, stops the server
/// and removes its folder.
fn start() -> String {
    let programs = programs();
    let folder = TempDir::new().unwrap().keep();
    let owner = owner();
    if let Some((user, group)) = owner {
        chown(&folder, Some(user), Some(group)).unwrap();
    }
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).unwrap();
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let run = |script: &str, input: Stdio| -> Child {
        let mut shell = Command::new("/bin/sh");
        shell
            .args(["-c", script])
            .env("LC_ALL", "C")
            .current_dir(&folder)
            .stdin(input);
        shell.stdout(Stdio::null());
        if let Some((user, group)) = owner {
            shell.uid(user).gid(group);
        }
        shell.spawn().unwrap()
    };
    let programs = programs.display();
    let initdb =
        format!("{programs}/initdb -A trust -U postgres -E UTF8 --locale=C --no-sync -D data");
    assert!(
        run(&initdb, Stdio::null()).wait().unwrap().success(),
        "initdb failed"
    );
    let serve = format!(
        "{programs}/postgres -D data -p {port} -k . -c listen_addresses=127.0.0.1 -c fsync=off \
         -c full_page_writes=off -c max_connections=300 </dev/null >log 2>&1 & \
         server=$!; cat >/dev/null; kill -QUIT $server; wait $server; cd /; rm -rf \"$OLDPWD\""
    );
    // Keeps the pipe open until this process ends.
    SERVER.get_or_init(|| run(&serve, Stdio::piped()));
    wait(port, &folder);
    format!("postgres://postgres@127.0.0.1:{port}/postgres")
}

fn wait(port: u16, folder: &Path) {
    let patience = Instant::now() + Duration::from_secs(60);
    let asked = || {
        let ready = Command::new(programs().join("pg_isready"))
            .args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()])
            .status();
        ready.is_ok_and(|status| status.success())
    };
    while !asked() {
        let log = || std::fs::read_to_string(folder.join("log")).unwrap_or_default();
        assert!(
            Instant::now() < patience,
            "PostgreSQL did not start:\n{}",
            log()
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The folder of the newest installed PostgreSQL.
fn programs() -> PathBuf {
    let installed = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let found = installed
        .map(|version| version.path().join("bin"))
        .filter(|bin| bin.join("initdb").is_file());
    found
        .max()
        .expect("PostgreSQL is needed for these tests: install the package `postgresql`")
}

/// The user `postgres`, if this process runs as root: PostgreSQL refuses to run as root.
fn owner() -> Option<(u32, u32)> {
    if std::fs::metadata("/proc/self").unwrap().uid() != 0 {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap();
    let line = users.lines().find(|line| line.starts_with("postgres:"));
    let fields: Vec<&str> = line
        .expect("root needs a user `postgres`")
        .split(':')
        .collect();
    Some((fields[2].parse().unwrap(), fields[3].parse().unwrap()))
}
