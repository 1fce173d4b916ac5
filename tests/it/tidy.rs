//! The house rules that a machine can check: who may import whom, where each foreign crate lives,
//! sizes, words that stay out. Each rule is a function from a file to its faults; the last tests
//! show that each finds what it is there for.

mod project;
mod scan;
mod seen_to_fail;

use std::collections::BTreeSet;

use project::{files, is_kind, read, rust_files};
use scan::{Facts, Path, facts, tokens};

/// Anything of ours.
const ANY: &str = "*";

/// Which module may import which; itself always. ARCHITECTURE.md says why.
#[rustfmt::skip]
const IMPORTS: &[(&str, &[&str])] = &[
    ("domain",    &[]),
    ("clock",     &["domain"]),
    ("dns",       &[]),
    ("crypto",    &["domain"]),
    ("places",    &[]),
    ("preview",   &["domain"]),
    ("config",    &["domain", "crypto", "places", "preview"]),
    ("passes",    &["domain", "crypto", "config"]),
    ("store",     &["domain", "clock", "crypto"]),
    ("stripe",    &["domain", "clock", "crypto"]),
    ("mail",      &["domain", "clock", "crypto", "config"]),
    ("telemetry", &["config"]),
    ("process",   &[]),
    ("site",      &["domain", "config", "passes"]),
    ("billing",   &["domain", "config", "site", "clock", "crypto", "store", "stripe"]),
    ("web",       &["domain", "config", "site", "clock", "crypto", "store", "stripe", "passes", "mail",
                    "billing", "dns"]),
    ("proxy",     &["domain", "config", "site", "clock", "crypto", "store", "passes", "preview", "web"]),
    ("app",       &["domain", "clock", "crypto", "config", "passes", "store", "stripe", "mail", "telemetry",
                    "dns", "site", "billing", "web", "proxy"]),
    ("cli",       &[ANY]),
    ("main",      &[ANY]),
    ("lib",       &[]),
];

/// These see the configuration as the code uses it, never as the owner wrote it (`config::file`).
const USED_FORM_ONLY: &[&str] = &["passes", "mail", "site", "billing", "web", "proxy"];

/// Foreign crates that any module names, `domain` excepted.
#[rustfmt::skip]
const ANYWHERE: &[&str] = &[
    "async-trait", "bytes", "futures-util", "http", "http-body", "http-body-util", "serde", "serde_json",
    "thiserror", "tokio", "tracing",
];

/// The foreign crates that `domain` may name: rules about text, nothing that acts.
#[rustfmt::skip]
const IN_DOMAIN: &[&str] = &[
    "icu_casemap", "icu_properties", "percent-encoding", "serde", "thiserror", "unicode-normalization", "url",
];

