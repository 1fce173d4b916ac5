//! How our pages look: every page with made-up values, in both schemes, on a desk and on a phone.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tollhouse::config::Config;
use tollhouse::domain::language::{BUILT_IN, Language};
use tollhouse::web;

use crate::browser::{Scheme, Script, with_browser};
use crate::program::{Program, Shop};

/// A page with its stylesheet, as it is sent.
const LARGEST_PAGE: usize = 20 * 1024;

/// A small phone, which is a desk at 400 %, too, in the languages with the longest words and with
/// none; and a desk at 200 %.
const WIDTHS: [(u32, &str); 4] = [(320, "de"), (320, "nl"), (320, "ja"), (640, "de")];

const CONFIG: &str = r#"
version = 1
[site]
name = "Marginal Weather"
url = "http://ADDRESS"
listen = "127.0.0.1:0"
origin = "http://127.0.0.1:1"
contact = "hello@weather.example"
COLOUR
[stripe]
secret_key = { env = "KEY" }
webhook_secret = { env = "HOOK" }
[mail]
from = "hello@weather.example"
smtp = { env = "SMTP" }
[plans.basic]
title = "Basic"
prices = [{ id = "price_basic", every = "month", shown = "$9 a month" }]
[[gate]]
paths = ["/essays/**"]
plans = ["basic"]
"#;

