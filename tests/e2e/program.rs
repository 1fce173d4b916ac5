//! The built program, started as its user would.

use std::fs;
use std::io::{BufRead as _, BufReader, Read};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use stripe_sandbox::{Interval, Options, PriceSeed, Sandbox};
use tempfile::TempDir;

const WEBHOOK_SECRET: &str = "whsec_of_the_test";

/// A running process of ours, which ends with this value.
pub(crate) struct Program {
    process: Child,
    /// What it printed up to the line that was waited for.
    pub(crate) said: String,
}

impl Program {
    /// Starts it, and returns when it has printed a line with these words.
    fn start(command: &mut Command, speaks: Speaks, ready: &str) -> Self {
        match speaks {
            Speaks::Out => command.stdout(Stdio::piped()).stderr(Stdio::null()),
            Speaks::Log => command.stdout(Stdio::null()).stderr(Stdio::piped()),
        };
        let mut process = command.spawn().expect("the program starts");
        let lines: Box<dyn Read + Send> = match speaks {
            Speaks::Out => Box::new(process.stdout.take().expect("it is piped")),
            Speaks::Log => Box::new(process.stderr.take().expect("it is piped")),
        };
        let mut lines = BufReader::new(lines);
        let mut said = String::new();
        while !said.contains(ready) {
            let length = lines.read_line(&mut said).expect("lines");
            assert!(length > 0, "it ended before it was ready:\n{said}");
        }
        // Whoever does not read on stops a program that has more to say.
        thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        Self { process, said }
    }

    /// The demo, on any free port; what it writes is in this folder.
    pub(crate) fn demo(folder: &Path) -> Self {
        let mut command = tollhouse();
        command.args(["demo", "--listen", "127.0.0.1:0"]).env("TMPDIR", folder);
        Self::start(&mut command, Speaks::Out, "Ctrl-C ends it")
    }

    /// The address behind a word of the demo's guide.
    pub(crate) fn address_of(&self, what: &str) -> String {
        let line = self.said.lines().find(|line| line.trim_start().starts_with(what));
        let line = line.unwrap_or_else(|| panic!("no {what:?} in\n{}", self.said));
        line.split_whitespace().last().expect("an address").trim_end_matches('/').to_owned()
    }
}

impl Program {
    /// Asks it to end, as an init system does.
    pub(crate) fn terminate(&self) {
        let id = self.process.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().expect("kill runs");
        assert!(sent.success(), "the program runs");
    }

    /// Waits until it has ended: whether it is content.
    pub(crate) fn ends_well(&mut self) -> bool {
        self.process.wait().expect("it is ours").success()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Where a command prints what is waited for.
#[derive(Clone, Copy)]
enum Speaks {
    Out,
    Log,
}

/// The sample site, gated by `tollhouse run`, with a simulated Stripe that the test can ask.
pub(crate) struct Shop {
    pub(crate) url: String,
    pub(crate) stripe: Sandbox,
    folder: TempDir,
    program: Option<Program>,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        Self::with(|config| config).await
    }

    /// A shop whose configuration is changed in one place.
    pub(crate) async fn with(change: impl FnOnce(String) -> String) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/demo");
        let address = free_address();
        let url = format!("http://{address}");
        let stripe = stripe().await;
        stripe
            .add_webhook(&format!("{url}/_tollhouse/stripe/webhook"), WEBHOOK_SECRET)
            .expect("an address");
        let site = example.join("public");
        let config = fs::read_to_string(example.join("config.toml")).expect("a configuration");
        let config = config
            .replace("127.0.0.1:8080", &address)
            .replace("./public", site.to_str().expect("a path"))
            .replace("[stripe]", &format!("[stripe]\napi_base = \"{}\"", stripe.url()));
        fs::write(folder.path().join("config.toml"), change(config)).expect("written");
        let mut shop = Self { url, stripe, folder, program: None };
        shop.start();
        shop
    }

    fn start(&mut self) {
        let mut command = in_folder(self.folder.path());
        command.arg("run");
        self.program = Some(Program::start(&mut command, Speaks::Log, "listening on http://"));
    }

    /// Kills the gateway as a power cut would, and starts it again.
    pub(crate) fn kill_and_start_again(&mut self) {
        drop(self.program.take());
        self.start();
    }

