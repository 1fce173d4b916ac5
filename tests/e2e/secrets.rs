//! Secrets of the running program: it tells them to nobody, whatever goes wrong.

mod echo;
mod post;

use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use tempfile::TempDir;
use tollhouse::clock::Clock;

use self::echo::Echo;
use self::post::Post;
use super::program::free_address;

/// Whatever is secret has this in it, and nothing else has.
const CANARY: &str = "CANARY";

const KEY: &str = "sk_test_CANARY1";
const WEBHOOK: &str = "whsec_CANARY2";
const OLD_WEBHOOK: &str = "whsec_CANARY3";
const SMTP: &str = "smtps://ann:CANARY4@mail.example";
const SMTP_PASSWORD: &str = "CANARY4";

/// Nobody's user and group, on every Linux.
const NOBODY: u32 = 65_534;

#[tokio::test]
async fn a_program_that_fails_in_every_way_tells_no_secret() {
    let (stripe, post) = (Echo::start().await, Post::open().await);
    let site = Site { smtp: post.url(SMTP_PASSWORD), ..Site::new(&stripe.url) };
    let mut running = site.run();
    let granted = site.says(&["grant", "ann@site.example", "reader"], &[]).1;
    let answers = [granted, site.visit(&stripe).await].concat();
    post.refuses(SMTP_PASSWORD).await;
    let commands = site.commands();
    let status = running.end("ABRT");
    assert_eq!((status.signal(), status.core_dumped()), (Some(6), false), "{status}");
    let mut again = site.run();
    assert!(again.end("TERM").success());
    let log = [running.heard(), again.heard()].concat();
    assert!(log.contains("DEBUG"), "it logs all that it has:\n{log}");
    assert!(log.contains("[key]"), "the key was echoed, and hidden:\n{log}");
    assert!(log.contains("a sign-in mail is given up"), "the password was refused:\n{log}");
    tells_nothing("the log", &log);
    tells_nothing("the answers", &answers);
    tells_nothing("the commands", &commands);
    for entry in fs::read_dir(site.folder.path().join("tollhouse-data")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let text = String::from_utf8_lossy(&fs::read(&path).expect("it is read")).into_owned();
        tells_nothing(&path.display().to_string(), &text);
    }
    for entry in fs::read_dir(site.folder.path()).expect("a folder") {
        let name = entry.expect("an entry").file_name().into_string().expect("a name");
        assert!(!name.starts_with("core"), "a core dump: {name}");
    }
}

#[test]
fn a_faulty_configuration_is_told_without_its_secrets() {
    let site = Site::new("http://127.0.0.1:1/");
    let config = &site.config;
    let instead = |old: &str, new: &str| {
        assert!(config.contains(old), "{old}");
        config.replace(old, new)
    };
    let of_key = "secret_key = { env = \"KEY\" }";
    let faulty = [
        instead(of_key, &format!("secret_key = \"{KEY}\"")),
        instead(of_key, "secret_key = \"CANARY without a prefix\""),
        instead(of_key, &format!("secret_key = {{ env = \"{KEY}\" }}")),
        instead(of_key, &format!("secret_key = {{ env = \"KEY\" {KEY}")),
        instead(of_key, &format!("secret_kay = \"{KEY}\"")),
        instead(of_key, &format!("{of_key}\n{KEY} = 1")),
        instead(of_key, "secret_key = { env = \"WEBHOOK\" }"),
        instead(of_key, "secret_key = { env = \"CUT\" }"),
        instead(of_key, "secret_key = { env = \"PUBLIC\" }"),
        instead(of_key, "secret_key = { file = \"public\" }"),
        instead("{ env = \"WEBHOOK\" }", "{ env = \"KEY\" }"),
        instead("{ env = \"WEBHOOK\" }", &format!("\"{WEBHOOK}\"")),
        instead("smtp = { env = \"SMTP\" }", &format!("smtp = \"{SMTP}\"")),
        instead("smtp = { env = \"SMTP\" }", &format!("smtp = {{ env = \"{SMTP}\" }}")),
        instead("\"http://127.0.0.1:1/\"", "\"http://ann:CANARY@127.0.0.1:1/\""),
        instead("\"http://127.0.0.1:1/\"", &format!("\"{KEY}\"")),
        instead("contact =", &format!("url = \"{KEY}\"\ncontact =")),
    ];
    for text in faulty {
        fs::write(site.folder.path().join("config.toml"), &text).expect("written");
        for arguments in [&["check"][..], &["run"], &["sync"], &["events", "list"]] {
            let (status, said) = site.says(arguments, &[]);
            if arguments != ["events", "list"] {
                assert!(!status.success(), "{arguments:?} with\n{text}");
            }
            tells_nothing(&format!("{arguments:?} with\n{text}"), &said);
        }
    }
    fs::write(site.folder.path().join("config.toml"), config).expect("written");
    for variable in ["STRIPE__SECRET_KEY", "STRIPE_SECRET_KEY", "SITE__URL", "LIMITS__THREADS"] {
        let over = [(format!("TOLLHOUSE_{variable}"), KEY)];
        let over = over.each_ref().map(|(name, value)| (name.as_str(), *value));
        let (_, said) = site.says(&["check"], &over);
        assert!(said.contains(over[0].0), "{said}");
        tells_nothing(variable, &said);
    }
}

