//! A real browser, with a profile of its own.

use std::io::{BufRead as _, BufReader};
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use futures_util::FutureExt as _;
use serde_json::{Value, json};
use thirtyfour::TypingData;
use thirtyfour::prelude::*;

/// How long anything may take until it is to be seen. A page here is there in well under a
/// second; the machine may be busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Whether pages may run scripts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    On,
    Off,
}

/// Whether pages are shown bright or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    Light,
    Dark,
}

/// A browser that somebody sits at.
pub(crate) struct Browser {
    driver: WebDriver,
}

/// Gives a story a browser and closes it when the story ends, however it ends.
pub(crate) async fn with_browser(script: Script, story: impl AsyncFnOnce(&Browser)) {
    let profile = tempfile::tempdir().expect("a folder");
    let driver = Driver::start();
    let browser = Browser { driver: session(&driver, profile.path(), script).await };
    let outcome = AssertUnwindSafe(story(&browser)).catch_unwind().await;
    browser.driver.quit().await.expect("the browser closes");
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

async fn session(driver: &Driver, profile: &Path, script: Script) -> WebDriver {
    let mut wanted = DesiredCapabilities::chrome();
    // Without a word from us the driver takes the browser that it was packaged with.
    if let Some(binary) = named("CHROMIUM") {
        wanted.set_binary(&binary).expect("a capability");
    }
    for argument in [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--window-size=1280,900",
    ] {
        wanted.add_arg(argument).expect("a capability");
    }
    wanted.add_arg(&format!("--user-data-dir={}", profile.display())).expect("a capability");
    if script == Script::Off {
        let forbidden =
            serde_json::json!({ "profile.managed_default_content_settings.javascript": 2 });
        wanted.add_experimental_option("prefs", forbidden).expect("a capability");
    }
    WebDriver::new(&driver.url, wanted).await.expect("the browser starts")
}

impl Browser {
    /// Types an address.
    pub(crate) async fn open(&self, url: &str) {
        self.driver.goto(url).await.expect("the page opens");
    }

    /// The address that the browser shows.
    pub(crate) async fn address(&self) -> String {
        self.driver.current_url().await.expect("an address").to_string()
    }

    /// Fills in a field.
    pub(crate) async fn fill(&self, field: &str, text: &str) {
        let field = self.find(By::Css(field)).await;
        field.clear().await.expect("it can be emptied");
        field.send_keys(text).await.expect("it can be typed into");
    }

    /// Presses the button that begins with these words.
    pub(crate) async fn press(&self, words: &str) {
        self.find(button(words)).await.click().await.expect("it can be pressed");
    }

    /// Presses such a button, and returns when another page has come.
    pub(crate) async fn press_and_land(&self, words: &str) {
        let button = self.find(button(words)).await;
        button.click().await.expect("it can be pressed");
        let gone = button.wait_until().wait(PATIENCE, Duration::from_millis(50));
        gone.stale().await.expect("it leads somewhere");
    }

    /// Whether the page, as it is now, has such a button.
    pub(crate) async fn has_button(&self, words: &str) -> bool {
        self.has(button(words)).await
    }

    /// Whether the page, as it is now, has such a link.
    pub(crate) async fn has_link(&self, words: &str) -> bool {
        self.has(link(words)).await
    }

    async fn has(&self, by: By) -> bool {
        !self.driver.find_all(by).await.expect("a page").is_empty()
    }

    /// Follows the link with these words.
    pub(crate) async fn follow(&self, words: &str) {
        self.find(link(words)).await.click().await.expect("it can be followed");
    }

    /// Returns when the page shows these words.
    pub(crate) async fn sees(&self, words: &str) {
        let found = self.driver.query(By::XPath(format!("//body[contains(., '{words}')]")));
        if found.wait(PATIENCE, Duration::from_millis(50)).exists().await.expect("a browser") {
            return;
        }
        panic!("no {words:?} on {}:\n{}", self.address().await, self.text().await);
    }

    /// All that the page says.
    pub(crate) async fn text(&self) -> String {
        let body = self.driver.find(By::Tag("body")).await.expect("a page");
        body.text().await.expect("words")
    }

    /// Pays on Stripe's page, which asks only strangers for their address.
    pub(crate) async fn pay(&self, email: &str, card: &str) {
        let known = self.find(By::Css("#email")).await.attr("readonly").await.expect("a field");
        if known.is_none() {
            self.fill("#email", email).await;
        }
        self.fill("#card_number", card).await;
        self.find(By::Css("button.main")).await.click().await.expect("it can be pressed");
    }

    /// A picture of the page, for people to look at.
    pub(crate) async fn picture(&self, name: &str) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures");
        std::fs::create_dir_all(&folder).expect("a folder");
        let file = folder.join(format!("{name}.png"));
        self.driver.screenshot(&file).await.expect("a picture");
    }

    /// Shows pages in a scheme, in a window of so many pixels, from now on.
    pub(crate) async fn show(&self, scheme: Scheme, width: u32) {
        let scheme = match scheme {
            Scheme::Light => "light",
            Scheme::Dark => "dark",
        };
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": [feature] })).await;
        let window =
            json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 640 });
        self.devtools("Emulation.setDeviceMetricsOverride", window).await;
    }

    /// How wide the page is, in pixels.
    pub(crate) async fn width_of_page(&self) -> u32 {
        let wide = self.run("return document.documentElement.scrollWidth").await;
        wide.as_u64().and_then(|wide| u32::try_from(wide).ok()).expect("a number")
    }

    /// Opens a page and lets axe look at it: what is wrong, a line each. That a page which waits for
    /// money looks again by itself is meant; it has a link for whoever does not want to wait.
    pub(crate) async fn open_and_ask_axe(&self, url: &str, axe: &str) -> String {
        self.open(url).await;
        self.run(axe).await;
        let ask = "const done = arguments[arguments.length - 1]; axe.run({ rules: { 'meta-refresh': { enabled: false } } }).then(found => \
                   done(found.violations.map(it => it.id + ': ' + it.nodes.map(node => \
                   node.html + ' ' + node.failureSummary).join(' | ')).join('\\n')))";
        let told = self.driver.execute_async(ask, Vec::new()).await.expect("axe runs");
        told.json().as_str().expect("a text").to_owned()
    }

    /// Goes from one thing to the next by the keyboard, until what begins with these words has the
    /// focus.
    pub(crate) async fn tab_to(&self, words: &str) {
        for _ in 0..50 {
            let here = self.driver.active_element().await.expect("something has the focus");
            if here.text().await.expect("words").starts_with(words) {
                return;
            }
            self.keys(Key::Tab + "").await;
        }
        panic!("{words:?} cannot be reached by the keyboard: {}", self.text().await);
    }

    /// Types something where the focus is.
    pub(crate) async fn write(&self, text: &str) {
        self.keys(text).await;
    }

    /// Presses Enter where the focus is.
    pub(crate) async fn enter(&self) {
        self.keys(Key::Enter + "").await;
    }

    async fn keys(&self, keys: impl Into<TypingData>) {
        let typed = self.driver.action_chain().send_keys(keys).perform().await;
        typed.expect("keys can be pressed");
    }

    /// A picture of all of the page, in the window that is shown.
    pub(crate) async fn whole_picture(&self, file: &Path) {
        use base64::Engine as _;
        let all = json!({ "format": "png", "captureBeyondViewport": true });
        let picture = self.devtools("Page.captureScreenshot", all).await;
        let picture = picture["data"].as_str().expect("a picture");
        let picture = base64::engine::general_purpose::STANDARD.decode(picture).expect("base64");
        std::fs::write(file, picture).expect("written");
    }

    async fn run(&self, script: &str) -> Value {
        let answer = self.driver.execute(script, Vec::new()).await.expect("the script runs");
        answer.json().clone()
    }

    async fn devtools(&self, command: &str, arguments: Value) -> Value {
        self.driver.cdp().send_raw(command, arguments).await.expect("the browser does it")
    }

    async fn find(&self, by: By) -> WebElement {
        let found = self.driver.query(by.clone()).wait(PATIENCE, Duration::from_millis(50));
        match found.first().await {
            Ok(element) => element,
            Err(problem) => {
                let address = self.address().await;
                panic!("no {by:?} on {address}: {problem}\n{}", self.text().await)
            }
        }
    }
}