    /// Asks the gateway to end, and returns when nobody new is let in.
    pub(crate) async fn terminate(&self) {
        self.program().terminate();
        let address = self.url.trim_start_matches("http://");
        let shut = async {
            while TcpStream::connect(address).is_ok() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), shut).await.expect("it lets nobody in");
    }

    /// Asks once more.
    pub(crate) fn terminate_again(&self) {
        self.program().terminate();
    }

    /// Waits until the gateway has ended: whether it is content.
    pub(crate) fn ends_well(&mut self) -> bool {
        self.program.as_mut().expect("it runs").ends_well()
    }

    fn program(&self) -> &Program {
        self.program.as_ref().expect("it runs")
    }

    /// What another command says to the same configuration.
    pub(crate) fn command(&self, arguments: &[&str]) -> String {
        let output = in_folder(self.folder.path()).args(arguments).output().expect("it runs");
        said(&output)
    }
}

/// A site of somebody who has no keys of Stripe's yet, and tries it with `tollhouse sandbox`.
pub(crate) struct Trial {
    pub(crate) url: String,
    _folder: TempDir,
    _programs: [Program; 2],
}

impl Trial {
    /// Does what the sandbox says: sets the variables, and starts the gateway.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let address = free_address();
        let config = format!(
            r#"
            version = 1
            [site]
            name = "Marginal Weather"
            url = "https://weather.example"
            listen = "{address}"
            files = "public"
            contact = "hello@weather.example"
            [stripe]
            secret_key = {{ env = "MY_KEY" }}
            webhook_secret = {{ env = "MY_WEBHOOK" }}
            [plans.reader]
            title = "Reader"
            prices = [{{ id = "price_1", every = "month", shown = "$5 a month" }}]
            [[gate]]
            paths = ["/longreads/**"]
            plans = ["reader"]
            "#
        );
        fs::write(folder.path().join("config.toml"), config).expect("written");
        fs::create_dir_all(folder.path().join("public/longreads")).expect("a folder");
        let page = "<h1>What the tide left</h1>";
        fs::write(folder.path().join("public/longreads/tide.html"), page).expect("written");
        let mut sandbox = tollhouse();
        sandbox.current_dir(folder.path()).args([
            "sandbox",
            "--listen",
            "127.0.0.1:0",
            "--config",
            "config.toml",
        ]);
        let sandbox = Program::start(&mut sandbox, Speaks::Out, "Ctrl-C ends it");
        let mut gateway = tollhouse();
        gateway.current_dir(folder.path()).arg("run");
        for line in sandbox.said.lines().filter_map(|line| line.strip_prefix("export ")) {
            let (name, value) = line.split_once('=').expect("a variable");
            gateway.env(name, value);
        }
        let gateway = Program::start(&mut gateway, Speaks::Log, "listening on http://");
        Self { url: format!("http://{address}"), _folder: folder, _programs: [sandbox, gateway] }
    }
}

/// A command with the secrets of a shop, in its folder.
fn in_folder(folder: &Path) -> Command {
    let mut command = tollhouse();
    command
        .current_dir(folder)
        .env("STRIPE_SECRET_KEY", "sk_test_sandbox")
        .env("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET);
    command
}

/// The built program.
pub(crate) fn tollhouse() -> Command {
    Command::new(env!("CARGO_BIN_EXE_tollhouse"))
}

/// What a command printed that must succeed.
pub(crate) fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("text")
}

/// The public address must be known before the start, so a port is taken and given back.
pub(crate) fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").to_string()
}

async fn stripe() -> Sandbox {
    let price = |id: &str, name: &str, unit_amount, interval| PriceSeed {
        id: id.to_owned(),
        product_name: name.to_owned(),
        unit_amount,
        currency: "usd".to_owned(),
        interval,
    };
    Sandbox::start(Options {
        prices: vec![
            price("price_basic_monthly", "Basic", 900, Some(Interval::Month)),
            price("price_pro_monthly", "Pro", 2_900, Some(Interval::Month)),
            price("price_pro_yearly", "Pro", 29_000, Some(Interval::Year)),
            price("price_sky", "Reading the sky", 4_900, None),
        ],
        ..Options::default()
    })
    .await
    .expect("the sandbox starts")
}