/// Every other foreign crate, and the places that name it.
#[rustfmt::skip]
const PLACES: &[(&str, &[&str])] = &[
    ("anyhow",                 &["src/cli/", "src/app.rs", "src/app/"]),
    ("arc-swap",               &["src/site.rs"]),
    ("async-stripe-billing",   &["src/stripe/"]),
    ("async-stripe-checkout",  &["src/stripe/"]),
    ("async-stripe-client-core", &["src/stripe/"]),
    ("async-stripe-core",      &["src/stripe/"]),
    ("async-stripe-fraud",     &["src/stripe/"]),
    ("async-stripe-misc",      &["src/stripe/"]),
    ("async-stripe-product",   &["src/stripe/"]),
    ("async-stripe-shared",    &["src/stripe/"]),
    ("async-stripe-types",     &["src/stripe/"]),
    ("aws-lc-rs",              &["src/crypto.rs"]),
    ("axum",                   &["src/web/"]),
    ("base64",                 &["src/passes.rs"]),
    ("clap",                   &["src/cli/"]),
    ("comfy-table",            &["src/cli/"]),
    ("cookie",                 &["src/passes.rs"]),
    ("encoding_rs",            &["src/preview.rs"]),
    ("figment",                &["src/config/"]),
    ("flate2",                 &["src/preview.rs"]),
    ("fluent-bundle",          &["src/web/texts/"]),
    ("fluent-syntax",          &["src/web/texts/"]),
    ("governor",               &["src/web/"]),
    ("hickory-resolver",       &["src/dns.rs"]),
    ("hyper-rustls",           &["src/stripe/"]),
    ("hyper-util",             &["src/stripe/"]),
    ("icu_casemap",            &["src/domain/"]),
    ("icu_properties",         &["src/domain/"]),
    ("include_dir",            &["src/cli/"]),
    ("indicatif",              &["src/cli/"]),
    ("ipnet",                  &["src/config/", "src/proxy/"]),
    ("jiff",                   &["src/domain/time.rs"]),
    ("jsonwebtoken",           &["src/passes.rs"]),
    ("lettre",                 &["src/mail.rs"]),
    ("lol_html",               &["src/preview.rs"]),
    ("minijinja",              &["src/web/"]),
    ("maxminddb",              &["src/places.rs"]),
    ("miniserde",              &["src/stripe/"]),
    ("parking_lot",            &["src/proxy/", "src/mail.rs"]),
    ("percent-encoding",       &["src/domain/", "src/config/"]),
    ("pingora-core",           &["src/proxy/"]),
    ("pingora-http",           &["src/proxy/"]),
    ("pingora-proxy",          &["src/proxy/"]),
    ("quick_cache",            &["src/passes.rs", "src/web/"]),
    ("refinery",               &["src/store/"]),
    ("rusqlite",               &["src/store/"]),
    ("rustix",                 &["src/process.rs"]),
    ("rustls",                 &["src/crypto.rs"]),
    ("schemars",               &["src/config/"]),
    ("stripe-sandbox",         &["src/cli/"]),
    ("strsim",                 &["src/config/"]),
    ("tempfile",               &["src/cli/"]),
    ("tikv-jemallocator",      &["src/main.rs"]),
    ("toml",                   &["src/config/"]),
    ("toml_edit",              &["src/config/"]),
    ("tower",                  &["src/web/"]),
    ("tower-http",             &["src/proxy/"]),
    ("tracing-subscriber",     &["src/telemetry.rs"]),
    ("unic-langid",            &["src/web/texts/"]),
    ("unicode-normalization",  &["src/domain/"]),
    ("url",                    &["src/config/", "src/domain/"]),
];

/// What only tests need of a crate, wherever they are.
const TEST_TOOLS: &[&str] = &["base64", "serde_json", "tempfile"];

/// A file longer than this, counted above `mod tests`, is two files.
const MAX_LINES: usize = 500;

/// Words that say "not finished". Put together here, so that this file has none of them.
const UNFINISHED: &[&str] =
    &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("X", "XX"), concat!("HA", "CK")];

/// Addresses that are good on one machine only. Put together, for the same reason.
const ONE_MACHINE: &[&str] = &[concat!("/", "work/"), concat!("/", "root/")];
const ONE_FOLDER: &str = concat!("../", "shared");

/// Test files that may sleep, because they poll what nobody can wait for: the start of a foreign
/// process, or an effect that crosses processes.
const MAY_POLL: &[&str] = &[];

#[test]
fn modules_import_only_what_the_table_allows() {
    hold(&rust_files("src/"), imports);
}

