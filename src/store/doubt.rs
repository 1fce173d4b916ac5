//! Whether what is in the log is on the disk too.
//!
//! A write that the disk fails is reported once, to whoever flushes next; then the kernel takes it
//! for done. The log can still be read (from memory), and more can be added to it and flushed, and
//! after a power cut it ends where the failed write was: all that came later is lost. So after an
//! I/O error nothing more is added to the log before all of it has been carried over into the
//! database file, and a new log begun, on other blocks.

use std::sync::{Mutex, MutexGuard, PoisonError};

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

/// The writer's opinion of its log.
#[derive(Debug)]
pub(super) struct Doubt(Mutex<Log>);

impl Doubt {
    /// About a log that somebody else may have written.
    pub(super) fn inherited() -> Self {
        Self(Mutex::new(Log::Inherited))
    }

    /// To be called before each transaction: begins a new log if there is doubt about this one.
    /// An error: there still is, and nothing may be written.
    pub(super) fn settle(&self, connection: &Connection) -> Result<(), StoreError> {
        let mut log = self.log();
        if *log == Log::Sound {
            return Ok(());
        }
        let begun_anew = match begin_anew(connection) {
            Ok(begun_anew) => begun_anew,
            // No room to carry it over: what needs none (reading the keys at a start) still works.
            Err(StoreError::Sql(why))
                if *log == Log::Inherited
                    && why.sqlite_error_code() == Some(ErrorCode::DiskFull) =>
            {
                return Ok(());
            }
            Err(why) => return Err(why),
        };
        match *log {
            // Whoever reads the old log for long (a backup, say) is no reason to refuse work.
            Log::Sound | Log::Inherited => {}
            Log::Doubtful if !begun_anew => return Err(StoreError::Locked),
            Log::Doubtful => tracing::warn!("after an I/O error the store has begun a new log"),
        }
        *log = Log::Sound;
        Ok(())
    }

    /// To be told how each transaction ended.
    pub(super) fn after<T>(&self, outcome: &Result<T, StoreError>) {
        if let Err(StoreError::Sql(why)) = outcome
            && why.sqlite_error_code() == Some(ErrorCode::SystemIoFailure)
        {
            *self.log() = Log::Doubtful;
        }
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Carries the log over into the database file, flushes that, and cuts the log to nothing. False:
/// somebody still reads the old one.
fn begin_anew(connection: &Connection) -> Result<bool, StoreError> {
    let busy: bool =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    Ok(!busy)
}
