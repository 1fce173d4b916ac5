//! The site that is attacked: what is closed, who may read it, and the passes of those who may not.

use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use crate::support::{TestSite, Visitor};

/// Files that a gate closes: their name below the site's folder, and the plan that opens them.
const CLOSED: &[(&str, &str)] = &[
    ("members/index.html", "basic"),
    ("members/secret.html", "basic"),
    ("members/deep/nested.html", "basic"),
    ("members/deep/index.html", "basic"),
    ("members/Long Read (1) & more.html", "basic"),
    ("members/photo.final.jpg", "basic"),
    ("members/notes", "basic"),
    ("members/course/one.html", "course"),
    ("Essays/Tide.html", "basic"),
    ("abonn\u{e9}s/geheim.html", "basic"),
    ("cafe\u{301}/menu.html", "basic"),
    ("stra\u{df}e/office.html", "basic"),
    ("downloads/report.pdf", "basic"),
    ("downloads/2024/Report Final.PDF", "basic"),
    ("media/clip.mp4", "course"),
    ("scripts/list.php", "basic"),
    ("longreads/winterwheat.html", "basic"),
    ("notes/premium.html", "basic"),
    ("notes/folder/index.html", "basic"),
    ("workshop/plan.html", "course"),
    ("workshop/kit/index.html", "course"),
];

/// Files beside them that are free.
const FREE: &[&str] = &[
    "index.html",
    "about.html",
    "public/a.html",
    "public/style.css",
    "members/free/teaser.html",
    "members/free/index.html",
    "workshop/free/index.html",
    "downloads/readme.txt",
    "blog/2024/post/index.html",
    "longreads/index.html",
    "notes/free.html",
];

const CONFIG: &str = r#"
version = 1
[site]
name = "Marginal Weather"
url = "http://ADDRESS"
listen = "ADDRESS"
BEHIND
contact = "hello@weather.example"
[stripe]
secret_key = { env = "KEY" }
webhook_secret = { env = "WEBHOOK" }
api_base = "STRIPE"
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
paths = [
    "/members/**", "/Essays/**", "/abonnés/**", "/café/**", "/straße/**", "/downloads/**/*.pdf",
    "/scripts/list.php", "/longreads/winterwheat", "/notes/premium", "/notes/folder",
]
plans = ["basic"]
[[gate]]
paths = ["/members/course/**", "/workshop/**", "/media/*.mp4"]
plans = ["course"]
[[gate]]
paths = ["/members/free/**", "/workshop/free/**"]
open = true
"#;

/// A file that a gate closes.
#[derive(Debug, Clone)]
pub(crate) struct Closed {
    /// Its name below the folder, with slashes.
    pub(crate) name: &'static str,
    /// The plan that opens it.
    pub(crate) plan: &'static str,
    /// What stands in no other file.
    pub(crate) canary: String,
    /// How long it is; no other file is as long.
    pub(crate) length: usize,
}

/// The folder that every origin serves.
pub(crate) struct Pages {
    folder: TempDir,
    pub(crate) closed: Vec<Closed>,
}

impl Pages {
    pub(crate) fn written() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        // Apache reads as somebody else, if it is started by root.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("ours");
        let write = |name: &str, text: &str| {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().expect("a folder")).expect("made");
            fs::write(file, text).expect("written");
        };
        for (at, name) in FREE.iter().enumerate() {
            write(name, &format!("This page is free, and number {at}."));
        }
        let closed = CLOSED.iter().enumerate().map(|(at, (name, plan))| {
            let canary = format!("canary-{at}-sings");
            // Lengths that no page of ours has by chance.
            let length = 5_003 + 97 * at;
            let text = format!("{canary} for {plan} alone. ");
            write(name, &text.repeat(length)[..length]);
            Closed { name, plan, canary, length }
        });
        let closed = closed.collect();
        Self { folder, closed }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The closed file of which these bytes are.
    pub(crate) fn source_of(&self, bytes: &[u8]) -> Option<&Closed> {
        const SONG: &[u8] = b"canary-";
        let at = bytes.windows(SONG.len()).position(|part| part == SONG)?;
        let text = String::from_utf8_lossy(&bytes[at..]);
        self.closed.iter().find(|file| text.starts_with(&file.canary))
    }
}

/// What a gateway stands in front of.
pub(crate) enum Behind {
    Server(SocketAddr),
    Folder,
}

/// A gateway in front of the pages.
pub(crate) async fn gateway(pages: &Pages, behind: &Behind) -> TestSite {
    let behind = match behind {
        Behind::Server(address) => format!("origin = \"http://{address}\""),
        Behind::Folder => format!("files = \"{}\"", pages.folder().display()),
    };
    TestSite::with(|_| CONFIG.replace("BEHIND", &behind)).await
}

/// A gateway that a server in front asks, which shows the pages itself.
pub(crate) async fn asked_by(front: SocketAddr) -> TestSite {
    let behind = "origin = \"http://ORIGIN\"";
    TestSite::behind(front, |_| CONFIG.replace("BEHIND", behind)).await
}

/// Somebody who sends requests: what he shows, and what he may read.
#[derive(Debug, Clone)]
pub(crate) struct Asker {
    pub(crate) name: &'static str,
    /// The value of his pass.
    pub(crate) pass: Option<String>,
    pub(crate) plans: BTreeSet<&'static str>,
}

/// Everybody who tries: none of them may read what is for `basic`.
pub(crate) async fn askers(site: &TestSite, other: &TestSite) -> Vec<Asker> {
    let asker = |name, pass, plans: &[&'static str]| Asker {
        name,
        pass,
        plans: plans.iter().copied().collect(),
    };
    let (lapsed, signed_out) = (site.visitor(), site.visitor());
    let lapsed_pass = buy(site, &lapsed, "price_basic").await;
    // Stripe does not know that time goes by, and sends no more money.
    site.advance_here(Duration::from_hours(24 * 100));
    let signed_out_pass = buy(site, &signed_out, "price_course").await;
    signed_out.submit("/_tollhouse/sign-out", &[]).await.goes_to();
    let course = buy(site, &site.visitor(), "price_course").await;
    let foreign = buy(other, &other.visitor(), "price_basic").await;
    let stranger = asker("a stranger", None, &[]);
    vec![
        stranger.clone(),
        stranger.clone(),
        stranger,
        asker("a lapsed reader", Some(lapsed_pass), &[]),
        asker("a reader who signed out", Some(signed_out_pass), &[]),
        asker("a reader of the course", Some(course), &["course"]),
        asker("a reader of another site", Some(foreign), &[]),
        asker("nobody, with a pass that is none", Some("eyJhbGciOiJub25lIn0.e30.".to_owned()), &[]),
    ]
}

/// Buys, and keeps the pass.
pub(crate) async fn buy(site: &TestSite, visitor: &Visitor, price: &str) -> String {
    let checkout = visitor.choose(price, "/about.html").await;
    let back = visitor.pay(&site.stripe, &checkout).await;
    let seen = visitor.follow(&back).await;
    let cookies = seen.headers.get_all("set-cookie").iter();
    let pass = cookies.filter_map(|cookie| cookie.to_str().ok()?.strip_prefix("tollhouse="));
    let pass = pass.filter_map(|rest| rest.split(';').next()).find(|pass| pass.contains('.'));
    pass.expect("a pass").to_owned()
}
