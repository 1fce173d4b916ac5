//! The threads that own the connections: one that writes, a few that only read.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction};
use tokio::sync::oneshot;

use super::Settings;
use super::place::Place;
use super::recent::{self, Recent};
use super::writer::{self, Writer};
use crate::clock::Clock;
use crate::domain::ids::BadId;

/// The database file.
const FILE: &str = "tollhouse.sqlite3";

/// Questions that may wait in line; beyond that the store says that it is busy.
const QUEUE: usize = 1_024;

/// Threads that only read. Reads take microseconds; two keep one slow question from
/// blocking the rest.
const READERS: usize = 2;

/// How long SQLite waits for another process's transaction.
const BUSY: Duration = Duration::from_secs(5);

mod embedded {
    refinery::embed_migrations!("migrations/sqlite");
}

/// Why the store did not answer. A clone tells the same to each whom it concerns.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The folder or file cannot be made or opened.
    #[error("the store {} cannot be opened: {why}", path.display())]
    Open {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        why: Arc<io::Error>,
    },
    /// The tables cannot be brought up to date.
    #[error("the store's tables cannot be brought up to date: {0}")]
    Migrate(Arc<refinery::Error>),
    /// Another program holds the file; SQLite waited for as long as it may.
    #[error("another program is writing to the store, and does not end")]
    Locked,
    /// What is open is not what the next start will find.
    #[error(
        "the store's file {0} was moved, replaced or deleted while it was open, or its log beside \
         it: nothing is written until it is back; or start tollhouse again with what is there now"
    )]
    Moved(PathBuf),
    /// SQLite refused.
    #[error("the store could not do it: {0}")]
    Sql(Arc<rusqlite::Error>),
    /// What is stored is not what we store.
    #[error("the store holds something that is not ours: {0}")]
    Foreign(#[from] BadId),
    /// A key that signs passes is none.
    #[error("a signing key in the store cannot be read: is the file damaged?")]
    BadKey,
    /// The copy of the keys beside the file cannot be taken away.
    #[error("keys.json beside the store cannot be taken away, and nothing was changed: {0}")]
    Mirror(Arc<io::Error>),
    /// More questions than the store can answer.
    #[error("the store has more to do than it can")]
    Busy,
    /// The store is not open yet, or no longer.
    #[error("the store is not open")]
    Shut,
}

/// A question: work on a connection that tells whoever asked.
type Question = Box<dyn FnOnce(&mut Connection) + Send>;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            Some(_) | None => Self::Sql(Arc::new(error)),
        }
    }
}

pub(super) struct Engine {
    writer: Line<writer::Job>,
    readers: Line<Question>,
}

/// A queue of jobs and the threads that work on it.
struct Line<J> {
    jobs: Option<SyncSender<J>>,
    threads: Vec<thread::JoinHandle<()>>,
}

impl Engine {
    pub(super) fn start(
        settings: &Settings,
        recent: &Arc<Recent>,
        clock: Clock,
    ) -> Result<Self, StoreError> {
        make_folder(&settings.folder)?;
        let file = settings.folder.join(FILE);
        make_file(&file)?;
        let mut connection = open(&file)?;
        // All in one transaction: by itself the library writes down in a second one that a step is
        // done, and whoever is stopped between the two never starts again.
        embedded::migrations::runner()
            .set_grouped(true)
            .run(&mut connection)
            .map_err(|why| StoreError::Migrate(Arc::new(why)))?;
        let mut keeper = recent::Keeper::new(Arc::clone(recent), settings.mode, clock);
        keeper.look(&connection)?;
        let readers = (0..READERS)
            .map(|_| open_for_reading(&file))
            .collect::<Result<Vec<_>, StoreError>>()?;
        Ok(Self {
            writer: Line::writing(Writer::new(connection, keeper, Place::of(&file))),
            readers: Line::reading(readers),
        })
    }

    /// Runs one transaction; it is committed when `work` succeeds. Others may be committed with
    /// it, of which it sees what was asked for earlier.
    pub(super) async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.writer.send(writer::job(work, reply))?;
        answer.await.map_err(|_| StoreError::Shut)?
    }

    /// Leaves work that nobody waits for: done in its turn, or not at all where the store cannot.
    pub(super) fn leave<F>(&self, work: F)
    where
        F: FnOnce(&Transaction<'_>) -> Result<(), StoreError> + Send + 'static,
    {
        let (reply, _) = oneshot::channel();
        if let Err(problem) = self.writer.send(writer::job(work, reply)) {
            tracing::debug!(%problem, "something is not noted");
        }
    }

    /// Asks a question that changes nothing.
    pub(super) async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.readers.send(Box::new(move |connection| {
            // Whoever asked may have left.
            drop(reply.send(in_snapshot(connection, work)));
        }))?;
        answer.await.map_err(|_| StoreError::Shut)?
    }
}

