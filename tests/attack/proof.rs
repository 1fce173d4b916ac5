//! `[origin] proof`: what docs/origin-proof.md says a website can do with it.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::asking::{Asker, field, fields};
use crate::support::{START, TestSite};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test]
async fn a_website_can_tell_what_came_through_the_gate() {
    let site = site().await;
    let mut asker = Asker::of(site.address);
    for (line, fields_sent) in [
        ("GET /about", ""),
        ("GET /", "X-Tollhouse-Proof: t=1,v1=0\r\nX_Tollhouse_Proof: t=1,v1=0\r\n"),
        ("GET //a/%62?x=%zz\\..&y", "Connection: X-Tollhouse-Proof\r\n"),
        ("POST /form?a", "Content-Length: 0\r\n"),
        ("OPTIONS /a", ""),
    ] {
        let request = format!("{line} HTTP/1.1\r\nHost: {}\r\n{fields_sent}\r\n", site.address);
        assert_eq!(asker.ask(request).await.status(), 200, "{line}");
        let head = site.origin.last();
        assert_eq!(fields(&head, "x-tollhouse-proof").count(), 1, "{head}");
        assert!(!head.to_lowercase().contains("x_tollhouse"), "{head}");
        let seen = Seen::of(&head);
        assert!(came_through(&seen, START), "{head}");
        assert!(came_through(&seen, START + 60) && came_through(&seen, START - 60));
        assert!(!came_through(&seen, START + 61) && !came_through(&seen, START - 61));
    }
}

#[tokio::test]
async fn nothing_else_passes_for_a_proof() {
    let site = site().await;
    Asker::of(site.address).get("/about?a", "").await;
    let good = Seen::of(&site.origin.last());
    assert!(came_through(&good, START), "the control");
    let proof = |proof: &str| Seen { proof: proof.to_owned(), ..good.clone() };
    let tag = good.proof.rsplit('=').next().expect("a tag").to_owned();
    let old = START - 1;
    for bad in [
        Seen { method: "POST".to_owned(), ..good.clone() },
        Seen { host: "weather.example".to_owned(), ..good.clone() },
        Seen { target: "/about?b".to_owned(), ..good.clone() },
        Seen { target: "/about".to_owned(), ..good.clone() },
        proof(""),
        proof("t=,v1="),
        proof(&format!("v1={tag}")),
        proof(&format!("t={old},v1={tag}")),
        proof(&format!("t={START},v1={}", "0".repeat(64))),
        proof(&format!("t={START},v1={tag},v1={tag}")),
        proof(&format!("t={START},v1={}", &tag[1..])),
    ] {
        assert!(!came_through(&bad, START), "{bad:?}");
    }
}

#[tokio::test]
async fn without_the_setting_there_is_no_proof() {
    let site = TestSite::start().await;
    Asker::of(site.address).get("/about", "X-Tollhouse-Proof: t=1,v1=0\r\n").await;
    assert_eq!(field(&site.origin.last(), "x-tollhouse-proof"), None);
}

/// A site whose origin wants a proof.
async fn site() -> TestSite {
    TestSite::with_folder(
        |folder| std::fs::write(folder.join("proof"), SECRET).expect("written"),
        |config| format!("{config}\n[origin]\nproof = {{ file = \"FOLDER/proof\" }}\n"),
    )
    .await
}

/// What an origin looks at.
#[derive(Debug, Clone)]
struct Seen {
    method: String,
    host: String,
    target: String,
    proof: String,
}

impl Seen {
    fn of(head: &str) -> Self {
        let mut words = head.split(' ').map(str::to_owned);
        let mut word = || words.next().expect("a request line has three words");
        let named = |name| field(head, name).unwrap_or_default().to_owned();
        let (method, target) = (word(), word());
        Self { method, host: named("host"), target, proof: named("x-tollhouse-proof") }
    }
}

/// What the program of the document says of a request at a moment.
fn came_through(seen: &Seen, now: i64) -> bool {
    let document = include_str!("../../docs/origin-proof.md");
    let program = document.split("```python\n").nth(1).and_then(|rest| rest.split("```").next());
    let program = program.expect("the document has a program in Python");
    let asked = format!(
        "{program}\ntime.time = lambda: {now}\n\
         print(came_through_the_gate(*[bytes.fromhex(part).decode() for part in \"{}\".split('.')]))\n",
        [SECRET, &seen.method, &seen.host, &seen.target, &seen.proof]
            .map(|part| tollhouse::crypto::hex(part.as_bytes()))
            .join(".")
    );
    let mut python = Command::new("python3")
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|problem| panic!("python3: {problem}; install it: scripts/need python3"));
    python.stdin.take().expect("it is piped").write_all(asked.as_bytes()).expect("it reads");
    let output = python.wait_with_output().expect("it ends");
    let said = String::from_utf8(output.stdout).expect("text");
    match said.trim() {
        "True" => true,
        "False" => false,
        other => panic!("it says {other:?} of {seen:?}"),
    }
}
