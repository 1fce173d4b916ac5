//! The configuration: what owners get wrong, and what they are told. Each case is a file of
//! `tests/fixtures/config`: `NAME.txt` has the words, `NAME.toml` the configuration (else it is
//! `good.toml`), and `NAME.env` the variables that are not as usual.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use tollhouse::config::{Config, Faults, Origin};

#[test]
fn every_fault_is_told_with_its_line_and_what_to_do() {
    let cases = cases("txt");
    assert!(cases.contains("sections_missing"), "{cases:?}");
    let unlike: Vec<String> = cases.iter().filter_map(|name| unlike(name, |it| it)).collect();
    assert!(unlike.is_empty(), "{}", unlike.join("\n"));
}

#[test]
fn a_file_that_was_saved_on_windows_is_no_different() {
    let as_saved = |text: String| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let unlike: Vec<String> =
        cases("txt").iter().filter_map(|name| unlike(name, as_saved)).collect();
    assert!(unlike.is_empty(), "{}", unlike.join("\n"));
}

#[test]
fn every_fixture_has_its_words() {
    let (words, mut others) = (cases("txt"), cases("toml"));
    others.extend(cases("env"));
    for without in ["good", "good_overrides", "webhook_secrets"] {
        assert!(others.remove(without), "{without}");
    }
    let wordless: Vec<_> = others.difference(&words).collect();
    assert!(wordless.is_empty(), "{wordless:?}");
}

#[test]
fn no_fault_shows_a_secret() {
    for name in cases("txt") {
        let words = read(&name, "txt").expect("it has words");
        assert!(!words.contains("hush"), "{name}: {words}");
    }
}

#[test]
fn settings_come_from_the_file_and_the_environment() {
    let config = Desk::new().load("good", |it| it).expect("no fault");
    assert_eq!(config.site.name, "Marginal Weather");
    assert_eq!(config.site.listen.to_string(), "127.0.0.1:8080");
    assert!(matches!(config.site.origin, Origin::Http { tls: false, port: 1313, .. }));
    let config = Desk::new().load("good_overrides", |it| it).expect("no fault");
    assert_eq!(config.site.name, "9", "text stays text");
    assert_eq!(config.site.listen.to_string(), "0.0.0.0:80");
    assert!(matches!(config.site.origin, Origin::Http { tls: false, port: 1313, .. }));
    assert_eq!(config.site.also, ["www.weather.example"]);
    assert_eq!(config.lifetimes.session.as_secs(), 30 * 24 * 60 * 60);
    assert!(config.stripe.promotion_codes);
}

#[test]
fn a_webhook_may_be_signed_with_the_old_secret_while_it_is_changed() {
    let config = Desk::new().load("webhook_secrets", |it| it).expect("no fault");
    let secrets: Vec<&str> =
        config.stripe.webhook_secrets.iter().map(|secret| secret.expose().as_str()).collect();
    assert_eq!(secrets, ["whsec_0123456789abcdef", "whsec_old_old_old_old_old"]);
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("config.toml");
    let faults = Config::load(&missing, &BTreeMap::new()).expect_err("there is none");
    assert_eq!(
        faults.to_string(),
        format!(
            "{}: this file cannot be read: No such file or directory (os error 2)\n      \
             name another with --config; `tollhouse config example` prints one to start with\n\
             1 fault. Nothing was started. Check again with: tollhouse check --config {}",
            missing.display(),
            missing.display()
        )
    );
}

#[test]
fn a_file_in_another_encoding_is_named_with_its_line() {
    let text = read("good", "toml").expect("a file").replace("Marginal", "Müßig");
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(c).expect("a letter")).collect();
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let with_mark = [vec![0xff, 0xfe], wide.clone()].concat();
    for (bytes, place) in [
        (latin, "config.toml:4: there is a character that is not UTF-8"),
        (wide, "config.toml:1: this file is UTF-16"),
        (with_mark, "config.toml:1: this file is UTF-16"),
    ] {
        let desk = Desk::new();
        let path = desk.0.path().join("config.toml");
        fs::write(&path, bytes).expect("written");
        let told = Config::load(&path, &environment("good")).expect_err("unreadable").to_string();
        assert!(told.contains(&format!("{place}\n      save it as UTF-8\n")), "{told}");
    }
}

#[test]
fn whoever_checks_again_names_the_same_file() {
    for (path, again) in [
        ("config.toml", "tollhouse check"),
        ("/etc/tollhouse/config.toml", "tollhouse check"),
        ("site/config.toml", "tollhouse check --config site/config.toml"),
        ("my site.toml", "tollhouse check --config 'my site.toml'"),
    ] {
        let faults = Config::parse("", Path::new(path), &BTreeMap::new()).expect_err("empty");
        assert!(faults.to_string().ends_with(&format!("Check again with: {again}")), "{faults}");
    }
}

