//! A disk that fails: one write, or one flush, after the other.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::books::Books;
use crate::chance::Chance;
use crate::gateway::Gateway;
use crate::host;
use crate::report::{Chapter, not_run, tell};
use crate::size::size;
use crate::stripe::{Letterbox, Mail, stripe};
use crate::until::until;

const WRITES: Chapter = Chapter { file: "50-writes", title: "An I/O error at every write" };
const FLUSHES: Chapter = Chapter { file: "60-flushes", title: "An I/O error at every flush" };
const FIRST_START: Chapter =
    Chapter { file: "65-first-start", title: "An I/O error at every write of the first start" };

/// More than a run of the scenario makes, by far: a run without an error must come.
const AT_MOST: usize = 2_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_fails_loses_nothing_that_was_acknowledged() {
    each_fails(WRITES, "pwrite64", size().failing_write, Store::OfYesterday).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flush_that_fails_loses_nothing_that_was_acknowledged() {
    each_fails(FLUSHES, "fsync,fdatasync", size().failing_flush, Store::OfYesterday).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_fails_while_the_store_is_made_spoils_nothing() {
    each_fails(FIRST_START, "pwrite64", size().failing_first_write, Store::None).await;
}

/// What the gateway finds when it starts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Store {
    None,
    OfYesterday,
}

/// How a gateway took an error.
#[derive(Debug, Default)]
struct Outcomes {
    /// It did not start, and said so.
    refused_to_start: usize,
    /// It answered some webhooks with 503.
    refused_webhooks: usize,
    /// Nobody outside noticed.
    unnoticed: usize,
}

/// Lets the first of these calls fail, then the second, and so on, until a run makes no more of
/// them.
async fn each_fails(chapter: Chapter, calls: &str, step: usize, store: Store) {
    if let Err(why) = host::has("strace").and_then(|()| may_trace()) {
        return not_run(chapter, &why);
    }
    let mut chance = Chance::of(chapter.file);
    let mut outcomes = Outcomes::default();
    let mut at = 1 + chance.within(0..step);
    let mut scenario = Scenario::prepare(store).await;
    while scenario.run(calls, at, &mut outcomes).await {
        at += step;
        assert!(at < AT_MOST, "it always fails");
    }
    let Outcomes { refused_to_start, refused_webhooks, unnoticed } = outcomes;
    let runs = refused_to_start + refused_webhooks + unnoticed;
    assert!(runs > 0, "no run met an error: nothing was proven");
    tell(
        chapter,
        &[
            format!(
                "one call made to fail in each run: `{calls}`; at first the first of a thread, \
                     then that which is {step} further; runs with an error: {runs}, until one \
                     made no such call any more"
            ),
            format!(
                "it refused to start and said so: {refused_to_start}; it stayed up and \
                     answered 503: {refused_webhooks}; nobody noticed: {unnoticed}"
            ),
            "events acknowledged and not there after a restart: 0; each time the refused ones \
             were taken after the restart, and the ledger equalled Stripe's state"
                .to_owned(),
            format!("seed: {}", chance.seed()),
        ],
    );
}

/// Always the same: two customers, one of whom has just canceled, or both of whom are new.
struct Scenario {
    stripe: stripe_sandbox::Sandbox,
    gateway: Gateway,
    template: tempfile::TempDir,
    mail: Mail,
    from: Store,
}

impl Scenario {
    async fn prepare(from: Store) -> Self {
        let stripe = stripe().await;
        let mut mail = Mail::of_customers(&stripe, 2).await;
        let mut gateway = Gateway::new(&stripe);
        gateway.start();
        mail.deliver_rest(&Letterbox::of(&gateway)).await;
        let store = gateway.store().to_owned();
        until(async || Books::open(&store).waiting() == 0).await;
        gateway.kill();
        let template = tempfile::tempdir().expect("a folder");
        if from == Store::OfYesterday {
            copy(&store, template.path());
            mail.cancel_first();
            mail.more(4);
        } else {
            mail.unsay_all_but(&BTreeSet::new());
        }
        Self { stripe, gateway, template, mail, from }
    }

    /// One run: whether a call failed in it.
    async fn run(&mut self, calls: &str, at: usize, outcomes: &mut Outcomes) -> bool {
        let store = self.gateway.store().to_owned();
        fs::remove_dir_all(&store).expect("it is there");
        fs::create_dir(&store).expect("made");
        copy(self.template.path(), &store);
        let log = tempfile::NamedTempFile::new().expect("a file");
        let mail = self.mail.again();
        self.gateway.launch(&behind_strace(log.path(), calls, at));
        let started = self.gateway.starts();
        if started {
            mail.deliver_once(&Letterbox::of(&self.gateway)).await;
            until(async || failed(log.path()) || Books::open(&store).waiting() == 0).await;
        }
        let said = self.gateway.log();
        let ended = self.gateway.terminate_behind();
        let failed = failed(log.path());
        if failed {
            match (started, mail.refused()) {
                (false, _) => {
                    assert!(self.from == Store::None, "there are keys to go on with: {said}");
                    assert!(!ended.success() && said.contains("the store"), "{ended}: {said}");
                    outcomes.refused_to_start += 1;
                }
                (true, 0) => outcomes.unnoticed += 1,
                (true, _) => outcomes.refused_webhooks += 1,
            }
        } else {
            assert!(started && mail.refused() == 0, "nothing failed");
        }
        self.look_after(&store, &mail).await;
        failed
    }

    /// Without errors, the gateway has all that was acknowledged, and takes the rest.
    async fn look_after(&mut self, store: &Path, mail: &Mail) {
        let acknowledged = mail.acknowledged();
        if !acknowledged.is_empty() {
            Books::open(store).hold(&acknowledged);
        }
        self.gateway.start();
        // One more about each: the worker then need not wait to try again what failed.
        mail.more(2);
        mail.deliver_rest(&Letterbox::of(&self.gateway)).await;
        until(async || Books::open(store).waiting() == 0).await;
        let books = Books::open(store);
        books.hold(&mail.acknowledged());
        books.equal(&self.stripe);
        drop(books);
        self.gateway.kill();
    }
}

/// The words before the command that make its calls fail.
fn behind_strace(log: &Path, calls: &str, at: usize) -> Vec<String> {
    let log = log.to_str().expect("a path");
    let trace = format!("trace={calls}");
    let inject = format!("inject={calls}:error=EIO:when={at}");
    ["strace", "-f", "-qq", "--seccomp-bpf", "-o", log, "-e", &trace, "-e", &inject]
        .map(ToOwned::to_owned)
        .to_vec()
}

/// Whether a call was made to fail.
fn failed(log: &Path) -> bool {
    fs::read_to_string(log).expect("a log").contains("(INJECTED)")
}

fn may_trace() -> Result<(), String> {
    host::run(&["strace", "-qq", "-o", "/dev/null", "true"]).map(|_| ())
}

fn copy(from: &Path, to: &Path) {
    for file in fs::read_dir(from).expect("a folder") {
        let file: PathBuf = file.expect("a file").path();
        fs::copy(&file, to.join(file.file_name().expect("a name"))).expect("copied");
    }
}