#[test]
fn every_dependency_has_its_place() {
    let faults: Vec<_> =
        dependencies(&read("Cargo.toml")).iter().filter_map(|name| homeless(name)).collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn foreign_crates_are_named_in_their_place_only() {
    let known = dependencies(&read("Cargo.toml"));
    assert!(known.contains("tokio"), "Cargo.toml has dependencies");
    hold(&rust_files("src/"), |file, source| foreign_crates(file, source, &known));
}

#[test]
fn the_sandbox_does_not_know_the_gateway() {
    let sandbox =
        files().into_iter().filter(|(file, _)| file.starts_with("crates/stripe-sandbox/"));
    hold(&sandbox.collect::<Vec<_>>(), gateway_named);
}

#[test]
fn files_end_before_they_are_two() {
    hold(&rust_files(""), too_long);
}

#[test]
fn nothing_is_left_unfinished() {
    let written = files().into_iter().filter(|(file, _)| {
        !is_kind(file, "md") && !file.starts_with("tests/fixtures/") && file != "Cargo.lock"
    });
    hold(&written.collect::<Vec<_>>(), unfinished_words);
    hold(&rust_files(""), unfinished_code);
}

#[test]
fn tests_do_not_sleep() {
    hold(&rust_files(""), sleeping_tests);
}

#[test]
fn no_file_is_bound_to_one_machine() {
    hold(&files(), one_machine);
}

#[test]
fn the_example_configuration_is_fresh() {
    assert_eq!(
        read("config.toml.example"),
        tollhouse::config::example(),
        "config.toml.example is stale: cargo run -- config example > config.toml.example",
    );
}

#[test]
fn migrations_are_named_as_refinery_wants_them() {
    let files = files()
        .into_iter()
        .filter_map(|(file, _)| file.strip_prefix("migrations/sqlite/").map(ToOwned::to_owned));
    let names: Vec<_> = files.collect();
    assert!(!names.is_empty(), "migrations/sqlite has files");
    let faults = misnamed_migrations(&names);
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_promise_is_held_by_a_test() {
    let sources = rust_files("");
    let is_test = |name: &str| {
        let opens = format!("fn {name}()");
        sources.iter().any(|(_, source)| source.contains(&opens))
    };
    let faults = promises_without_test("SECURITY.md", &read("SECURITY.md"), is_test);
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// A fault: where, what, and what to do.
fn fault(file: &str, line: usize, what: &str) -> String {
    format!("{file}:{line}: {what}")
}

/// Applies a rule to files, of which there must be some, and shows all faults at once.
fn hold(files: &[(String, String)], rule: impl Fn(&str, &str) -> Vec<String>) {
    assert!(!files.is_empty(), "no file to look at: the rule would hold of anything");
    let mut faults: Vec<_> = files.iter().flat_map(|(file, source)| rule(file, source)).collect();
    faults.dedup();
    assert!(faults.is_empty(), "faults: {}\n{}", faults.len(), faults.join("\n"));
}

fn imports(file: &str, source: &str) -> Vec<String> {
    let own = modules_of(file);
    let from = own.first().map_or_else(|| top_name(file), |top| top.as_str());
    let Some((_, allowed)) = IMPORTS.iter().find(|(module, _)| *module == from) else {
        return vec![fault(
            file,
            1,
            &format!("module `{from}` has no row in IMPORTS (tests/it/tidy.rs)"),
        )];
    };
    let refuse = |path: &Path| {
        if in_test(file, path) {
            return None; // a test may bring together what the code keeps apart
        }
        let ours = inside_the_crate(file, &own, path)?;
        let to = ours.first()?;
        let written = to == "config" && ours.get(1).is_some_and(|part| part == "file");
        let what = if to == from {
            return None;
        } else if !allowed.contains(&ANY) && !allowed.contains(&to.as_str()) {
            format!(
                "`{from}` may not import `{to}`: hand the value in, or move the code to where both may be named"
            )
        } else if written && USED_FORM_ONLY.contains(&from) {
            format!("`{from}` sees `Config`, not the file as the owner wrote it")
        } else {
            return None;
        };
        Some(fault(file, path.line, &what))
    };
    facts(source).paths.iter().filter_map(refuse).collect()
}

/// The module that a file of `src/` is, from the crate down.
fn modules_of(file: &str) -> Vec<String> {
    let inner = file.trim_start_matches("src/").trim_end_matches(".rs");
    let parts = inner.split('/').filter(|part| !["mod", "lib", "main"].contains(part));
    parts.map(ToOwned::to_owned).collect()
}

fn top_name(file: &str) -> &str {
    if file == "src/main.rs" { "main" } else { "lib" }
}

/// A path of ours from the crate down; `None` if it is foreign, local or the standard library's.
fn inside_the_crate(file: &str, own: &[String], path: &Path) -> Option<Vec<String>> {
    let mut here: Vec<_> = own.iter().chain(&path.inside).cloned().collect();
    let mut segments = path.segments.iter().peekable();
    match segments.peek()?.as_str() {
        "crate" => here.clear(),
        "tollhouse" if file == "src/main.rs" => here.clear(),
        "self" => {}
        "super" => {
            here.pop();
        }
        _ => return None,
    }
    segments.next();
    while segments.next_if(|segment| *segment == "super").is_some() {
        here.pop();
    }
    here.extend(segments.cloned());
    Some(here)
}

/// What Cargo.toml names under any kind of dependencies but those of tests.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let manifest: toml::Table = manifest.parse().expect("cargo has read it already");
    let platforms = manifest.get("target").and_then(toml::Value::as_table);
    let parts =
        platforms.into_iter().flat_map(toml::Table::values).filter_map(toml::Value::as_table);
    std::iter::once(&manifest)
        .chain(parts)
        .flat_map(|part| [part.get("dependencies"), part.get("build-dependencies")])
        .filter_map(|names| names?.as_table())
        .flat_map(|names| names.keys().cloned())
        .collect()
}

fn homeless(package: &str) -> Option<String> {
    let known = ANYWHERE.contains(&package) || PLACES.iter().any(|(name, _)| *name == package);
    let advice = "give it a row in PLACES (tests/it/tidy.rs), and its folder in ARCHITECTURE.md";
    (!known).then(|| fault("Cargo.toml", 1, &format!("`{package}` has no place: {advice}")))
}

fn foreign_crates(file: &str, source: &str, known: &BTreeSet<String>) -> Vec<String> {
    let facts = facts(source);
    let refuse = |path: &Path| {
        let package = foreign(&facts, path, known)?;
        let is_tool = TEST_TOOLS.contains(&package) && in_test(file, path);
        let place = if is_tool { None } else { place_instead(package, file) };
        place.map(|place| {
            let what =
                format!("`{package}` belongs {place}: call a function of ours that is there");
            fault(file, path.line, &what)
        })
    };
    facts.paths.iter().filter_map(refuse).collect()
}

/// The package that a path begins with.
fn foreign<'k>(facts: &Facts, path: &Path, known: &'k BTreeSet<String>) -> Option<&'k str> {
    let head = path.segments.first()?;
    let local = facts.is_local(head, path);
    let named = known.iter().find(|package| code_name(package) == *head)?;
    (!local).then_some(named)
}

