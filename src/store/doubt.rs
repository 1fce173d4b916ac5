//! Whether what is in the log is on the disk too.
//!
//! A write that the disk fails is reported once, to whoever flushes next; then the kernel takes it
//! for done. The log can still be read (from memory), and more can be added to it and flushed, and
//! after a power cut it ends where the failed write was: all that came later is lost. So after an
//! I/O error nothing more is added to the log before all of it has been carried over into the
//! database file, and a new log begun, on other blocks.

use rusqlite::{Connection, ErrorCode};

use super::engine::StoreError;

/// What is known of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Log {
    /// Every flush of it succeeded.
    Sound,
    /// An earlier run wrote it, and perhaps died of what it saw.
    Inherited,
    /// A write or a flush failed.
    Doubtful,
}

/// Pages that the log may be ahead of the database file: then it is carried over. As much as
/// SQLite's own checkpoints allow: <https://sqlite.org/wal.html#ckpt>
const AHEAD: i64 = 1_000;

/// The writer's opinion of its log.
#[derive(Debug)]
pub(super) struct Doubt {
    log: Log,
    /// The last attempt to carry it over failed, and that has been said.
    is_stuck: bool,
}

impl Doubt {
    /// About a log that somebody else may have written.
    pub(super) fn inherited() -> Self {
        Self { log: Log::Inherited, is_stuck: false }
    }

    /// To be called before each transaction: begins a new log if there is doubt about this one.
    /// An error: there still is, and nothing may be written.
    pub(super) fn settle(&mut self, connection: &Connection) -> Result<(), StoreError> {
        if self.log == Log::Sound {
            return Ok(());
        }
        let begun_anew = match begin_anew(connection) {
            Ok(begun_anew) => begun_anew,
            // No room to carry it over: what fits into the log itself may still be written.
            Err(why)
                if self.log == Log::Inherited && code_of(&why) == Some(ErrorCode::DiskFull) =>
            {
                return Ok(());
            }
            Err(why) => return Err(why),
        };
        match self.log {
            // Whoever reads the old log for long (a backup, say) is no reason to refuse work.
            Log::Sound | Log::Inherited => {}
            Log::Doubtful if !begun_anew => return Err(StoreError::Locked),
            Log::Doubtful => tracing::warn!("after an I/O error the store has begun a new log"),
        }
        self.log = Log::Sound;
        Ok(())
    }

    /// To be told why a transaction failed.
    pub(super) fn after(&mut self, why: &StoreError) {
        if is_of_the_disk(why) {
            self.log = Log::Doubtful;
        }
    }

    /// To be called after transactions: carries the log over into the database file if it has
    /// grown. What fails is tried again after the next one.
    pub(super) fn carry_over(&mut self, connection: &Connection) {
        match carry_over(connection) {
            Ok(()) => self.is_stuck = false,
            Err(problem) => {
                if !self.is_stuck {
                    tracing::error!(
                        %problem,
                        "cannot carry the store's log over into the database file; it grows"
                    );
                }
                self.is_stuck = true;
                self.after(&problem);
            }
        }
    }
}

/// Whether the disk failed, so that nobody knows what is on it.
pub(super) fn is_of_the_disk(why: &StoreError) -> bool {
    code_of(why) == Some(ErrorCode::SystemIoFailure)
}

fn code_of(why: &StoreError) -> Option<ErrorCode> {
    if let StoreError::Sql(why) = why { why.sqlite_error_code() } else { None }
}

/// Carries over what nobody needs to find in the log any more, if that is worth while.
fn carry_over(connection: &Connection) -> Result<(), StoreError> {
    if ahead(connection)? >= AHEAD {
        connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
    }
    Ok(())
}

/// By how many pages the log is ahead of the database file.
fn ahead(connection: &Connection) -> Result<i64, StoreError> {
    let mut statement = connection.prepare_cached("PRAGMA wal_checkpoint(NOOP)")?;
    let pages = |row: &rusqlite::Row<'_>| Ok(row.get::<_, i64>(1)? - row.get::<_, i64>(2)?);
    Ok(statement.query_row([], pages)?)
}

/// Carries the log over into the database file, flushes that, and cuts the log to nothing. False:
/// somebody still reads the old one.
fn begin_anew(connection: &Connection) -> Result<bool, StoreError> {
    let busy: bool =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    Ok(!busy)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rusqlite::OpenFlags;

    use super::*;
    use crate::store::engine::open;

    #[test]
    fn a_log_is_carried_over_when_it_has_grown() {
        let folder = tempfile::tempdir().expect("a folder");
        let connection = with_log(&folder.path().join("file"), AHEAD - 10);
        let mut doubt = Doubt::inherited();
        doubt.carry_over(&connection);
        assert!(ahead(&connection).expect("read") > 0, "it is short");
        grow(&connection, 20);
        doubt.carry_over(&connection);
        assert_eq!(ahead(&connection).expect("read"), 0);
    }

    #[test]
    fn a_log_that_cannot_be_carried_over_is_tried_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        let connection = with_log(&file, AHEAD);
        let only_reads = Connection::open_with_flags(&file, OpenFlags::SQLITE_OPEN_READ_ONLY);
        let mut doubt = Doubt::inherited();
        doubt.carry_over(&only_reads.expect("it opens"));
        assert!(doubt.is_stuck);
        assert!(ahead(&connection).expect("read") >= AHEAD, "nothing else carries it over");
        doubt.carry_over(&connection);
        assert!(!doubt.is_stuck);
        assert_eq!(ahead(&connection).expect("read"), 0);
    }

    #[test]
    fn only_an_error_of_the_disk_casts_doubt_on_the_log() {
        //    SQLite's code               the log is doubtful
        check(rusqlite::ffi::SQLITE_IOERR_FSYNC, true);
        check(rusqlite::ffi::SQLITE_IOERR_WRITE, true);
        check(rusqlite::ffi::SQLITE_FULL, false);
        check(rusqlite::ffi::SQLITE_BUSY, false);
        check(rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE, false);
    }

    fn check(code: i32, is_doubtful: bool) {
        let error = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None);
        let mut doubt = Doubt::inherited();
        doubt.after(&StoreError::from(error));
        assert_eq!(doubt.log == Log::Doubtful, is_doubtful, "{code}");
    }

    /// A database whose log is ahead by so many pages, or a few more.
    fn with_log(file: &Path, pages: i64) -> Connection {
        std::fs::File::create(file).expect("made");
        let connection = open(file).expect("it opens");
        connection.execute_batch("CREATE TABLE paper (sheet BLOB)").expect("made");
        grow(&connection, pages);
        connection
    }

    fn grow(connection: &Connection, pages: i64) {
        let target = ahead(connection).expect("read") + pages;
        while ahead(connection).expect("read") < target {
            connection.execute("INSERT INTO paper VALUES (zeroblob(4000))", []).expect("written");
        }
    }
}