/// Root's are the files in `/proc` of a program whose memory nobody may look into.
#[cfg(target_os = "linux")]
#[test]
fn the_memory_of_the_program_is_nobodys_business() {
    let site = Site::new("http://127.0.0.1:1/");
    let mut running = site.run();
    let proc = Path::new("/proc").join(running.process.id().to_string());
    let limits = fs::read_to_string(proc.join("limits")).expect("Linux tells");
    let core = limits.lines().find(|line| line.starts_with("Max core file size"));
    let core: Vec<&str> = core.expect("a limit").split_whitespace().collect();
    assert_eq!(core[4..6], ["0", "0"], "{limits}");
    let owner = |name: &str| fs::metadata(proc.join(name)).expect("it is there").uid();
    let status = fs::read_to_string(proc.join("status")).expect("Linux tells");
    assert!(status.contains(&format!("\nUid:\t{}\t", site.user)), "{status}");
    assert_ne!(site.user, 0);
    for name in ["mem", "environ", "maps", "auxv"] {
        assert_eq!(owner(name), 0, "{name}");
    }
    assert!(running.end("TERM").success());
}

fn tells_nothing(what: &str, text: &str) {
    let line = text.lines().find(|line| line.contains(CANARY));
    assert!(line.is_none(), "{what} tells a secret:\n{}", line.unwrap_or_default());
}

/// What a secret is needed for, in a folder.
struct Site {
    folder: TempDir,
    url: String,
    config: String,
    /// The mail server, with its password.
    smtp: String,
    /// Who runs the program: whoever runs the test, or nobody if that is root, who may do anything.
    user: u32,
}

impl Site {
    fn new(stripe: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let address = free_address();
        let url = format!("http://{address}");
        let config = format!(
            r#"
version = 1
[site]
name = "Marginal Weather"
url = "{url}"
listen = "{address}"
files = "public"
contact = "hello@weather.example"
[stripe]
secret_key = {{ env = "KEY" }}
webhook_secret = [{{ env = "WEBHOOK" }}, {{ file = "old-webhook" }}]
api_base = "{stripe}"
[mail]
from = "hello@weather.example"
smtp = {{ env = "SMTP" }}
[plans.reader]
title = "Reader"
prices = [{{ id = "price_1", every = "month", shown = "$5 a month" }}]
[[gate]]
paths = ["/longreads/**"]
plans = ["reader"]
"#
        );
        let user = fs::metadata(folder.path()).expect("a folder").uid();
        let user = if user == 0 { NOBODY } else { user };
        let everybody = fs::Permissions::from_mode(0o777);
        fs::set_permissions(folder.path(), everybody).expect("ours");
        // Where the program lies, the user nobody may not be allowed to look.
        let built = env!("CARGO_BIN_EXE_tollhouse");
        let program = folder.path().join("tollhouse");
        let linked = fs::hard_link(built, &program);
        linked.or_else(|_| fs::copy(built, &program).map(drop)).expect("it is built");
        fs::create_dir(folder.path().join("public")).expect("a folder");
        fs::write(folder.path().join("old-webhook"), OLD_WEBHOOK).expect("written");
        fs::write(folder.path().join("config.toml"), &config).expect("written");
        Self { folder, url, config, smtp: SMTP.to_owned(), user }
    }

