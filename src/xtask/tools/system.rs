//! Programs of the operating system: found, or installed where that is supported.

use crate::command::{self, say};
use crate::failure::Failure;
use std::path::{Path, PathBuf};

/// A program of the operating system, and how to install it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Program {
    /// The program's name in a sentence.
    pub what: &'static str,
    /// The names of the executable, the preferred one first.
    pub names: &'static [&'static str],
    /// The Debian packages that contain it.
    pub debian: &'static [&'static str],
    /// What to do on any other system.
    pub by_hand: &'static str,
}

impl Program {
    /// The path of the program. Installs its Debian packages if it is missing.
    pub(crate) fn find_or_install(self) -> Result<PathBuf, Failure> {
        if let Some(path) = self.find() {
            return Ok(path);
        }
        self.install()?;
        self.find().ok_or_else(|| {
            self.missing("the packages are installed, but the program is not where it should be")
        })
    }

    fn find(self) -> Option<PathBuf> {
        self.names
            .iter()
            .find_map(|name| on_path(name).or_else(|| beside_postgres(name)))
    }

    fn install(self) -> Result<(), Failure> {
        if on_path("apt-get").is_none() {
            return Err(self.missing("this system has no apt-get"));
        }
        let root = is_root();
        if !root && on_path("sudo").is_none() {
            return Err(self.missing("this needs root, and there is no sudo"));
        }
        say(&format!(
            "{} is missing: installing {} (a minute or two)",
            self.what,
            self.debian.join(" ")
        ));
        let apt = |arguments: &[&str]| {
            let mut command = match root {
                true => command::program("apt-get"),
                false => command::program("sudo"),
            };
            if !root {
                command.args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
            }
            command
                .env("DEBIAN_FRONTEND", "noninteractive")
                .args(arguments);
            command::run(&mut command)
        };
        apt(&["update", "-q"])
            .and_then(|()| {
                apt(&[
                    &["install", "-y", "-q", "--no-install-recommends"],
                    self.debian,
                ]
                .concat())
            })
            .map_err(|failure| self.missing(&failure.to_string()))
    }

    fn missing(self, why: &str) -> Failure {
        Failure::new(format!(
            "{} is missing and could not be installed: {why}\nInstall it by hand: {}",
            self.what, self.by_hand
        ))
    }
}

/// Whether this process runs as root, read from the owner of its own entry in `/proc`.
pub(crate) fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").is_ok_and(|entry| entry.uid() == 0)
}

/// The first file of this name in the folders of `PATH`.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

/// Finds a server program of PostgreSQL. Debian keeps them outside `PATH`, in one folder per version.
fn beside_postgres(name: &str) -> Option<PathBuf> {
    let versions = std::fs::read_dir(Path::new("/usr/lib/postgresql")).ok()?;
    versions
        .flatten()
        .map(|version| version.path().join("bin").join(name))
        .filter(|path| path.is_file())
        .max_by_key(|path| {
            path.iter()
                .nth(4)
                .and_then(|version| version.to_str()?.parse::<u32>().ok())
        })
}
