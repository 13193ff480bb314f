//! A PostgreSQL server for the tests, in a temporary folder that is removed afterwards.

use crate::command;
use crate::failure::{About as _, Failure};
use crate::place;
use crate::tools::system;
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(50);

/// Fast rather than durable: no data outlives the tests.
const SETTINGS: [&str; 4] = [
    "listen_addresses=127.0.0.1",
    "fsync=off",
    "full_page_writes=off",
    "max_connections=300",
];

/// Runs the server until its standard input is closed, then removes its folder. The input closes when
/// this program ends, however it ends.
const KEEPER: &str = r#"
exec 3<&0
"$@" &
server=$!
( cat <&3 > /dev/null; kill -QUIT "$server" ) &
wait "$server"
rm -rf "$0"
"#;

/// A running server. Dropping it stops it and removes its folder.
#[derive(Debug)]
pub(crate) struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    owner: Option<Owner>,
    keeper: Option<Child>,
}

/// The user that the server runs as, because PostgreSQL refuses to run as root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Owner {
    user: u32,
    group: u32,
}

impl Cluster {
    /// Creates a cluster with the programs in that folder, and waits until it accepts connections.
    pub(crate) fn start(programs: &Path) -> Result<Self, Failure> {
        let folder = std::env::temp_dir().join(format!("prorata-postgres-{}", std::process::id()));
        let owner = owner()?;
        let port = free_port()?;
        let mut cluster = Self {
            programs: programs.to_path_buf(),
            folder,
            port,
            owner,
            keeper: None,
        };
        cluster.prepare()?;
        cluster.initialise()?;
        cluster.launch()?;
        cluster.wait()?;
        Ok(cluster)
    }

    /// The URL for the tests.
    pub(crate) fn url(&self) -> String {
        format!(
            "postgres://postgres@{}:{}/postgres",
            Ipv4Addr::LOCALHOST,
            self.port
        )
    }

    fn prepare(&self) -> Result<(), Failure> {
        place::remove(&self.folder)?;
        place::make(&self.folder)?;
        fs::set_permissions(&self.folder, fs::Permissions::from_mode(0o700))
            .about("close", &self.folder)?;
        if let Some(Owner { user, group }) = self.owner {
            chown(&self.folder, Some(user), Some(group)).about("give away", &self.folder)?;
        }
        Ok(())
    }

    fn initialise(&self) -> Result<(), Failure> {
        let mut initdb = self.program(&self.programs.join("initdb"));
        initdb.args("-A trust -U postgres -E UTF8 --locale=C --no-sync -D data".split(' '));
        command::output(&mut initdb).map(|_| ())
    }

    fn launch(&mut self) -> Result<(), Failure> {
        let log = File::create(self.log()).about("write", &self.log())?;
        let errors = log.try_clone().about("write", &self.log())?;
        let mut keeper = self.program(Path::new("sh"));
        keeper
            .args(["-c", KEEPER])
            .arg(&self.folder)
            .arg(self.programs.join("postgres"));
        keeper
            .args(["-D", "data", "-p", &self.port.to_string(), "-k"])
            .arg(&self.folder);
        for setting in SETTINGS {
            keeper.args(["-c", setting]);
        }
        keeper
            .stdin(Stdio::piped())
            .stdout(Stdio::from(log))
            .stderr(Stdio::from(errors));
        self.keeper = Some(
            keeper
                .spawn()
                .about("start", &self.programs.join("postgres"))?,
        );
        Ok(())
    }

    fn wait(&mut self) -> Result<(), Failure> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let mut asked = self.program(&self.programs.join("pg_isready"));
            asked.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
            if asked.status().is_ok_and(|status| status.success()) {
                return Ok(());
            }
            if let Some(keeper) = &mut self.keeper
                && keeper.try_wait().is_ok_and(|ended| ended.is_some())
            {
                break;
            }
            std::thread::sleep(POLL);
        }
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        Err(Failure::new(format!(
            "PostgreSQL did not start; it wrote:\n{log}"
        )))
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    fn program(&self, program: &Path) -> Command {
        let mut command = command::program(program);
        command.current_dir(&self.folder).env("LC_ALL", "C");
        if let Some(Owner { user, group }) = self.owner {
            command.uid(user).gid(group);
        }
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut keeper) = self.keeper.take() {
            // Waiting closes the input that the keeper watches. If waiting fails, the keeper has
            // already ended.
            let _ = keeper.wait();
        }
        if let Err(failure) = place::remove(&self.folder) {
            eprintln!("{failure}");
        }
    }
}

/// When this program runs as root, the server runs as the user `postgres`, which Debian's package
/// created.
fn owner() -> Result<Option<Owner>, Failure> {
    if !system::is_root() {
        return Ok(None);
    }
    let users = place::read(Path::new("/etc/passwd"))?;
    match find(&users, "postgres") {
        Some(owner) => Ok(Some(owner)),
        None => Err(Failure::new(
            "PostgreSQL does not run as root, and there is no user `postgres`: run as another user",
        )),
    }
}

/// The ids of a user in the text of `/etc/passwd`.
fn find(users: &str, name: &str) -> Option<Owner> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let found = fields.next()? == name;
        let user = fields.nth(1)?.parse().ok()?;
        let group = fields.next()?.parse().ok()?;
        found.then_some(Owner { user, group })
    })
}

fn free_port() -> Result<u16, Failure> {
    let bound =
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    bound
        .map(|address| address.port())
        .map_err(|error| Failure::new(format!("no free port: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_its_whole_name() {
        let users = "root:x:0:0:root:/root:/bin/sh\npostgres2:x:1:2:::\npostgres:x:105:110:,,,:/var/lib:/bin/sh\n";
        assert_eq!(
            find(users, "postgres"),
            Some(Owner {
                user: 105,
                group: 110
            })
        );
        assert_eq!(find(users, "nobody"), None);
    }
}