#[test]
fn commands_that_ask_nothing_of_stripe_need_no_secrets_of_its() {
    let desk = Desk::new();
    fs::write(desk.0.path().join("config.toml"), read("good", "toml").expect("a file"))
        .expect("written");
    //            command                                             exit     it says
    let check = |line: &str, code: i32, words: &str| {
        let (found, said) = desk.command(line);
        assert!(found == Some(code) && said.contains(words), "{line}: {found:?} {said}");
    };
    check("grant ann@site.example basic", 0, "ann@site.example has basic for ever");
    check("grant ann@site.example basic --until 9999-01-01", 0, "until 1 January 9999");
    check("link ann@site.example", 0, "https://weather.example/_tollhouse/sign-in/");
    check("link bob@site.example", 0, "No purchase under this address waits for him");
    check("grant ann basic", 2, "\"ann\" is not an e-mail address");
    check("grant ann@site.example baisc", 2, "there is no plan \"baisc\"");
    check("grant ann@site.example basic --until 2001-01-31", 2, "is over already");
    check("grant ann@site.example basic --until 9999-01-31T10:00", 2, "takes a day such as");
    check("link ann", 2, "\"ann\" is not an e-mail address");
    check("check config.toml", 1, "STRIPE_SECRET_KEY is not set");
    check("check --config config.toml", 1, "STRIPE_SECRET_KEY is not set");
    check("check config.toml --config config.toml", 2, "cannot be used with");
    check("check none.toml", 1, "Check again with: tollhouse check --config none.toml");
    check("link ann@site.example --config none.toml", 78, "cannot be read");
}

/// What the owner is told, beside what he should be told, if they differ.
fn unlike(name: &str, saved: impl Fn(String) -> String) -> Option<String> {
    let told = Desk::new().told(name, saved);
    let expected = read(name, "txt").expect("it has words");
    (told.trim_end() != expected.trim_end())
        .then(|| format!("== {name}: expected\n{expected}== but got\n{told}"))
}

/// The owner's folder.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("public/members")).expect("a folder");
        std::os::unix::fs::symlink("public", at("shown")).expect("a link");
        for (name, text) in [
            ("empty", "\n"),
            ("webhook_secret", "whsec_0123456789abcdef\n"),
            ("old_secret", "whsec_old_old_old_old_old\n"),
            ("public/members/.draft.html", ""),
            ("public/members/index.html", ""),
            ("public/members/part one.html", ""),
        ] {
            fs::write(at(name), text).expect("written");
        }
        Self(folder)
    }

    fn load(&self, name: &str, saved: impl Fn(String) -> String) -> Result<Config, Faults> {
        let text = read(name, "toml").unwrap_or_else(|| read("good", "toml").expect("a file"));
        let path = self.0.path().join("config.toml");
        fs::write(&path, saved(text)).expect("written");
        Config::load(&path, &environment(name))
    }

    /// Runs a command in this folder, without the secrets: its exit code and what it says.
    fn command(&self, line: &str) -> (Option<i32>, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_tollhouse"))
            .args(line.split(' '))
            .current_dir(self.0.path())
            .env_clear()
            .output()
            .expect("it runs");
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(text).expect("text"))
    }

    /// What `tollhouse check` says, the folder left out.
    fn told(&self, name: &str, saved: impl Fn(String) -> String) -> String {
        let told = match self.load(name, saved) {
            Ok(config) => {
                let warnings = config.warnings.iter().map(ToString::to_string);
                warnings.collect::<Vec<_>>().join("\n")
            }
            Err(faults) => faults.to_string(),
        };
        told.replace(&format!("{}/", self.0.path().display()), "")
    }
}

fn environment(name: &str) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let mut set = |key: &str, value: &str| all.insert(key.to_owned(), value.to_owned());
    set("STRIPE_SECRET_KEY", "sk_live_1");
    set("STRIPE_WEBHOOK_SECRET", "whsec_0123456789abcdef");
    for line in read(name, "env").unwrap_or_default().lines() {
        match line.split_once('=') {
            Some((key, value)) => all.insert(key.to_owned(), value.to_owned()),
            None => all.remove(line),
        };
    }
    all
}

fn cases(extension: &str) -> BTreeSet<String> {
    let files =
        fs::read_dir(fixtures()).expect("a folder").map(|file| file.expect("a file").path());
    let these = files.filter(|path| path.extension().is_some_and(|it| it == extension));
    let name = |path: PathBuf| path.file_stem()?.to_str().map(str::to_owned);
    these.map(|path| name(path).expect("a name")).collect()
}

fn read(name: &str, extension: &str) -> Option<String> {
    fs::read_to_string(fixtures().join(format!("{name}.{extension}"))).ok()
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/config")
}
