//! Checks that the file of an embedded database is still the one that was opened.
//!
//! After a file is deleted, moved or replaced, the open connection still accepts writes, and they are
//! lost at the next restart.

use std::io;
use std::path::PathBuf;

use crate::foundation::error::Error;

#[derive(Debug, Clone)]
pub(crate) struct DatabaseFile {
    path: PathBuf,
    identity: Identity,
}

/// Device and inode: writing does not change them, and no other file has both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
}

impl DatabaseFile {
    /// Remembers the identity of the file that is at this path now.
    pub(crate) fn opened(path: PathBuf) -> io::Result<Self> {
        let identity = Identity::of(&path)?;
        Ok(Self { path, identity })
    }

    /// Fails unless the path still leads to the file that was opened.
    pub(crate) fn check_in_place(&self) -> Result<(), Error> {
        match Identity::of(&self.path) {
            Ok(identity) if identity == self.identity => Ok(()),
            Ok(_) => Err(Error::unavailable(
                "the database file was replaced by another; restart the server on it",
            )),
            Err(cause) => Err(Error::unavailable(format!(
                "the database file is not where it was opened: {cause}"
            ))),
        }
    }
}

impl Identity {
    #[cfg(unix)]
    fn of(path: &std::path::Path) -> io::Result<Self> {
        use std::os::unix::fs::MetadataExt;
        let metadata = path.metadata()?;
        Ok(Self {
            device: metadata.dev(),
            inode: metadata.ino(),
        })
    }

    #[cfg(not(unix))]
    fn of(path: &std::path::Path) -> io::Result<Self> {
        path.metadata().map(|_| Self {
            device: 0,
            inode: 0,
        })
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_moved_or_replaced_is_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("prorata.db");
        std::fs::write(&path, "one").unwrap();
        let file = DatabaseFile::opened(path.clone()).unwrap();
        std::fs::write(&path, "more").unwrap();
        assert!(file.check_in_place().is_ok());
        let moved = folder.path().join("moved.db");
        std::fs::rename(&path, &moved).unwrap();
        assert!(file.check_in_place().is_err());
        std::fs::copy(&moved, &path).unwrap();
        assert!(file.check_in_place().is_err());
        std::fs::rename(&moved, &path).unwrap();
        assert!(file.check_in_place().is_ok());
    }
}
