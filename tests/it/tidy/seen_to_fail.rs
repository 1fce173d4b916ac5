//! Each house rule, shown what it is there to find, and what it must leave alone.

use super::project::is_ignored;
use super::*;

/// Applies a rule to one file, and compares the lines of the faults.
fn check(rule: impl Fn(&str, &str) -> Vec<String>, file: &str, source: &str, lines: &[usize]) {
    let faults = rule(file, source);
    let found: Vec<_> = faults.iter().map(|fault| line_of(fault, file)).collect();
    assert_eq!(found, lines, "{file}\n{source}\n{faults:#?}");
}

fn line_of(fault: &str, file: &str) -> usize {
    let rest = fault.strip_prefix(file).and_then(|rest| rest.strip_prefix(':'));
    let number = rest.and_then(|rest| rest.split(':').next()).expect("file:line: what");
    number.parse().expect("a line number")
}

#[test]
fn the_import_table() {
    let check = |file, source, lines: &[usize]| check(imports, file, source, lines);
    check("src/domain/gate.rs", "use crate::domain::ids::PlanId;\nuse std::fmt;", &[]);
    check("src/domain/gate.rs", "use std::fmt;\nuse crate::store::Store;", &[2]);
    check("src/domain/gate.rs", "use crate::{domain::ids,\n clock::Clock};", &[2]);
    check("src/domain/gate.rs", "fn f(c: &crate::clock::Clock) {}", &[1]);
    check("src/domain/gate.rs", "use super::super::clock::Clock;", &[1]);
    check("src/domain/gate.rs", "use super::clock::Clock;", &[]);
    check("src/domain/mod.rs", "use super::clock::Clock;", &[1]);
    check("src/domain/gate.rs", "mod tests { use super::super::ids; }", &[]);
    check("src/domain/gate.rs", "mod tests { use super::super::super::clock; }", &[]);
    check("src/domain/gate.rs", "mod test_bed { use crate::clock::Clock; }", &[1]);
    check("src/domain/gate/tests.rs", "use crate::clock::Clock;", &[]);
    check("src/stripe/stub.rs", "use crate::store::Store;", &[]);
    check("src/stripe/fixtures.rs", "use crate::store::Store;", &[]);
    check("src/stripe/client.rs", "use crate::store::Store;", &[1]);
    check(
        "src/domain/gate.rs",
        "// use crate::store::Store;\nconst A: &str = \"crate::store::B\";",
        &[],
    );
    check("src/clock.rs", "use self::tests::x; use super::domain::time;", &[]);
    check("src/clock.rs", "pub(crate) use crate::config::Config;", &[1]);
    check("src/store/mod.rs", "use crate::clock::Clock;\nuse crate::config::Config;", &[2]);
    check("src/stripe/mod.rs", "use crate::crypto;\nuse crate::config::Config;", &[2]);
    for file in ["src/web/mod.rs", "src/proxy/mod.rs", "src/billing/mod.rs", "src/site.rs"] {
        check(file, "use crate::config::Config;\nuse crate::config::file::ConfigFile;", &[2]);
    }
    check("src/app.rs", "use crate::config::file::ConfigFile;", &[]);
    check("src/stripe/client.rs", "use stripe::Client; use store::x;", &[]);
    check("src/web/join.rs", "use crate::proxy::Proxy;\nuse crate::billing::Worker;", &[1]);
    check("src/cli/run.rs", "use crate::app; use crate::proxy;", &[]);
    check("src/main.rs", "use tollhouse::cli;", &[]);
    check("src/lib.rs", "pub use crate::app::App;", &[1]);
    check("src/lib.rs", "pub mod app;", &[]);
    check("src/utils.rs", "", &[1]);
    check("src/app.rs", "use crate::utils::x;", &[1]);
}

