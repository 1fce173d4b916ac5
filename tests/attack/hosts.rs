//! Games with the host: a closed page is closed under every name, and no name leads elsewhere.

use std::net::SocketAddr;

use crate::line::{Answer, Line};
use crate::oracle::{Oracle, Outcome};
use crate::origins::{Kind, Origin};
use crate::relay::{MARK, Received};
use crate::site::{self, Asker, Pages};
use crate::spell;
use crate::tally::{self, Tally};

/// What may stand in `Host`; `@SITE` is the site's own, `@PORT` its port.
const HOSTS: &[(&str, &[&str])] = &[
    (
        "host: plain",
        &["Host: @SITE", "host: @SITE", "HOST: @SITE", "Host:@SITE", "Host: \t @SITE \t"],
    ),
    (
        "host: names",
        &[
            "Host: localhost",
            "Host: LOCALHOST:@PORT",
            "Host: localhost:@PORT",
            "Host: @SITE.",
            "Host: 127.0.0.1.:@PORT",
            "Host: 127.0.0.1",
            "Host: 127.1:@PORT",
            "Host: 2130706433:@PORT",
            "Host: 0x7f.1:@PORT",
            "Host: 0177.0.0.1:@PORT",
            "Host: [::ffff:127.0.0.1]:@PORT",
            "Host: [::1]:@PORT",
            "Host: other.example",
            "Host: @SITE.other.example",
            "Host: other.example:@PORT",
            "Host: 127.0.0.1:0@PORT",
            "Host: 127.0.0.1:+@PORT",
            "Host: 127.0.0.1:80",
            "Host: 127.0.0.1:",
            "Host: 127.0.0.1:99999",
            "Host: \u{ff11}27.0.0.1:@PORT",
            "Host: %31%32%37.0.0.1:@PORT",
        ],
    ),
    (
        "host: invalid",
        &[
            "Host:",
            "Host: ",
            "Host: @SITE/",
            "Host: @SITE/public",
            "Host: @SITE?x",
            "Host: @SITE#x",
            "Host: u@@SITE",
            "Host: u:p@@SITE",
            "Host: @SITE@other.example",
            "Host: @SITE, other.example",
            "Host: @SITE other.example",
            "Host: http://@SITE",
            "Host: @SITE\\",
            "Host: @SITE\0",
            "Host: @SITE\t",
            "Host: \"@SITE\"",
            "Host: <@SITE>",
            "Host: [@SITE]",
            "Host: @SITE%00",
            "Host: @SITE;x",
            "Host: *",
            "Host: @SITE\r\n other.example",
            "Host : @SITE",
            " Host: @SITE",
            "Host\t: @SITE",
            "Host; @SITE",
            "Host",
            "Hos\u{74}\0: @SITE",
            "H\u{f6}st: @SITE",
        ],
    ),
    (
        "host: two",
        &[
            "Host: @SITE\r\nHost: @SITE",
            "Host: @SITE\r\nHost: other.example",
            "Host: other.example\r\nHost: @SITE",
            "Host: @SITE\r\nhost: localhost",
            "Host: @SITE\r\nHost:",
            "Host:\r\nHost: @SITE",
            "Host: @SITE\r\nX-Forwarded-Host: other.example",
            "X-Forwarded-Host: @SITE\r\nHost: other.example",
            "Host: @SITE\r\nForwarded: host=other.example",
            "Host: @SITE\r\nX-Host: other.example",
            "Host: @SITE\r\nX-Forwarded-Server: other.example",
            "Host: @SITE\r\nX-Original-Host: other.example",
            "X-Ignored: x",
        ],
    ),
];

/// How a target may name a host of its own; `PATH` is the path.
const TARGETS: &[&str] = &[
    "PATH",
    "http://@SITEPATH",
    "HTTP://@SITEPATH",
    "https://@SITEPATH",
    "http://localhost:@PORTPATH",
    "http://localhostPATH",
    "http://other.examplePATH",
    "http://u@@SITEPATH",
    "http://@SITE@other.examplePATH",
    "http://@SITE.PATH",
    "http://PATH",
    "http:PATH",
    "//@SITEPATH",
    "//other.examplePATH",
    "http://@SITE:80PATH",
    "http://127.0.0.1:0@PORTPATH",
    "http://[::1]:@PORTPATH",
    "@SITEPATH",
    "ws://@SITEPATH",
    "/\\other.examplePATH",
];

#[tokio::test]
async fn no_host_opens_a_gate_or_leads_elsewhere() {
    let pages = Pages::written();
    let origin = Origin::start(Kind::Nginx, &pages).await;
    let site = site::gateway(&pages, &origin.behind()).await;
    let mut oracle = Oracle::new(&pages);
    oracle.meet(origin.direct.expect("nginx has an address")).await;
    let closed = format!("/{}", spell::plainly(pages.closed[1].name));
    let asked = [(closed.as_str(), "1.1"), (FREE, "1.1"), (&closed, "1.0")];
    let mut rows = Vec::new();
    for (family, fields) in HOSTS {
        let mut row = Tally { family, against: "nginx".to_owned(), ..Tally::default() };
        for (field, target) in
            fields.iter().flat_map(|field| TARGETS.iter().map(move |target| (*field, *target)))
        {
            for (path, version) in asked {
                let request = request(site.address, field, &target.replace("PATH", path), version);
                let answer = Line::to(site.address).ask(request.as_bytes()).await;
                let received = origin.relay.as_ref().expect("nginx has one").take();
                judge(&oracle, &mut row, &request, &answer, &received);
            }
        }
        rows.push(row);
    }
    tally::report(&rows);
}

const FREE: &str = "/about.html";

fn request(site: SocketAddr, field: &str, target: &str, version: &str) -> String {
    let named = |text: &str| {
        let named = text.replace("@SITE", &site.to_string());
        named.replace("@PORT", &site.port().to_string())
    };
    let (field, target) = (named(field), named(target));
    format!("GET {target} HTTP/{version}\r\n{field}\r\n{MARK}: 0\r\nConnection: close\r\n\r\n")
}

fn judge(
    oracle: &Oracle<'_>,
    row: &mut Tally,
    request: &str,
    answer: &Answer,
    received: &[Received],
) {
    row.sent += 1;
    let outcome = match answer.status() {
        _ if !received.is_empty() => Outcome::Public,
        Some(402) => Outcome::Gated,
        Some(_) | None => Outcome::Refused,
    };
    match outcome {
        Outcome::Public => row.public += 1,
        Outcome::Gated => row.gated += 1,
        Outcome::Refused => row.refused += 1,
    }
    let stranger = Asker { name: "a stranger", pass: None, plans: [].into() };
    let mut faults = oracle.faults(&stranger, answer, outcome);
    // `//other.example/members/` is a folder of that name to the origin.
    if received.iter().any(|seen| seen.line.starts_with(b"GET /members/")) {
        faults.push("the origin was asked for what is closed".to_owned());
    }
    faults.extend(leads_elsewhere(answer).map(|to| format!("it leads to {to}")));
    row.leaks.extend(faults.iter().map(|fault| format!("{fault}: {}", request.escape_debug())));
}

/// Where a redirect leads, if that is neither a path nor an address of this machine.
fn leads_elsewhere(answer: &Answer) -> Option<&str> {
    let location = answer.field("location")?;
    let is_path =
        location.starts_with('/') && !location.starts_with("//") && !location.starts_with("/\\");
    let is_ours = location.starts_with("http://127.0.0.1:") && !location.contains('@');
    (!is_path && !is_ours).then_some(location)
}
