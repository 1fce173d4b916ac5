//! Whether the files that are open are still the ones that the next start will find. SQLite goes on
//! writing to a file that was moved, replaced or deleted, and all of that is lost with the process.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::engine::StoreError;

/// Where the database is, and which files those are.
#[derive(Debug)]
pub(super) struct Place {
    database: PathBuf,
    log: PathBuf,
    known_database: Option<Identity>,
    /// None until something was written: SQLite makes the log then.
    known_log: Option<Identity>,
}

/// A file, whatever it is called: the device and the number there. A number is not given to
/// another file while this one is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Identity(u64, u64);

impl Place {
    /// The files of a database that was opened just now.
    pub(super) fn of(database: &Path) -> Self {
        let mut log = OsString::from(database);
        log.push("-wal");
        let (database, log) = (database.to_owned(), PathBuf::from(log));
        let (known_database, known_log) = (identity(&database), identity(&log));
        Self { database, log, known_database, known_log }
    }

    /// To be called before and after each transaction. An error: what was written may be found by
    /// nobody, and must not be acknowledged.
    pub(super) fn check(&mut self) -> Result<(), StoreError> {
        let log = identity(&self.log);
        let log_is_known = self.known_log.is_none() || self.known_log == log;
        if identity(&self.database) != self.known_database || !log_is_known {
            return Err(StoreError::Moved(self.database.clone()));
        }
        self.known_log = log;
        Ok(())
    }
}

fn identity(file: &Path) -> Option<Identity> {
    fs::metadata(file).ok().map(|found| Identity(found.dev(), found.ino()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_not_the_opened_ones_are_noticed_until_these_are_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        let (database, log) = (path("store"), path("store-wal"));
        fs::write(&database, "").expect("made");
        let mut place = Place::of(&database);
        assert!(place.check().is_ok(), "there is no log yet");
        fs::write(&log, "").expect("made");
        assert!(place.check().is_ok(), "now there is");
        for file in [&database, &log] {
            fs::rename(file, path("aside")).expect("moved");
            assert!(place.check().is_err(), "{} is gone", file.display());
            fs::write(file, "").expect("made");
            assert!(place.check().is_err(), "{} is another one", file.display());
            fs::rename(path("aside"), file).expect("moved back");
            assert!(place.check().is_ok(), "{} is back", file.display());
        }
    }
}