/// How code spells a package.
fn code_name(package: &str) -> String {
    let of_stripe = package.starts_with("async-stripe");
    let name = if of_stripe { package.trim_start_matches("async-") } else { package };
    name.replace('-', "_")
}

/// Where a package belongs, if not in this file.
fn place_instead(package: &str, file: &str) -> Option<String> {
    let row = PLACES.iter().find(|(name, _)| *name == package);
    let places = row.map_or(&[][..], |(_, places)| places);
    if file.starts_with("src/domain/") {
        let welcome = places.contains(&file) || IN_DOMAIN.contains(&package);
        return (!welcome).then(|| "outside of src/domain/".to_owned());
    }
    let welcome = ANYWHERE.contains(&package) || places.iter().any(|place| file.starts_with(place));
    (!welcome).then(|| format!("in {}", places.join(" or ")))
}

fn gateway_named(file: &str, source: &str) -> Vec<String> {
    let advice = "the sandbox must not know the gateway, or both are wrong together";
    lines_with(source, |line| line.contains("tollhouse"))
        .map(|line| fault(file, line, advice))
        .collect()
}

fn too_long(file: &str, source: &str) -> Vec<String> {
    let opens_tests = |line: &str| line == "mod tests {" || line == "mod tests;";
    let lines = source.lines().take_while(|line| !opens_tests(line)).count();
    let is_mod_tests = is_test_file(file) && file.contains("src/");
    let what = format!("{lines} lines above `mod tests`, allowed are {MAX_LINES}: split it");
    (lines > MAX_LINES && !is_mod_tests).then(|| fault(file, lines, &what)).into_iter().collect()
}

fn unfinished_words(file: &str, source: &str) -> Vec<String> {
    let says = |line: &str| {
        let mut words = line.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        words.any(|word| UNFINISHED.contains(&word))
    };
    lines_with(source, says)
        .map(|line| fault(file, line, "unfinished: do it, or open an issue"))
        .collect()
}

