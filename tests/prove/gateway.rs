//! The built program, `tollhouse run`, on a folder and a Stripe that outlive it.

use std::collections::VecDeque;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use stripe_sandbox::Sandbox;
use tempfile::TempDir;

pub(crate) const WEBHOOK_SECRET: &str = "whsec_of_the_test";

/// A page that subscribers read, and one for who bought the course.
pub(crate) const ESSAY: &str = "/essays/tide.html";
pub(crate) const LESSON: &str = "/course/one.html";

/// Ten times what a start may take on a machine that has other things to do.
const STARTS_WITHIN: Duration = Duration::from_mins(1);

/// How much of the log is kept, to be shown when something is wrong.
const LOG_LINES: usize = 200;

const CONFIG: &str = r#"
version = 1
[site]
name = "Marginal Weather"
url = "http://@ADDRESS"
listen = "@ADDRESS"
files = "public"
contact = "hello@weather.example"
[stripe]
secret_key = { env = "STRIPE_SECRET_KEY" }
webhook_secret = { env = "STRIPE_WEBHOOK_SECRET" }
api_base = "@STRIPE"
[store]
folder = "@STORE"
[limits]
connections_per_address = 10000
checkouts_per_hour = 10000
[plans.basic]
title = "Basic"
prices = [{ id = "price_basic", every = "month", shown = "$9 a month" }]
[plans.course]
title = "Course"
prices = [{ id = "price_course", once = true, shown = "$49" }]
[[gate]]
paths = ["/essays/**"]
plans = ["basic"]
[[gate]]
paths = ["/course/**"]
plans = ["course"]
"#;

/// A site and its gateway, which is started and killed at will.
pub(crate) struct Gateway {
    pub(crate) url: String,
    folder: TempDir,
    store: PathBuf,
    running: Option<Running>,
}

struct Running {
    process: Child,
    ready: Receiver<()>,
    log: Arc<Mutex<VecDeque<String>>>,
}

impl Gateway {
    /// One whose store is in its own folder.
    pub(crate) fn new(stripe: &Sandbox) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = folder.path().join("store");
        Self::in_folder(stripe, folder, store)
    }

    /// One whose store is elsewhere.
    pub(crate) fn with_store(stripe: &Sandbox, store: &Path) -> Self {
        Self::in_folder(stripe, tempfile::tempdir().expect("a folder"), store.to_owned())
    }

    fn in_folder(stripe: &Sandbox, folder: TempDir, store: PathBuf) -> Self {
        let address = free_address();
        let config = CONFIG
            .replace("@ADDRESS", &address)
            .replace("@STRIPE", &stripe.url())
            .replace("@STORE", store.to_str().expect("a path"));
        fs::write(folder.path().join("config.toml"), config).expect("written");
        for page in [ESSAY, LESSON] {
            let file = folder.path().join("public").join(page.trim_start_matches('/'));
            fs::create_dir_all(file.parent().expect("a folder")).expect("made");
            fs::write(file, "paper").expect("written");
        }
        Self { url: format!("http://{address}"), folder, store, running: None }
    }

    /// Starts it, and returns when it answers.
    pub(crate) fn start(&mut self) {
        self.launch(&[]);
        assert!(self.is_ready(STARTS_WITHIN), "it does not start:\n{}", self.log());
    }

    /// Starts it behind a command such as strace, and does not wait.
    pub(crate) fn launch(&mut self, behind: &[String]) {
        assert!(self.running.is_none(), "it runs already");
        let mut words: Vec<&str> = behind.iter().map(String::as_str).collect();
        words.extend([env!("CARGO_BIN_EXE_tollhouse"), "run"]);
        let mut process = Command::new(words[0])
            .args(&words[1..])
            .current_dir(self.folder.path())
            .env("STRIPE_SECRET_KEY", "sk_test_sandbox")
            .env("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let log = Arc::new(Mutex::new(VecDeque::new()));
        let ready = listen(process.stderr.take().expect("it is piped"), Arc::clone(&log));
        self.running = Some(Running { process, ready, log });
    }

    /// Whether it is ready within this time. One that ended is not.
    pub(crate) fn is_ready(&self, within: Duration) -> bool {
        match self.running().ready.recv_timeout(within) {
            Ok(()) => true,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => false,
        }
    }

    /// Whether it answers now, or has ended instead.
    pub(crate) fn starts(&self) -> bool {
        self.is_ready(STARTS_WITHIN)
    }

    /// Ends it as `kill -9` does: nothing of it runs on. What it left is on the disk.
    pub(crate) fn kill(&mut self) {
        if let Some(mut running) = self.running.take() {
            // It may have ended by itself.
            let _ = running.process.kill();
            let _ = running.process.wait();
        }
    }

    /// Asks what runs behind a command to end, and waits until the command has.
    pub(crate) fn terminate_behind(&mut self) -> ExitStatus {
        let mut running = self.running.take().expect("it runs");
        for child in children(running.process.id()) {
            // It may have ended by itself.
            let _ = Command::new("kill").args(["-TERM", &child]).status();
        }
        running.process.wait().expect("it is ours")
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.running().process.id()
    }

    /// The folder of its store.
    pub(crate) fn store(&self) -> &Path {
        &self.store
    }

    /// The last lines of its log.
    pub(crate) fn log(&self) -> String {
        let Some(running) = &self.running else { return "it does not run".to_owned() };
        let lines = running.log.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().map(String::as_str).collect::<Vec<_>>().join("\n")
    }

    fn running(&self) -> &Running {
        self.running.as_ref().expect("it runs")
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        if let Some(running) = &self.running {
            for child in children(running.process.id()) {
                // Behind strace, the program is its child, and outlives it.
                let _ = Command::new("kill").args(["-KILL", &child]).status();
            }
        }
        self.kill();
    }
}

/// Reads the log to its end; tells when the program is ready.
fn listen(log: ChildStderr, kept: Arc<Mutex<VecDeque<String>>>) -> Receiver<()> {
    let (tell, ready) = mpsc::channel();
    thread::spawn(move || {
        let mut tell = Some(tell);
        for line in BufReader::new(log).lines().map_while(Result::ok) {
            if line.contains("listening on http://")
                && let Some(tell) = tell.take()
            {
                // Whoever started it may not care.
                let _ = tell.send(());
                keep(&kept, line);
                continue;
            }
            keep(&kept, line);
        }
    });
    ready
}

fn keep(kept: &Mutex<VecDeque<String>>, line: String) {
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.len() == LOG_LINES {
        kept.pop_front();
    }
    kept.push_back(line);
}

/// The processes that this one started.
fn children(process: u32) -> Vec<String> {
    let file = format!("/proc/{process}/task/{process}/children");
    let children = fs::read_to_string(file).unwrap_or_default();
    children.split_whitespace().map(ToOwned::to_owned).collect()
}

/// The public address must be known before the start, so a port is taken and given back.
fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").to_string()
}