    /// The program, where it is asked to tell everything.
    fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("sh");
        let dumps = "ulimit -c unlimited 2>/dev/null; exec ./tollhouse \"$@\"";
        command.args(["-c", dumps, "sh"]).args(arguments).current_dir(self.folder.path());
        command
            .env("KEY", KEY)
            .env("WEBHOOK", WEBHOOK)
            .env("SMTP", &self.smtp)
            .env("CUT", format!("{KEY} cut"))
            .env("PUBLIC", "pk_test_CANARY")
            .env("TOLLHOUSE_LOG", "trace")
            .env("RUST_BACKTRACE", "full");
        if fs::metadata(self.folder.path()).expect("a folder").uid() != self.user {
            command.uid(self.user).gid(self.user);
        }
        command
    }

    fn run(&self) -> Running {
        Running::start(self.program(&["run"]))
    }

    /// How a command ends, and everything that it says.
    fn says(&self, arguments: &[&str], over: &[(&str, &str)]) -> (ExitStatus, String) {
        let mut command = self.program(arguments);
        let output = command.envs(over.iter().copied()).output().expect("it runs");
        let said =
            [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
        (output.status, said.concat())
    }

    /// What visitors and Stripe do, and are answered.
    async fn visit(&self, stripe: &Echo) -> String {
        let redirect = reqwest::redirect::Policy::none();
        let client = reqwest::Client::builder().redirect(redirect).build().expect("a client");
        let mut told = String::new();
        let mut note = async |request: reqwest::RequestBuilder| {
            let answer = request.send().await.expect("an answer");
            writeln!(told, "{} {:?}", answer.status(), answer.headers()).expect("it takes all");
            told += &answer.text().await.expect("text");
        };
        for accepted in ["text/html", "application/json"].into_iter().cycle().take(12) {
            let page = client.get(self.at("/longreads/tide"));
            let page = page.header("sec-fetch-mode", "navigate");
            note(page.header("sec-fetch-dest", "document").header("accept", accepted)).await;
            let button = client.post(self.at("/_tollhouse/checkout"));
            let button = button.header("sec-fetch-site", "same-origin").header("accept", accepted);
            note(button.form(&[("price", "price_1"), ("to", "/longreads/tide")])).await;
        }
        let ask = client.post(self.at("/_tollhouse/sign-in"));
        let ask = ask.header("sec-fetch-site", "same-origin");
        note(ask.form(&[("email", "ann@site.example"), ("to", "/")])).await;
        for secret in [WEBHOOK, OLD_WEBHOOK, "whsec_wrong"] {
            for body in [event("evt_1", "cus_1"), event("evt_2", "cus_2"), "{".to_owned()] {
                let now = Clock::system().now().unix();
                let signature = stripe_sandbox::signature_header(secret, now, body.as_bytes());
                let webhook = client.post(self.at("/_tollhouse/stripe/webhook"));
                note(webhook.header("stripe-signature", signature).body(body)).await;
            }
        }
        stripe.was_asked_for("/v1/customers/cus_2").await;
        // What visitors carry is not for the log either; to themselves it is no secret.
        for path in ["/_tollhouse/sign-in/CANARY5", "/_tollhouse/return?session_id=cs_CANARY6"] {
            let bearer = client.get(self.at(path)).header("authorization", "Bearer CANARY7");
            let bearer = bearer.header("cookie", "tollhouse=CANARY8; tollhouse-checkout-CANARY9=1");
            bearer.send().await.expect("an answer");
            let form = client.post(self.at(path)).header("sec-fetch-site", "same-origin");
            form.body("x=CANARY10").send().await.expect("an answer");
        }
        told
    }

    /// What every command says beside the running program.
    fn commands(&self) -> String {
        let commands: [&[&str]; 13] = [
            &["check"],
            &["config", "example"],
            &["grant", "ann@site.example", "reader"],
            &["link", "ann@site.example"],
            &["events", "list"],
            &["events", "show", "evt_1"],
            &["events", "replay", "evt_1"],
            &["events", "replay", "evt_unknown"],
            &["sync"],
            &["sync", "--dry-run"],
            &["run"],
            &["run", "--secret-key", KEY],
            &["serve"],
        ];
        commands.map(|arguments| self.says(arguments, &[]).1).concat()
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }
}

fn event(id: &str, customer: &str) -> String {
    format!(
        r#"{{"id":"{id}","object":"event","type":"customer.updated","livemode":false,"created":1,"data":{{"object":{{"id":"{customer}","object":"customer"}}}}}}"#
    )
}

/// A running program, of which every word is heard.
struct Running {
    process: Child,
    listeners: Vec<JoinHandle<String>>,
}

impl Running {
    /// Returns when it listens.
    fn start(mut command: Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().expect("the program starts");
        let (ready, is_ready) = mpsc::channel();
        let out = process.stdout.take().expect("it is piped");
        let log = process.stderr.take().expect("it is piped");
        let listeners = vec![listen(out, ready.clone()), listen(log, ready)];
        let running = Self { process, listeners };
        is_ready.recv().expect("it listens before it ends");
        running
    }

    /// Sends a signal, and waits for the end.
    fn end(&mut self, signal: &str) -> ExitStatus {
        let id = self.process.id().to_string();
        let sent = Command::new("kill").args(["-s", signal, &id]).status().expect("kill runs");
        assert!(sent.success(), "the program runs");
        self.process.wait().expect("it is ours")
    }

    /// All that it said, after its end.
    fn heard(&mut self) -> String {
        let heard = self.listeners.drain(..).map(|one| one.join().expect("no panic"));
        heard.collect::<Vec<_>>().concat()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn listen(mut from: impl Read + Send + 'static, ready: mpsc::Sender<()>) -> JoinHandle<String> {
    thread::spawn(move || {
        let (mut heard, mut part) = (Vec::new(), [0; 4096]);
        while let Ok(length @ 1..) = from.read(&mut part) {
            heard.extend_from_slice(&part[..length]);
            if String::from_utf8_lossy(&heard).contains("listening on http://") {
                // Whoever waits needs to hear it once.
                let _ = ready.send(());
            }
        }
        String::from_utf8_lossy(&heard).into_owned()
    })
}