/// A page of somebody's website, of which a stranger sees the beginning, with rules of its own for
/// everything.
const WEBSITE: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What the tide left</title>
<style>
:root { color-scheme: light dark; --accent: #f0f; }
html { font-size: 62.5%; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem; font: 1.8rem/1.5 Georgia, serif; }
p { letter-spacing: .02em; }
a, button { color: #fff0f0; text-transform: uppercase; float: right; width: 12rem; }
section, form, aside { display: flex; padding: 9rem; background: #ff0; }
</style>
</head>
<body>
<main>
<h1>What the tide left</h1>
<p>The sea went out further than anybody had seen, and did not come back for an hour.</p>
INSET
</main>
</body>
</html>"#;

const SCENES: [(Scheme, u32); 4] =
    [(Scheme::Light, 1280), (Scheme::Light, 320), (Scheme::Dark, 1280), (Scheme::Dark, 320)];

/// Colours that owners like, and that nothing could be read in as they are.
const COLOURS: [&str; 2] = ["colour = \"#ffd400\"", "colour = \"#0b0b0b\""];

#[tokio::test]
async fn axe_finds_nothing_on_any_page() {
    let axe = axe();
    let (exhibition, wanted) = (Exhibition::open("").await, pictures());
    let colourful = [Exhibition::open(COLOURS[0]).await, Exhibition::open(COLOURS[1]).await];
    with_browser(Script::On, async |browser| {
        for (scheme, width) in SCENES {
            browser.show(scheme, width).await;
            for (name, address) in exhibition.named("en") {
                let found = browser.open_and_ask_axe(&address, &axe).await;
                assert_eq!(found, "", "{name}, {scheme:?}, {width}");
                if let Some(folder) = &wanted {
                    let file = format!("{name}-{width}-{scheme:?}.png").to_lowercase();
                    browser.whole_picture(&folder.join(file)).await;
                }
            }
            // Whatever colour the owner has, it can be read.
            for site in &colourful {
                for page in ["offer", "sign-in-fault", "inset"] {
                    let address = site.address("ja", page);
                    let found = browser.open_and_ask_axe(&address, &axe).await;
                    assert_eq!(found, "", "{page}, {scheme:?}, {width}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn no_page_is_wider_than_its_window() {
    let exhibition = Exhibition::open("").await;
    with_browser(Script::On, async |browser| {
        for (width, language) in WIDTHS {
            browser.show(Scheme::Light, width).await;
            for address in exhibition.addresses(language) {
                browser.open(&address).await;
                let wide = browser.width_of_page().await;
                assert!(wide <= width, "{address} takes {wide} pixels of {width}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn every_page_is_small() {
    for language in BUILT_IN {
        let gallery = gallery("127.0.0.1:2", "", language);
        let size = |(_, _, content): &(String, &str, Bytes)| content.len();
        let style: usize = gallery.files.iter().map(size).sum();
        assert_eq!(gallery.files.len(), 2, "stylesheets are all that a page loads, and one each");
        for (name, html) in gallery.pages {
            let size = html.len() + style;
            assert!(size <= LARGEST_PAGE, "{name} in {language} takes {size} bytes");
        }
    }
}

#[tokio::test]
async fn the_keyboard_alone_gets_a_reader_to_the_till_and_to_his_mail() {
    let shop = Shop::open().await;
    with_browser(Script::Off, async |browser| {
        browser.open(&format!("{}/longreads/fog-signal/", shop.url)).await;
        browser.tab_to("Get Basic").await;
        browser.enter().await;
        browser.sees("Due today").await;
        browser.open(&format!("{}/longreads/fog-signal/", shop.url)).await;
        browser.tab_to("I already have access").await;
        browser.enter().await;
        browser.sees("for a sign-in link").await;
    })
    .await;
    let folder = tempfile::tempdir().expect("a folder");
    let demo = Program::demo(folder.path());
    with_browser(Script::Off, async |browser| {
        browser.open(&format!("{}/_tollhouse/sign-in", demo.address_of("The site"))).await;
        // The field has the focus.
        browser.write("ann@example.com").await;
        browser.enter().await;
        browser.sees("Check your mail").await;
        browser.write("000000").await;
        browser.enter().await;
        browser.sees("This is not the code from the newest mail").await;
        browser.tab_to("Try another address").await;
        browser.enter().await;
        browser.sees("Your e-mail address").await;
    })
    .await;
}

/// Where pictures are wanted, if they are.
#[expect(
    clippy::disallowed_methods,
    reason = "asked for by `make screenshots`, no setting of ours"
)]
fn pictures() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("TOLLHOUSE_SCREENSHOTS")?);
    std::fs::create_dir_all(&folder).expect("a folder");
    Some(folder)
}

fn axe() -> String {
    let place = "contract/node_modules/axe-core/axe.min.js";
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a folder").join(place);
    std::fs::read_to_string(&file).unwrap_or_else(|problem| {
        panic!("{}: {problem}; it comes with: scripts/clients axe", file.display())
    })
}

fn gallery(address: &str, colour: &str, language: &str) -> web::Gallery {
    let text = CONFIG.replace("ADDRESS", address).replace("COLOUR", colour);
    let environment =
        [("KEY", "sk_test_1"), ("HOOK", "whsec_0123456789abcdef"), ("SMTP", "smtp://127.0.0.1:1")];
    let environment: BTreeMap<String, String> =
        environment.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    let config = Config::parse(&text, Path::new("config.toml"), &environment);
    let config = config.unwrap_or_else(|faults| panic!("{faults}"));
    let language = Language::parse(language).expect("one of ours");
    web::gallery(&config, &language).unwrap_or_else(|faults| panic!("{faults}"))
}

/// A server that shows every page in every language.
struct Exhibition {
    url: String,
    names: Vec<&'static str>,
    task: JoinHandle<()>,
}

/// What stands at an address: type and content.
type Exhibits = HashMap<String, (&'static str, Vec<u8>)>;

impl Exhibition {
    async fn open(colour: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let mut exhibits = Exhibits::new();
        let mut names = Vec::new();
        for language in BUILT_IN {
            let gallery = gallery(&address, colour, language);
            // Letters are looked at by mail programs.
            let pages = gallery.pages.into_iter().filter(|(name, _)| !name.starts_with("letter"));
            let pages: Vec<_> = pages.collect();
            names = pages.iter().map(|(name, _)| *name).collect();
            for (name, html) in pages {
                let html = if name == "inset" { WEBSITE.replace("INSET", &html) } else { html };
                let page = ("text/html; charset=utf-8", html.into_bytes());
                exhibits.insert(format!("/{language}/{name}"), page);
            }
            for (path, kind, content) in gallery.files {
                exhibits.insert(path, (kind, content.to_vec()));
            }
        }
        let exhibits = Arc::new(exhibits);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(show(stream, Arc::clone(&exhibits)));
            }
        });
        Self { url: format!("http://{address}"), names, task }
    }

    fn address(&self, language: &str, name: &str) -> String {
        format!("{}/{language}/{name}", self.url)
    }

    fn named(&self, language: &str) -> Vec<(&'static str, String)> {
        self.names.iter().map(|name| (*name, self.address(language, name))).collect()
    }

    fn addresses(&self, language: &str) -> Vec<String> {
        self.named(language).into_iter().map(|(_, address)| address).collect()
    }
}

impl Drop for Exhibition {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn show(stream: TcpStream, exhibits: Arc<Exhibits>) {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while stream.read_line(&mut line).await.is_ok_and(|length| length > 0) {
        let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
        // The rest of the request's head.
        while line.trim() != "" {
            line.clear();
            if stream.read_line(&mut line).await.is_err() {
                return;
            }
        }
        let (status, kind, content) = match exhibits.get(&path) {
            Some((kind, content)) => ("200 OK", *kind, content.as_slice()),
            None => ("404 Not Found", "text/plain", &b""[..]),
        };
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
            content.len()
        );
        let sent = [head.as_bytes(), content].concat();
        if stream.get_mut().write_all(&sent).await.is_err() {
            return;
        }
        line.clear();
    }
}
