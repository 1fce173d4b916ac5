//! What a reader can take with him, and what is left of him when he goes.

use reqwest::StatusCode;
use rusqlite::Connection;
use serde_json::{Value, json};
use stripe_sandbox::{Fault, FaultKind, Payer};

use crate::sign_in;
use crate::support::{Mail, TestSite};

const ACCOUNT: &str = "/_tollhouse/account";
const DATA: &str = "/_tollhouse/account/data";
const DELETE: &str = "/_tollhouse/account/delete";
const EMAIL: &str = "ann@site.example";

/// Tables that are not about a reader, or hold nothing that he could not have from another.
const NOT_OF_READERS: [&str; 8] = [
    "tickets",
    "signing_keys",
    "tries",
    "looks",
    "compared_prices",
    "refinery_schema_history",
    "purchase_prices",
    "sqlite_sequence",
];

#[tokio::test]
async fn a_reader_downloads_everything_that_is_stored_of_him_and_nothing_else() {
    let (site, post) = sign_in::site().await;
    let bob = site.visitor();
    bob.submit(&site.link("bob@site.example").await, &[]).await.goes_to();
    bob.buy(&site.stripe, "price_course", "/course/1").await;
    let ann = site.visitor();
    ann.submit(&site.link(EMAIL).await, &[]).await.goes_to();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    ann.submit("/_tollhouse/sign-in", &[("email", EMAIL), ("to", "/")]).await.goes_to();
    ann.submit(DELETE, &[]).await;
    post.mail(2).await;
    site.settle().await;
    let seen = ann.open(DATA).await;
    assert_eq!(seen.header("content-disposition"), Some("attachment; filename=\"my-data.json\""));
    assert_eq!(seen.header("cache-control"), Some("private, no-store"));
    let all: Value = serde_json::from_str(&seen.body).expect("JSON");
    let data = &all["data"];
    assert_eq!(data["reader"][0]["email"], EMAIL);
    assert_eq!(data["reader"][0]["created_at"], "2026-01-01T00:00:00Z");
    assert_eq!(data["subscribed_to"][0]["price"], "price_basic");
    assert_eq!(data["subscribed_to"][0]["period_ends_at"], "2026-02-01T00:00:00Z");
    assert_eq!(data["known_at_stripe"][0]["email"], EMAIL);
    assert_eq!(data["checkouts"][0]["page"], "/essays/tide");
    let count = |chapter: &str| data[chapter].as_array().map(Vec::len);
    // Two sign-ins: the link's, and the one after the till.
    let expected = [("signed_in", 2), ("subscriptions", 1), ("purchases", 0), ("mails", 4)];
    for (chapter, entries) in expected {
        assert_eq!(count(chapter), Some(entries), "{chapter}: {data:#}");
    }
    assert!(count("history") > Some(0) && count("news_from_stripe") > Some(0), "{data:#}");
    for secret in ["bob@", "price_course", "session_", "hash", "mark"] {
        assert!(!seen.body.contains(secret), "{secret}: {}", seen.body);
    }
    let stranger = site.visitor().open(DATA).await;
    assert_eq!(stranger.goes_to(), "/_tollhouse/sign-in");
}