fn unfinished_code(file: &str, source: &str) -> Vec<String> {
    let tokens = tokens(source);
    let found = tokens.windows(3).filter_map(|words| {
        let [first, second, third] = words else { return None };
        match [first, second, third].map(|token| token.text.as_str()) {
            ["todo" | "unimplemented", "!", _] => {
                Some(fault(file, first.line, "unfinished: do it, or open an issue"))
            }
            ["#", "[", "ignore"] => {
                Some(fault(file, first.line, "an ignored test: mend it or remove it"))
            }
            _ => None,
        }
    });
    found.collect()
}

fn sleeping_tests(file: &str, source: &str) -> Vec<String> {
    if MAY_POLL.contains(&file) {
        return Vec::new();
    }
    let sleeps = |path: &&Path| {
        let called = path.segments.iter().rev().map(String::as_str).collect::<Vec<_>>();
        in_test(file, path)
            && matches!(*called, ["sleep" | "sleep_until" | "sleep_ms", "thread" | "time", ..])
    };
    let advice = "a test that sleeps: wait for an answer or a channel, or move the clock by hand";
    facts(source).paths.iter().filter(sleeps).map(|path| fault(file, path.line, advice)).collect()
}

/// Whether a path is named in a test: a file of tests, or `mod tests` below the code.
fn in_test(file: &str, path: &Path) -> bool {
    is_test_file(file) || path.inside.first().is_some_and(|module| module == "tests")
}

/// Also `mod tests` in a file of its own in `src/`, and what such tests share.
fn is_test_file(file: &str) -> bool {
    let shared = ["/tests.rs", "/stub.rs", "/fixtures.rs"];
    file.starts_with("tests/")
        || file.contains("/tests/")
        || shared.iter().any(|name| file.ends_with(name))
}

fn one_machine(file: &str, source: &str) -> Vec<String> {
    let rooted = |line: &str, folder: &str| {
        line.match_indices(folder).any(|(at, _)| {
            !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._~-/*}$)".contains(c))
        })
    };
    let bound = |line: &str| {
        line.contains(ONE_FOLDER) || ONE_MACHINE.iter().any(|folder| rooted(line, folder))
    };
    lines_with(source, bound)
        .map(|line| {
            fault(file, line, "an address of one machine: say it relative to the repository")
        })
        .collect()
}

/// refinery skips a file that is spelled in any other way, in silence.
fn misnamed_migrations(names: &[String]) -> Vec<String> {
    let mut names: Vec<_> = names.iter().collect();
    names.sort();
    let wrong = |(index, name): (usize, &String)| {
        let expected = format!("V{:04}__", index + 1);
        let words = name.strip_prefix(&expected).and_then(|rest| rest.strip_suffix(".sql"));
        let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let good = words.is_some_and(|words| !words.is_empty() && words.chars().all(is_word));
        let what = format!(
            "migrations/sqlite/{name}: expected {expected}<words>.sql, numbers without a gap"
        );
        (!good).then_some(what)
    };
    names.into_iter().enumerate().filter_map(wrong).collect()
}

/// Each row of the table names tests, and there is a table.
fn promises_without_test(file: &str, text: &str, is_test: impl Fn(&str) -> bool) -> Vec<String> {
    let lines = text.lines().zip(1..).skip_while(|(line, _)| *line != "| promise | test |").skip(2);
    let mut rows = lines.take_while(|(line, _)| line.starts_with('|')).peekable();
    if rows.peek().is_none() {
        return vec![fault(file, 1, "no table of promises and their tests")];
    }
    let without = |(row, line): (&str, usize)| {
        let tests = row.trim_end().trim_end_matches('|').rsplit('|').next().unwrap_or_default();
        let names: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        let missing = names.iter().filter(|name| !is_test(name)).copied().collect::<Vec<_>>();
        match (names.is_empty(), missing.is_empty()) {
            (true, _) => Some(fault(file, line, "a promise that no test holds")),
            (false, false) => Some(fault(file, line, &format!("no such test: {missing:?}"))),
            (false, true) => None,
        }
    };
    rows.filter_map(without).collect()
}

/// The numbers of the lines, counted from one.
fn lines_with<'s>(
    source: &'s str,
    wanted: impl Fn(&str) -> bool + 's,
) -> impl Iterator<Item = usize> + 's {
    source.lines().enumerate().filter(move |(_, line)| wanted(line)).map(|(index, _)| index + 1)
}
