//! How many connections the process may hold.

/// File descriptors kept free for the store's files, its connections, mails and the log.
const KEPT_FREE: u64 = 128;
/// The most connections that one process makes use of.
const AT_MOST: u64 = 4_096;

/// As many connections as the process's limit of open files allows.
pub fn most_connections() -> usize {
    let files = open_files().unwrap_or(AT_MOST + KEPT_FREE);
    let room = files.saturating_sub(KEPT_FREE).clamp(1, AT_MOST);
    usize::try_from(room).unwrap_or(usize::MAX)
}

#[cfg(unix)]
fn open_files() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::Nofile).current
}

#[cfg(not(unix))]
const fn open_files() -> Option<u64> {
    None
}