#[test]
fn the_places_of_foreign_crates() {
    let known: BTreeSet<_> =
        ["anyhow", "async-stripe-core", "axum", "jiff", "serde", "tempfile", "tokio", "url"]
            .map(String::from)
            .into();
    let check = |file, source, lines: &[usize]| {
        check(|file, source| foreign_crates(file, source, &known), file, source, lines);
    };
    check("src/web/join.rs", "use axum::Router;", &[]);
    check("src/proxy/mod.rs", "use tokio::net;\nuse axum::Router;", &[2]);
    check("src/proxy/mod.rs", "fn f() -> axum::Router {}", &[1]);
    check("src/proxy/mod.rs", "use ::axum;\nextern crate axum;", &[1, 2]);
    check("src/proxy/mod.rs", "use {std::fmt, axum::{self, Router}};", &[1, 1]);
    check("src/proxy/mod.rs", "// axum::Router\nfn f() { g(\"axum::Router\") }", &[]);
    check("src/web/mod.rs", "use stripe_core::Charge;", &[1]);
    check("src/web/mod.rs", "use crate::stripe;\nfn f(s: stripe::Stripe) {}", &[]);
    check("src/stripe/mod.rs", "use stripe_core::Charge;", &[]);
    check("src/config/mod.rs", "mod url; use self::url::SiteUrl; use url::SiteUrl;", &[]);
    check("src/config/url.rs", "use url::Url;", &[]);
    check("src/web/mod.rs", "use url::Url;", &[1]);
    check("src/main.rs", "fn f() -> anyhow::Result<()> {}", &[1]);
    check("src/domain/time.rs", "use jiff::Timestamp; use serde::Serialize;", &[]);
    check("src/domain/plan.rs", "use jiff::Timestamp;", &[1]);
    check("src/domain/plan.rs", "use serde::Serialize;\nuse tokio::net;", &[2]);
    check("src/domain/return_path.rs", "use url::Url;", &[]);
    check("src/app.rs", "use rand::Rng;", &[]);
    check(
        "src/proxy/mod.rs",
        "fn f(d: tempfile::TempDir) {}\nmod tests { use tempfile::tempdir; }",
        &[1],
    );
    check("src/web/mod.rs", "mod tests { fn f(d: url::Url) {} }", &[1]);
}

#[test]
fn dependencies_without_a_place() {
    let manifest = "[package]\nname = 'a'\n[dependencies]\nserde = '1'\nrand = { version = '1' }\n\
        [dependencies.syn]\nversion = '1'\n[target.'cfg(unix)'.dependencies]\nnix = '1'\n\
        [build-dependencies]\ncc = '1'\n[dev-dependencies]\nproptest = '1'\n";
    let found = dependencies(manifest);
    assert_eq!(found.iter().collect::<Vec<_>>(), ["cc", "nix", "rand", "serde", "syn"]);
    assert!(homeless("rand").is_some());
    assert_eq!((homeless("serde"), homeless("axum")), (None, None));
}

#[test]
fn the_gateway_in_the_sandbox() {
    check(gateway_named, "crates/stripe-sandbox/src/lib.rs", "//! a\nuse tollhouse::clock;", &[2]);
    check(gateway_named, "crates/stripe-sandbox/Cargo.toml", "[dependencies]\naxum = '1'", &[]);
}

#[test]
fn long_files() {
    let check = |file, above: usize, lines: &[usize]| {
        let source = format!("{}mod tests {{\n{}}}\n", "\n".repeat(above), "\n".repeat(900));
        check(too_long, file, &source, lines);
    };
    check("src/site.rs", 499, &[]);
    check("src/site.rs", 500, &[]);
    check("src/site.rs", 501, &[501]);
    check("tests/it/store.rs", 501, &[501]);
    check("src/proxy/tests.rs", 501, &[]);
}