#[tokio::test]
async fn no_table_is_forgotten_when_a_reader_asks_for_his_data_or_goes() {
    let site = TestSite::start().await;
    let tables = texts(&site, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
    let mut known = NOT_OF_READERS.map(str::to_owned).to_vec();
    // Those that the dossier reads, and `erase` clears.
    let read = [
        "asks",
        "audit",
        "checkouts",
        "entitlements",
        "farewells",
        "grants",
        "inbox",
        "purchases",
        "readers",
        "sessions",
        "sign_ins",
        "subjects",
        "subscription_items",
        "subscriptions",
    ];
    known.extend(read.map(str::to_owned));
    let unknown: Vec<_> = tables.iter().filter(|table| !known.contains(table)).collect();
    assert!(unknown.is_empty(), "{unknown:?}: see store::dossier and store::farewells");
}

#[tokio::test]
async fn a_reader_goes_by_the_button_of_a_mail_and_nothing_of_him_is_left() {
    let (site, post) = sign_in::site().await;
    let (ann, phone) = (site.visitor(), site.visitor());
    ann.submit(&site.link(EMAIL).await, &[]).await.goes_to();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    phone.submit(&site.link(EMAIL).await, &[]).await.goes_to();
    let told = ann.open(DELETE).await.body;
    assert!(told.contains("Basic ends at once"), "{told}");
    let asked = ann.submit(DELETE, &[]).await;
    assert!(asked.body.contains("A mail is on its way to ann@site.example"), "{}", asked.body);
    let mail = post.mail(1).await;
    let link = link(&mail);
    assert_eq!(mail.to, EMAIL);
    // Scanners look at it, and sign-in links are another thing.
    for _ in 0..2 {
        let shown = site.visitor().open(&link).await;
        assert!(shown.body.contains("Basic ends at once"), "{}", shown.body);
        assert!(!shown.body.contains(EMAIL), "it has to be typed: {}", shown.body);
    }
    let token = link.rsplit('/').next().expect("a token");
    let sign_in = site.visitor().submit(&format!("/_tollhouse/sign-in/{token}"), &[]).await;
    assert_eq!(sign_in.status, StatusCode::GONE);
    let elsewhere = [("sec-fetch-site", "cross-site")];
    assert_eq!(ann.post(&link, &elsewhere, String::new()).await.status, 403);
    assert_eq!(ann.open("/essays/tide").await.shows(), "the page");
    // Some scanners press buttons, too.
    for typed in [&[][..], &[("email", "")], &[("email", "eve@site.example")], &[("sure", "yes")]] {
        let refused = site.visitor().submit(&link, typed).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed:?}");
        assert!(refused.body.contains("Nothing was deleted"), "{}", refused.body);
    }
    let done = site.visitor().submit(&link, &[("email", " Ann@Site.Example")]).await;
    assert!(done.body.contains("Your account is deleted"), "{}", done.body);
    assert_eq!(site.stripe.subscriptions()[0]["status"], "canceled");
    for browser in [&ann, &phone] {
        assert_eq!(browser.open("/essays/tide").await.shows(), "the offer");
        assert_eq!(browser.open(ACCOUNT).await.goes_to(), "/_tollhouse/sign-in");
    }
    assert_eq!(site.visitor().submit(&link, &[]).await.status, StatusCode::GONE);
    assert_eq!(everywhere(&site, EMAIL), [""; 0]);
    for table in ["grants", "checkouts", "subscriptions", "purchases", "sign_ins", "farewells"] {
        assert_eq!(texts(&site, &format!("SELECT count(*) || '' FROM {table}")), ["0"], "{table}");
    }
}

#[tokio::test]
async fn whoever_went_is_not_made_again_by_what_stripe_tells_and_may_come_back_by_himself() {
    let (site, post) = sign_in::site().await;
    let ann = site.visitor();
    ann.submit(&site.link(EMAIL).await, &[]).await.goes_to();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    ann.buy(&site.stripe, "price_course", "/course/1").await;
    ann.submit(DELETE, &[]).await;
    let link = link(&post.mail(1).await);
    ann.submit(&link, &[]).await;
    let readers = "SELECT count(*) || '' FROM readers";
    let before = texts(&site, readers);
    // Late news of what he bought, and of the end of it; and all is compared with Stripe.
    site.settle().await;
    let (store, billing) = site.beside().await;
    let compared = billing.compare().await.expect("it can be compared");
    assert_eq!(compared.differences, []);
    drop((store, billing));
    assert_eq!(texts(&site, readers), before);
    assert_eq!(everywhere(&site, EMAIL), [""; 0]);
    // The address is nobody's: no mail, and a new purchase is a new reader's.
    let back = site.visitor();
    back.submit("/_tollhouse/sign-in", &[("email", EMAIL), ("to", "/")]).await.goes_to();
    assert_eq!(back.buy(&site.stripe, "price_basic", "/essays/tide").await.shows(), "the page");
    assert_eq!(back.open("/course/1").await.shows(), "the offer");
    site.settle().await;
    assert_eq!(back.open("/essays/tide").await.shows(), "the page");
    assert_eq!(post.taken().len(), 1);
}