/// All parts of one answer are of one moment.
fn in_snapshot<T>(
    connection: &mut Connection,
    work: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let snapshot = connection.transaction()?;
    let answer = work(&snapshot)?;
    snapshot.commit()?;
    Ok(answer)
}

impl Line<writer::Job> {
    fn writing(writer: Writer) -> Self {
        let (jobs, line) = mpsc::sync_channel(QUEUE);
        let thread = spawn("store-writer", move || writer.work_on(&line));
        Self { jobs: Some(jobs), threads: vec![thread] }
    }
}

impl Line<Question> {
    fn reading(connections: Vec<Connection>) -> Self {
        let (jobs, line) = mpsc::sync_channel::<Question>(QUEUE);
        let line = Arc::new(Mutex::new(line));
        let threads = connections
            .into_iter()
            .map(|mut connection| {
                let line = Arc::clone(&line);
                spawn("store-reader", move || {
                    while let Some(question) = next_of(&line) {
                        // One that panics tells nobody, who then hears that the store is shut; the
                        // next finds its thread alive, and no transaction open.
                        let _ = panic::catch_unwind(AssertUnwindSafe(|| question(&mut connection)));
                    }
                })
            })
            .collect();
        Self { jobs: Some(jobs), threads }
    }
}

impl<J> Line<J> {
    fn send(&self, job: J) -> Result<(), StoreError> {
        let jobs = self.jobs.as_ref().ok_or(StoreError::Shut)?;
        jobs.try_send(job).map_err(|refused| match refused {
            TrySendError::Full(_) => StoreError::Busy,
            TrySendError::Disconnected(_) => StoreError::Shut,
        })
    }
}

impl<J> Drop for Line<J> {
    /// Lets the threads finish what is in line, then closes their connections.
    fn drop(&mut self) {
        self.jobs = None;
        for thread in self.threads.drain(..) {
            // A thread that panicked has said so already.
            let _ = thread.join();
        }
    }
}

fn next_of<J>(line: &Mutex<Receiver<J>>) -> Option<J> {
    line.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> thread::JoinHandle<()> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .expect("the system has a thread for us")
}

/// Makes the folder for nobody but us. One that is there already is left as it is.
fn make_folder(folder: &Path) -> Result<(), StoreError> {
    if folder.is_dir() {
        return Ok(());
    }
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|why| StoreError::Open { path: folder.to_owned(), why: Arc::new(why) })
}

/// Makes the file for nobody but us; SQLite gives its side files the same rights. One that is
/// there is never opened: closing it again would give up the locks of every connection that this
/// process has to it (see `fcntl(2)`), and another program would take the log away under us.
fn make_file(file: &Path) -> Result<(), StoreError> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Ok(_) => Ok(()),
        Err(known) if known.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(why) => Err(StoreError::Open { path: file.to_owned(), why: Arc::new(why) }),
    }
}

pub(super) fn open(file: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(
        file,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // FULL: with NORMAL a power cut may take back what was acknowledged to Stripe.
    connection.pragma_update(None, "synchronous", "FULL")?;
    // Never within a commit: an error there would be kept from us. The writer sees to it.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

fn open_for_reading(file: &Path) -> Result<Connection, StoreError> {
    let connection = open(file)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::Mode;
    use crate::domain::time::Timestamp;

    #[test]
    fn a_store_is_brought_up_to_date_altogether_or_not_at_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = Settings {
            folder: folder.path().to_owned(),
            mode: Mode::Test,
            publish: Duration::ZERO,
        };
        let start = || {
            let clock = Clock::by_hand(Timestamp::from_unix(0));
            Engine::start(&settings, &Arc::new(Recent::new(Duration::ZERO)), clock)
        };
        let file = Connection::open(folder.path().join(FILE)).expect("it opens");
        file.execute_batch("CREATE TABLE tries (a)").expect("in the way of a later step");
        assert!(matches!(start(), Err(StoreError::Migrate(_))));
        let ours = "SELECT count(*) FROM sqlite_schema WHERE name = 'readers'";
        let made: i64 = file.query_row(ours, [], |row| row.get(0)).expect("a number");
        assert_eq!(made, 0, "nothing of the steps before it is left");
        file.execute_batch("DROP TABLE tries").expect("out of the way");
        assert!(start().is_ok());
    }
}