/// A button with these words, or one that begins with them if there is none.
fn button(words: &str) -> By {
    let exact = format!("//button[normalize-space() = '{words}']");
    let begins = format!("//button[starts-with(normalize-space(), '{words}')]");
    By::XPath(format!("{exact} | {begins}[not({exact})]"))
}

fn link(words: &str) -> By {
    By::XPath(format!("//a[starts-with(normalize-space(), '{words}')]"))
}

/// The program that steers a browser.
struct Driver {
    process: Child,
    url: String,
}

impl Driver {
    fn start() -> Self {
        let program = named("CHROMEDRIVER").unwrap_or_else(|| "chromedriver".to_owned());
        let mut process = Command::new(&program)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|problem| {
                panic!("{program}: {problem}; it comes with: scripts/need chromium chromedriver")
            });
        let said = BufReader::new(process.stdout.take().expect("it is piped"));
        let mut other = Vec::new();
        let mut lines = said.lines().map_while(Result::ok);
        let port = lines.find_map(|line| {
            let port = line.split_once("successfully on port ").map(|(_, port)| port.to_owned());
            other.push(line);
            port
        });
        let port = port.unwrap_or_else(|| panic!("{program} has ended: {other:?}"));
        let url = format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
        Self { process, url }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A program of somebody's own, where the packaged one is of no use.
#[expect(clippy::disallowed_methods, reason = "names a tool of this test, no setting of ours")]
fn named(variable: &str) -> Option<String> {
    std::env::var(variable).ok()
}