#[tokio::test]
async fn nothing_is_deleted_while_stripe_cannot_end_what_is_paid_for() {
    let (site, post) = sign_in::site().await;
    let ann = site.visitor();
    ann.submit(&site.link(EMAIL).await, &[]).await.goes_to();
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    ann.submit(DELETE, &[]).await;
    let link = link(&post.mail(1).await);
    let fault = Fault::sometimes(100, 1, FaultKind::ServerError);
    site.stripe.fail_next(fault.only("DELETE", "/v1/subscriptions/"));
    let refused = ann.submit(&link, &[]).await;
    assert_eq!(refused.status, 503, "{}", refused.body);
    assert!(refused.body.contains("Your account was not deleted"), "{}", refused.body);
    assert_eq!(ann.open("/essays/tide").await.shows(), "the page");
    assert!(ann.open(ACCOUNT).await.body.contains("ann@site.example"));
    site.stripe.clear_faults();
    site.advance_here(std::time::Duration::from_mins(5));
    assert_eq!(ann.submit(&link, &[]).await.status, 200);
    assert_eq!(site.stripe.subscriptions()[0]["status"], "canceled");
}

#[tokio::test]
async fn what_stripe_has_ended_without_our_hearing_of_it_is_no_obstacle() {
    let (site, post) = sign_in::site().await;
    for heard in [Heard::AtTheSecondTry, Heard::Never] {
        let ann = site.visitor();
        ann.submit(&site.link(EMAIL).await, &[]).await.goes_to();
        ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
        ann.submit(DELETE, &[]).await;
        let link = link(&post.mail(if heard == Heard::Never { 2 } else { 1 }).await);
        let fault = match heard {
            Heard::AtTheSecondTry => Fault::next(1, FaultKind::ResetAfter),
            Heard::Never => Fault::sometimes(100, 1, FaultKind::ResetAfter),
        };
        site.stripe.fail_next(fault.only("DELETE", "/v1/subscriptions/"));
        let done = ann.submit(&link, &[]).await;
        site.stripe.clear_faults();
        let ended = site.stripe.subscriptions();
        assert!(ended.iter().all(|one| one["status"] == "canceled"), "{ended:?}");
        if heard == Heard::Never {
            // As after a power cut: it has ended there, and everything is here as it was.
            assert_eq!(done.status, 503, "{}", done.body);
            site.advance_here(std::time::Duration::from_mins(5));
            assert!(ann.open(ACCOUNT).await.body.contains(EMAIL));
            assert_eq!(ann.submit(&link, &[]).await.status, 200);
        } else {
            assert_eq!(done.status, 200, "{}", done.body);
        }
        assert_eq!(everywhere(&site, EMAIL), [""; 0]);
    }
}

/// When we learn that a subscription has ended.
#[derive(PartialEq, Eq)]
enum Heard {
    AtTheSecondTry,
    Never,
}

#[tokio::test]
async fn whoever_has_no_address_confirms_on_a_page_of_his_own_sign_in() {
    let site = TestSite::start().await;
    let (ann, bob) = (site.visitor(), site.visitor());
    ann.buy(&site.stripe, "price_basic", "/essays/tide").await;
    bob.buy(&site.stripe, "price_course", "/course/1").await;
    let sure = |page: &str| {
        let (_, rest) = page.split_once("name=\"sure\" value=\"").expect("a field");
        rest.split('"').next().expect("a value").to_owned()
    };
    let of_bob = sure(&bob.open(DELETE).await.body);
    for sent in [&[][..], &[("sure", of_bob.as_str())], &[("sure", "yes")]] {
        assert_eq!(ann.submit(DELETE, sent).await.goes_to(), DELETE, "{sent:?}");
    }
    assert_eq!(ann.open("/essays/tide").await.shows(), "the page");
    let hers = sure(&ann.open(DELETE).await.body);
    let done = ann.submit(DELETE, &[("sure", &hers)]).await;
    assert!(done.body.contains("Your account is deleted"), "{}", done.body);
    assert_eq!(ann.open("/essays/tide").await.shows(), "the offer");
    assert_eq!(bob.open("/course/1").await.shows(), "the page");
    assert_eq!(site.visitor().open(DELETE).await.goes_to(), "/_tollhouse/sign-in");
}

