//! The thread that writes: what waits in line is one transaction, flushed once.

use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use super::doubt::{self, Doubt};
use super::engine::StoreError;
use super::place::Place;
use super::recent::Keeper;

/// Jobs that are committed together, at most. A flush takes as long as a hundred of them; with
/// more, the first would wait for long.
const TOGETHER: usize = 128;

/// How often the writer looks whether another process has changed the file: half of the two
/// seconds in which a command must take effect.
const WATCH: Duration = Duration::from_secs(1);

/// Work that writes. Without a transaction it is not done, and whoever asked hears why.
pub(super) type Job = Box<dyn FnOnce(Result<&Transaction<'_>, StoreError>) -> Done + Send>;

/// A job that was done, though not committed yet.
pub(super) struct Done {
    failed: Option<StoreError>,
    tell: Tell,
}

/// Tells whoever asked, given whether it was committed.
type Tell = Box<dyn FnOnce(Result<(), StoreError>)>;

/// The job that does this work.
pub(super) fn job<T, F>(work: F, reply: oneshot::Sender<Result<T, StoreError>>) -> Job
where
    T: Send + 'static,
    F: FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
{
    Box::new(move |transaction| {
        let answer = transaction.and_then(work);
        let failed = answer.as_ref().err().cloned();
        let tell = move |committed: Result<(), StoreError>| {
            // Whoever asked may have left; the work is done all the same.
            drop(reply.send(answer.and_then(|answer| committed.map(|()| answer))));
        };
        Done { failed, tell: Box::new(tell) }
    })
}

/// The connection that writes, and what must be seen to before and after.
pub(super) struct Writer {
    connection: Connection,
    keeper: Keeper,
    doubt: Doubt,
    place: Place,
}

impl Writer {
    pub(super) fn new(connection: Connection, keeper: Keeper, place: Place) -> Self {
        Self { connection, keeper, doubt: Doubt::inherited(), place }
    }

    /// Works until nobody can ask any more, and nothing is left in line.
    pub(super) fn work_on(mut self, line: &Receiver<Job>) {
        loop {
            match line.recv_timeout(WATCH) {
                Ok(first) => {
                    let others = line.try_iter().take(TOGETHER - 1);
                    self.write(std::iter::once(first).chain(others).collect());
                }
                Err(RecvTimeoutError::Timeout) => self.publish(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn write(&mut self, jobs: Vec<Job>) {
        let mut jobs = jobs.into_iter();
        let mut tells = Vec::with_capacity(jobs.len());
        let committed = self.commit(&mut jobs, &mut tells);
        if let Err(why) = &committed {
            self.doubt.after(why);
            tells.extend(jobs.map(|undone| undone(Err(why.clone())).tell));
        }
        // First: whoever hears that a session has ended may count on it.
        self.publish();
        for tell in tells {
            tell(committed.clone());
        }
        self.doubt.carry_over(&self.connection);
    }

    /// Does all jobs and commits them, in their order. An error: nothing was written, or to a file
    /// that went away meanwhile, and the jobs that are left were not done.
    fn commit(
        &mut self,
        jobs: &mut impl Iterator<Item = Job>,
        tells: &mut Vec<Tell>,
    ) -> Result<(), StoreError> {
        self.place.check()?;
        self.doubt.settle(&self.connection)?;
        // Immediate: a deferred transaction that turns to writing ignores the busy time-out.
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for job in jobs {
            do_one(&transaction, job, tells)?;
        }
        transaction.commit()?;
        self.place.check()
    }

    fn publish(&mut self) {
        if let Err(problem) = self.keeper.look(&self.connection) {
            tracing::error!(%problem, "cannot see which readers have changed");
        }
    }
}

/// Does one job. If it fails, what it wrote is taken back, and that of the others stays. One that
/// panics tells nobody, who then hears that the store is shut. An error: all is lost.
fn do_one(
    transaction: &Transaction<'_>,
    job: Job,
    tells: &mut Vec<Tell>,
) -> Result<(), StoreError> {
    let begun = run(transaction, "SAVEPOINT job");
    let done = panic::catch_unwind(AssertUnwindSafe(|| job(begun.map(|()| transaction))));
    let failed = match done {
        Ok(Done { failed, tell }) => {
            tells.push(tell);
            failed
        }
        Err(_) => Some(StoreError::Shut),
    };
    match failed {
        None => run(transaction, "RELEASE job"),
        // SQLite itself has rolled back everything, or nobody knows what is on the disk.
        Some(why) if transaction.is_autocommit() || doubt::is_of_the_disk(&why) => Err(why),
        Some(_) => {
            run(transaction, "ROLLBACK TO job")?;
            run(transaction, "RELEASE job")
        }
    }
}

fn run(transaction: &Transaction<'_>, sql: &str) -> Result<(), StoreError> {
    transaction.prepare_cached(sql)?.execute([])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, mpsc};

    use rusqlite::ffi;

    use super::*;
    use crate::clock::Clock;
    use crate::domain::ids::Mode;
    use crate::domain::time::Timestamp;
    use crate::store::engine::open;
    use crate::store::recent::Recent;

    const DONE: &str = "done";
    const UNIQUE: &str = "the store could not do it: UNIQUE constraint failed: paper.id";
    const FOREIGN: &str = "the store could not do it: FOREIGN KEY constraint failed";
    const IO: &str = "the store could not do it: Error code 778: disk I/O error";
    const SHUT: &str = "the store is not open";

    #[test]
    fn what_waits_is_committed_together_and_each_hears_of_his_own() {
        let second_fails = "INSERT INTO paper (id) VALUES (2); INSERT INTO paper (id) VALUES (1)";
        //    jobs                                   what each hears           written, in order
        check(&[&put(3), &put(1), &put(2)], &[DONE, DONE, DONE], &[3, 1, 2]);
        check(&[&put(1), &put(1), &put(2)], &[DONE, UNIQUE, DONE], &[1, 2]);
        check(&[&put(1), second_fails, &put(3)], &[DONE, UNIQUE, DONE], &[1, 3]);
        check(&[&put(1), PANIC, &put(2)], &[DONE, SHUT, DONE], &[1, 2]);
    }

    #[test]
    fn what_is_not_committed_is_acknowledged_to_nobody() {
        let commit_fails = "INSERT INTO paper (id, beside) VALUES (2, 99)";
        let ends_it = "INSERT OR ROLLBACK INTO paper (id) VALUES (1)";
        //    jobs                                   what each hears           written
        check(&[&put(1), commit_fails, &put(3)], &[FOREIGN, FOREIGN, FOREIGN], &[]);
        check(&[&put(1), &put(1), commit_fails], &[FOREIGN, UNIQUE, FOREIGN], &[]);
        check(&[&put(1), ends_it, &put(3)], &[UNIQUE, UNIQUE, UNIQUE], &[]);
        check(&[&put(1), DISK_FAILS, &put(3)], &[IO, IO, IO], &[]);
    }

    #[test]
    fn more_than_fits_into_one_transaction_keeps_its_order() {
        let jobs: Vec<String> = (0..=2 * TOGETHER).rev().map(put).collect();
        let jobs: Vec<&str> = jobs.iter().map(String::as_str).collect();
        let written: Vec<usize> = (0..=2 * TOGETHER).rev().collect();
        check(&jobs, &vec![DONE; jobs.len()], &written);
    }

    #[test]
    fn while_another_program_writes_all_are_refused_and_then_taken() {
        let paper = Paper::new();
        let other = paper.open();
        other.execute_batch("BEGIN IMMEDIATE").expect("it is free");
        let writer = paper.writer();
        writer.connection.busy_timeout(Duration::ZERO).expect("set");
        let locked = "another program is writing to the store, and does not end";
        assert_eq!(heard(writer, &[&put(1), &put(2)]), [locked, locked]);
        other.execute_batch("COMMIT").expect("it lets go");
        assert_eq!(heard(paper.writer(), &[&put(1), &put(2)]), [DONE, DONE]);
    }

    /// A job that panics after it has written.
    const PANIC: &str = "panic";
    /// A job whose last write the disk fails.
    const DISK_FAILS: &str = "disk fails";

    fn put(id: usize) -> String {
        format!("INSERT INTO paper (id) VALUES ({id})")
    }

    fn check(jobs: &[&str], hear: &[&str], written: &[usize]) {
        let paper = Paper::new();
        assert_eq!(heard(paper.writer(), jobs), hear, "{jobs:?}");
        let connection = paper.open();
        let mut ids = connection.prepare("SELECT id FROM paper ORDER BY sheet").expect("read");
        let ids = ids.query_map([], |row| row.get(0)).expect("read");
        let ids: Vec<usize> = ids.collect::<Result<_, _>>().expect("read");
        assert_eq!(ids, written, "{jobs:?}");
    }

    /// What each hears when all of these wait in line.
    fn heard(writer: Writer, jobs: &[&str]) -> Vec<String> {
        let (ask, line) = mpsc::sync_channel(jobs.len());
        let answers = jobs.iter().map(|text| {
            let (reply, answer) = oneshot::channel();
            let text = (*text).to_owned();
            ask.send(job(move |transaction| act(transaction, &text), reply))
                .expect("there is room");
            answer
        });
        let answers: Vec<_> = answers.collect();
        drop(ask);
        writer.work_on(&line);
        let word = |mut answer: oneshot::Receiver<Result<(), StoreError>>| {
            let answer = answer.try_recv().unwrap_or(Err(StoreError::Shut));
            answer.map_or_else(|why| why.to_string(), |()| DONE.to_owned())
        };
        answers.into_iter().map(word).collect()
    }

    fn act(transaction: &Transaction<'_>, text: &str) -> Result<(), StoreError> {
        let sql = if [PANIC, DISK_FAILS].contains(&text) { &put(77) } else { text };
        transaction.execute_batch(sql)?;
        assert_ne!(text, PANIC, "on purpose");
        if text == DISK_FAILS {
            let failure = ffi::Error::new(ffi::SQLITE_IOERR_WRITE);
            return Err(rusqlite::Error::SqliteFailure(failure, None).into());
        }
        Ok(())
    }

    /// A database of one table, and of what the keeper looks at.
    struct Paper {
        folder: tempfile::TempDir,
    }

    impl Paper {
        fn new() -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            std::fs::File::create(folder.path().join("file")).expect("made");
            let paper = Self { folder };
            let tables = "CREATE TABLE paper (sheet INTEGER PRIMARY KEY, id INTEGER UNIQUE,
                              beside INTEGER REFERENCES paper (id) DEFERRABLE INITIALLY DEFERRED);
                          CREATE TABLE readers (changed_seq INTEGER)";
            paper.open().execute_batch(tables).expect("made");
            paper
        }

        fn open(&self) -> Connection {
            open(&self.folder.path().join("file")).expect("it opens")
        }

        fn writer(&self) -> Writer {
            let recent = Arc::new(Recent::new(Duration::ZERO));
            let clock = Clock::by_hand(Timestamp::from_unix(0));
            let place = Place::of(&self.folder.path().join("file"));
            Writer::new(self.open(), Keeper::new(recent, Mode::Test, clock), place)
        }
    }
}