#[test]
fn unfinished_things() {
    for word in UNFINISHED {
        check(unfinished_words, "a.sql", &format!("ok\n-- {word}: later"), &[2]);
        check(unfinished_words, "a.sql", &format!("sk_test_{word} {word}S"), &[]);
    }
    check(unfinished_code, "src/a.rs", "fn a() {\n todo!() }", &[2]);
    check(unfinished_code, "src/a.rs", "fn a() { unimplemented!(\"b\") }", &[1]);
    check(unfinished_code, "src/a.rs", "#[test]\n#[ignore = \"slow\"]\nfn a() {}", &[2]);
    check(unfinished_code, "src/a.rs", "// todo!()\nlet todo = \"#[ignore]\"; todo()", &[]);
}

#[test]
fn sleeping() {
    let check = |file, source, lines: &[usize]| check(sleeping_tests, file, source, lines);
    check("tests/it/a.rs", "async fn f() {\n tokio::time::sleep(d).await }", &[2]);
    check("tests/it/a.rs", "use std::thread;\nfn f() { thread::sleep(d) }", &[2]);
    check("tests/it/a.rs", "use tokio::time::{Duration,\n sleep};", &[2]);
    check("crates/a/tests/b.rs", "use std::thread::sleep;", &[1]);
    check("src/proxy/tests.rs", "use std::thread::sleep;", &[1]);
    check("src/clock.rs", "fn f() { tokio::time::sleep(d) }", &[]);
    check("src/clock.rs", "mod tests { fn f() { tokio::time::sleep(d) } }", &[1]);
    check("tests/it/a.rs", "site.clock.sleep(d); tokio::time::timeout(d, f)", &[]);
}

#[test]
fn addresses_of_one_machine() {
    for folder in ONE_MACHINE {
        check(one_machine, "a.md", &format!("ok\nsee `{folder}main`"), &[2]);
        check(one_machine, "a.sh", &format!("cd {folder}main\nA={folder}x"), &[1, 2]);
        check(one_machine, "a.rs", &format!("https://example.com{folder}x \"$HOME{folder}\""), &[]);
    }
    check(one_machine, "a.md", &format!("ok\nsee {ONE_FOLDER}/a"), &[2]);
}

#[test]
fn migrations() {
    let check = |names: &[&str], faults: usize| {
        let names: Vec<_> = names.iter().copied().map(String::from).collect();
        assert_eq!(misnamed_migrations(&names).len(), faults, "{names:?}");
    };
    check(&["V0001__readers.sql", "V0002__the_ledger2.sql"], 0);
    check(&["V0002__b.sql", "V0001__a.sql"], 0);
    check(&["V0001__a.sql", "V0003__b.sql"], 1);
    check(&["V0001__a.sql", "V0001__b.sql"], 1);
    check(&["V1__a.sql"], 1);
    check(&["V0001_a.sql"], 1);
    check(&["V0001__.sql"], 1);
    check(&["V0001__a-b.sql"], 1);
    check(&["V0001__a.sql", "notes.txt"], 1);
}

#[test]
fn files_that_git_does_not_keep() {
    let patterns = ["/target/", "", ".env", "/config.toml", "*.sqlite3"];
    let check = |name, expected| assert_eq!(is_ignored(name, &patterns), expected, "{name}");
    check("target", true);
    check("src/target", false);
    check(".env", true);
    check("examples/.env", true);
    check("config.toml", true);
    check("examples/blog/config.toml", false);
    check("a/b.sqlite3", true);
    check("src/lib.rs", false);
}

#[test]
fn promises_without_a_test() {
    let rule = |file: &str, source: &str| promises_without_test(file, source, |name| name == "a");
    let table = "| promise | test |\n|---|---|\n";
    let check = |rows: &str, lines: &[usize]| {
        check(rule, "SECURITY.md", &format!("x\n{table}{rows}\n| `b` |"), lines);
    };
    check("| it holds | `a` |\n| twice | `a`, `a` |\n", &[]);
    check("| it holds | `a` |\n| not | `a`, `b` |\n", &[5]);
    check("| `a` | |\n| `a` | nothing |\n", &[4, 5]);
    assert_eq!(rule("SECURITY.md", "no table").len(), 1);
}