#[tokio::test]
async fn a_till_that_is_left_open_is_closed_when_its_reader_goes() {
    let site = TestSite::start().await;
    let ann = site.visitor();
    ann.buy(&site.stripe, "price_course", "/course/1").await;
    let till = ann.choose("price_basic", "/essays/tide").await;
    let page = ann.open(DELETE).await.body;
    let (_, rest) = page.split_once("name=\"sure\" value=\"").expect("a field");
    let sure = rest.split('"').next().expect("a value");
    assert_eq!(ann.submit(DELETE, &[("sure", sure)]).await.status, 200);
    let payer = Payer::with_good_card(EMAIL);
    assert!(ann.pay_with(&site.stripe, &till, &payer).await.is_err(), "nobody can pay there");
}

#[tokio::test]
async fn whoever_paid_in_one_browser_sends_himself_the_mail_for_another() {
    let (site, post) = sign_in::site().await;
    let laptop = site.visitor();
    laptop.buy(&site.stripe, "price_basic", "/essays/tide").await;
    let account = laptop.open(ACCOUNT).await.body;
    assert!(account.contains("action=\"/_tollhouse/account/mail\""), "{account}");
    let sent = laptop.submit("/_tollhouse/account/mail", &[]).await;
    assert!(sent.body.contains("A mail is on its way to ann@site.example"), "{}", sent.body);
    let mail = post.mail(1).await;
    assert!(mail.text.contains("Open this address on the device"), "{}", mail.text);
    assert!(!mail.text.contains("Your code"), "no page waits for one: {}", mail.text);
    let phone = site.visitor();
    let shown = phone.open(&mail.link()).await.body;
    assert!(!shown.contains("did not ask"), "it is meant for another browser: {shown}");
    phone.submit(&mail.link(), &[]).await.goes_to();
    assert_eq!(phone.open("/essays/tide").await.shows(), "the page");
    let stranger = site.visitor().submit("/_tollhouse/account/mail", &[]).await;
    assert_eq!(stranger.goes_to(), "/_tollhouse/sign-in");
    let quiet = TestSite::start().await;
    let ann = quiet.visitor();
    ann.buy(&quiet.stripe, "price_course", "/course/1").await;
    assert!(!ann.open(ACCOUNT).await.body.contains("account/mail"));
    assert_eq!(ann.submit("/_tollhouse/account/mail", &[]).await.status, 404);
}

fn link(mail: &Mail) -> String {
    let at = mail.text.find(DELETE).unwrap_or_else(|| panic!("no link: {}", mail.text));
    mail.text[at..at + DELETE.len() + 1 + 64].to_owned()
}

fn file(site: &TestSite) -> Connection {
    Connection::open(site.path("tollhouse-data/tollhouse.sqlite3")).expect("it opens")
}

fn texts(site: &TestSite, sql: &str) -> Vec<String> {
    let file = file(site);
    let mut find = file.prepare(sql).expect("a question");
    let found = find.query_map([], |row| row.get(0)).expect("rows");
    found.collect::<Result<_, _>>().expect("texts")
}

/// Every table and column in which a text stands.
fn everywhere(site: &TestSite, text: &str) -> Vec<String> {
    let file = file(site);
    let columns = texts(
        site,
        "SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
         WHERE m.type = 'table'",
    );
    let holds = |column: &&String| -> bool {
        let (table, column) = column.split_once('.').expect("a table");
        let sql =
            format!("SELECT EXISTS (SELECT 1 FROM {table} WHERE instr(\"{column}\", ?1) > 0)");
        file.query_row(&sql, [text], |row| row.get(0)).expect("an answer")
    };
    assert!(columns.len() > 60, "{}", json!(columns));
    columns.iter().filter(holds).cloned().collect()
}
