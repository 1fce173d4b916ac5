//! Keys change, and nobody notices; one that somebody else has is worth nothing at once.

use std::time::Duration;

use serde_json::Value;
use tollhouse::domain::keyring::PUBLISHED_BEFORE;
use tollhouse::store::NewKey;

use crate::support::{TestSite, until};

const KEYS: &str = "/_tollhouse/keys";

#[tokio::test]
async fn keys_change_and_nobody_is_signed_out() {
    let site = TestSite::start().await;
    let (ann, bob) = (site.visitor(), site.visitor());
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    bob.buy(&site.stripe, "price_basic", "/essays/tide").await;
    let old = published(&site).await.remove(0);
    let new = announce(&site).await;
    until(async || published(&site).await == [old.clone(), new.clone()]).await;
    let by_old = ann.pass(&site).await;
    assert_eq!(key_of(&by_old), old, "the new one is only published");
    site.advance(PUBLISHED_BEFORE);
    until(async || published(&site).await == [new.clone(), old.clone()]).await;
    let by_new = ann.pass(&site).await;
    assert_eq!(key_of(&by_new), new);
    // Bob comes back after a holiday with a pass that the old key has signed.
    site.advance(Duration::from_hours(24 * 20));
    assert_eq!(bob.open("/essays/tide").await.shows(), "the page");
    assert_eq!(ann.open("/essays/tide").await.shows(), "the page");
}

#[tokio::test]
async fn a_server_that_starts_anew_knows_all_keys_with_and_without_its_store() {
    let mut site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_course", "/course/1").await;
    let old = published(&site).await.remove(0);
    let new = announce(&site).await;
    until(async || published(&site).await.len() == 2).await;
    site.stop().await;
    site.start_again().await;
    assert_eq!(published(&site).await, [old.clone(), new.clone()]);
    site.stop().await;
    let data = site.path("tollhouse-data");
    for file in ["tollhouse.sqlite3", "tollhouse.sqlite3-wal", "tollhouse.sqlite3-shm"] {
        let _ = std::fs::remove_file(data.join(file));
    }
    std::fs::create_dir(data.join("tollhouse.sqlite3")).expect("in its place");
    site.start_again().await;
    assert_eq!(published(&site).await, [old, new]);
    assert_eq!(ann.open("/course/1").await.shows(), "the page");
}

#[tokio::test]
async fn what_a_revoked_key_signed_is_worth_nothing_and_no_sign_in_goes_on() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    let announced = announce(&site).await;
    until(async || published(&site).await.len() == 2).await;
    let stolen = published(&site).await;
    let by_stolen = ann.pass(&site).await;
    site.store().revoke_keys().await.expect("written");
    let is_gone = |key: &String| !stolen.contains(key) && *key != announced;
    until(async || published(&site).await.iter().all(is_gone)).await;
    let shown = [("cookie", by_stolen.as_str()), ("accept", "text/html")];
    let seen = site.visitor().fetch("/essays/tide", &shown).await;
    assert_eq!(seen.shows(), "the offer");
    until(async || {
        let keys = site.store().mirrored_keys().expect("read");
        keys.len() == 1 && keys.iter().all(|kept| is_gone(&kept.key.id()))
    })
    .await;
    let file = rusqlite::Connection::open(site.path("tollhouse-data/tollhouse.sqlite3"));
    let open = "SELECT count(*) FROM sessions WHERE ended_at IS NULL";
    let open: i64 =
        file.expect("it opens").query_row(open, [], |row| row.get(0)).expect("a number");
    assert_eq!(open, 0);
    ann.buy(&site.stripe, "price_course", "/course/1").await;
    assert_eq!(ann.open("/course/1").await.shows(), "the page");
}

#[tokio::test]
async fn the_owner_sees_his_keys_and_changes_them_by_a_command() {
    let site = TestSite::start().await;
    let (_, listed) = site.command(&["keys", "list", "--json"]).await;
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    let first = published(&site).await.remove(0);
    assert_eq!((&listed[0]["key"], &listed[0]["use"]), (&first.clone().into(), &"signs".into()));
    let (done, said) = site.command(&["keys", "rotate"]).await;
    assert!(done.status.success() && said.contains("nobody is signed out"), "{said}");
    let (again, _) = site.command(&["keys", "rotate"]).await;
    let why = String::from_utf8_lossy(&again.stderr).into_owned();
    assert_eq!(again.status.code(), Some(1), "{why}");
    assert!(why.contains("is published already") && why.contains("nothing was changed"), "{why}");
    let (_, table) = site.command(&["keys", "list"]).await;
    assert!(table.contains("is published, signs from "), "{table}");
    assert!(table.contains(&format!("{first}  signs since ")), "{table}");
    let (asked, _) = site.command(&["keys", "revoke"]).await;
    let why = String::from_utf8_lossy(&asked.stderr).into_owned();
    assert_eq!(asked.status.code(), Some(2), "{why}");
    assert!(
        why.contains("Nothing was changed") && published(&site).await.contains(&first),
        "{why}"
    );
    let (revoked, said) = site.command(&["keys", "revoke", "--yes"]).await;
    assert!(revoked.status.success() && said.contains("nobody is signed in any more"), "{said}");
    let (_, table) = site.command(&["keys", "list"]).await;
    assert!(!table.contains(&first) && table.contains("signs since"), "{table}");
    let kept = std::fs::read_to_string(site.path("tollhouse-data/keys.json")).expect("a mirror");
    assert_eq!(kept.matches("pkcs8").count(), 1, "the mirror has heard of it");
}

/// The keys that the site publishes, the one that signs first.
async fn published(site: &TestSite) -> Vec<String> {
    let keys = site.visitor().fetch(KEYS, &[]).await;
    let keys: Value = serde_json::from_str(&keys.body).expect("JSON");
    let keys = keys["keys"].as_array().expect("a JWK set");
    keys.iter().map(|key| key["kid"].as_str().expect("an id").to_owned()).collect()
}

/// A new key, which signs in an hour.
async fn announce(site: &TestSite) -> String {
    match site.store().announce_key().await.expect("written") {
        NewKey::Announced(kept) => kept.key.id(),
        NewKey::AlreadyAnnounced(kept) => panic!("{kept:?} is announced"),
    }
}

/// The key by which a pass is signed: what it says itself.
fn key_of(cookie: &str) -> String {
    let (_, token) = cookie.split_once('=').expect("a cookie");
    let header = token.split('.').next().expect("a header");
    let header: Value = serde_json::from_slice(&decoded(header)).expect("JSON");
    header["kid"].as_str().expect("an id").to_owned()
}

fn decoded(part: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).expect("base64")
}
