//! On how many devices somebody reads, which ones, and how he signs them out.

use std::time::Duration;

use tollhouse::domain::ids::PlanId;

use crate::support::{Seen, TestSite, Visitor};

const ACCOUNT: &str = "/_tollhouse/account";
const SIGN_OUT: &str = "/_tollhouse/sign-out";

const LAPTOP: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1";

#[tokio::test]
async fn a_reader_sees_his_devices_in_words_and_when_they_were_there() {
    let site = site().await;
    let laptop = device(&site, LAPTOP).await;
    site.advance(Duration::from_hours(24 * 40));
    let phone = device(&site, PHONE).await;
    let seen = phone.open(ACCOUNT).await.body;
    assert!(
        seen.contains(&line("Safari on iPhone (this device)", "Since 10 February 2026")),
        "{seen}"
    );
    let there = line("Firefox on Linux", "Since 1 January 2026, last seen 1 January 2026");
    assert!(seen.contains(&there), "{seen}");
    assert_eq!(laptop.open("/essays/tide").await.shows(), "the page");
    let there = line("Firefox on Linux", "Since 1 January 2026, last seen 10 February 2026");
    crate::support::until(async || phone.open(ACCOUNT).await.body.contains(&there)).await;
    let strange = device(&site, "curl/8.5.0 <b>").await.open(ACCOUNT).await.body;
    assert!(strange.contains("An unknown browser (this device)"), "{strange}");
    for session in sessions(&site) {
        let secret = session.strip_prefix("session_").expect("an id");
        assert!(!strange.contains(secret), "an id of a session: {strange}");
    }
}

#[tokio::test]
async fn an_owner_who_has_a_file_of_places_shows_readers_where_they_signed_in_and_keeps_no_address()
{
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/places/places.mmdb");
    let site = TestSite::with(|config| {
        let there = config.replace("[stripe]", "[access]\nplaces = \"PLACES\"\n[stripe]");
        there.replace("PLACES", file)
    })
    .await;
    let phone = Visitor::with(site.address, PHONE);
    let link = site.link("ann@site.example").await;
    let headers = [("accept-language", "de"), ("sec-fetch-site", "same-origin")];
    phone.post(&link, &headers, String::new()).await.goes_to();
    let seen = phone.open(ACCOUNT).await.read();
    assert!(seen.contains("Since 1 January 2026 · Köln, Deutschland"), "{seen}");
    let data = phone.open("/_tollhouse/account/data").await.body;
    let (_, data) = data.split_once("\"data\": ").expect("what is stored");
    assert!(data.contains("\"place\": \"Köln, Deutschland\""), "{data}");
    assert!(!data.contains("127.0.0.1"), "no address: {data}");
    let columns = "SELECT count(*) FROM sessions WHERE place IS NOT NULL";
    let places = |site: &TestSite| -> i64 {
        let file = rusqlite::Connection::open(site.path("tollhouse-data/tollhouse.sqlite3"));
        file.expect("it opens").query_row(columns, [], |row| row.get(0)).expect("a number")
    };
    assert_eq!(places(&site), 1);
    let silent = TestSite::start().await;
    device(&silent, PHONE).await;
    assert_eq!(places(&silent), 0, "nobody asked");
}

#[tokio::test]
async fn one_other_device_is_signed_out_at_once_and_what_was_copied_from_it() {
    let site = site().await;
    let (laptop, phone, tablet) =
        (device(&site, LAPTOP).await, device(&site, PHONE).await, device(&site, "x").await);
    let copy = laptop.pass(&site).await;
    let names = names(&phone.open(ACCOUNT).await);
    // The phone's own is not among them.
    assert_eq!(names.len(), 2, "{names:?}");
    // The newest comes first.
    let signed_out = phone.submit(SIGN_OUT, &[("who", &names[1])]).await;
    assert_eq!(signed_out.goes_to(), ACCOUNT);
    let told = laptop.open("/essays/tide").await;
    assert_eq!(told.shows(), "the offer");
    assert!(told.body.contains("You are not signed in here any more"), "{}", told.body);
    assert_eq!(with_pass(&site, &copy).await.shows(), "the offer");
    for other in [&phone, &tablet] {
        assert_eq!(other.open("/essays/tide").await.shows(), "the page");
    }
    // Again, or a name that nobody has: nothing happens.
    for who in [names[1].as_str(), "0123456789abcdef", ""] {
        assert_eq!(phone.submit(SIGN_OUT, &[("who", who)]).await.goes_to(), ACCOUNT);
    }
    assert_eq!(tablet.open("/essays/tide").await.shows(), "the page");
}

#[tokio::test]
async fn nobody_signs_out_the_devices_of_another() {
    let site = site().await;
    let ann = device(&site, LAPTOP).await;
    device(&site, PHONE).await;
    let hers = names(&ann.open(ACCOUNT).await).remove(0);
    let bob = site.visitor();
    bob.submit(&site.link("bob@site.example").await, &[]).await.goes_to();
    assert_eq!(bob.submit(SIGN_OUT, &[("who", &hers)]).await.goes_to(), ACCOUNT);
    let stranger = site.visitor().submit(SIGN_OUT, &[("who", &hers)]).await;
    assert_eq!(stranger.goes_to(), "/_tollhouse/sign-in");
    let elsewhere = [("sec-fetch-site", "cross-site")];
    let forged = ann.post(SIGN_OUT, &elsewhere, format!("who={hers}")).await;
    assert_eq!(forged.status, 403);
    assert_eq!(names(&ann.open(ACCOUNT).await), [hers]);
}

#[tokio::test]
async fn all_others_are_signed_out_or_every_device() {
    let site = site().await;
    let (laptop, phone) = (device(&site, LAPTOP).await, device(&site, PHONE).await);
    let copy = laptop.pass(&site).await;
    assert_eq!(phone.submit(SIGN_OUT, &[("who", "others")]).await.goes_to(), ACCOUNT);
    assert_eq!(laptop.open("/essays/tide").await.shows(), "the offer");
    assert_eq!(with_pass(&site, &copy).await.shows(), "the offer");
    assert_eq!(phone.open("/essays/tide").await.shows(), "the page");
    let tablet = device(&site, "x").await;
    let copy = phone.pass(&site).await;
    assert_eq!(phone.submit(SIGN_OUT, &[("who", "all")]).await.goes_to(), "/");
    for other in [&laptop, &phone, &tablet] {
        assert_eq!(other.open("/essays/tide").await.shows(), "the offer");
    }
    assert_eq!(with_pass(&site, &copy).await.shows(), "the offer");
}

#[tokio::test]
async fn with_one_device_too_many_the_one_goes_that_was_not_seen_for_longest_and_is_told() {
    let site = TestSite::with(|config| config + "[access]\ndevices = 2\n").await;
    give_basic(&site).await;
    let laptop = device(&site, LAPTOP).await;
    site.advance(Duration::from_hours(24 * 2));
    let phone = device(&site, PHONE).await;
    site.advance(Duration::from_hours(24 * 2));
    // The laptop is older, but was there since.
    assert_eq!(laptop.open("/essays/tide").await.shows(), "the page");
    let noted = line("Firefox on Linux", "Since 1 January 2026, last seen 5 January 2026");
    crate::support::until(async || phone.open(ACCOUNT).await.body.contains(&noted)).await;
    site.advance(Duration::from_hours(24));
    assert_eq!(laptop.open("/essays/tide").await.shows(), "the page");
    let copy = phone.pass(&site).await;
    site.advance(Duration::from_hours(24));
    laptop.open("/essays/tide").await;
    let noted = line("Firefox on Linux (this device)", "Since 1 January 2026");
    assert!(laptop.open(ACCOUNT).await.body.contains(&noted));
    let tablet = device(&site, "x").await;
    assert_eq!(laptop.open("/essays/tide").await.shows(), "the page");
    assert_eq!(with_pass(&site, &copy).await.shows(), "the offer");
    let offer = phone.open("/essays/tide").await;
    assert!(offer.body.contains("You were signed out here"), "{}", offer.body);
    let sign_in = phone.open("/_tollhouse/sign-in").await;
    assert!(sign_in.body.contains("You were signed out here"), "{}", sign_in.body);
    let told = tablet.open(ACCOUNT).await.body;
    assert!(told.contains("Safari on iPhone, last seen"), "{told}");
    assert!(told.contains("You can be signed in on 2 devices at once"), "{told}");
    assert!(!site.visitor().open("/essays/tide").await.body.contains("You were signed out here"));
}

#[tokio::test]
async fn whoever_signs_in_again_or_buys_has_a_new_pass_and_the_old_one_ends() {
    let site = site().await;
    let ann = device(&site, LAPTOP).await;
    let first = ann.pass(&site).await;
    ann.submit(&site.link("ann@site.example").await, &[]).await.goes_to();
    assert_eq!(with_pass(&site, &first).await.shows(), "the offer");
    let second = ann.pass(&site).await;
    ann.buy(&site.stripe, "price_course", "/course/1").await;
    assert_eq!(ann.open("/course/1").await.shows(), "the page");
    assert_eq!(with_pass(&site, &second).await.shows(), "the offer");
    let account = ann.open(ACCOUNT).await;
    assert_eq!(names(&account), [""; 0], "it is one device");
    let line = line("(this device)", "Since 1 January 2026");
    assert!(account.body.contains(&line), "{}", account.body);
    // Somebody else in the same browser: what was there before ends too.
    let third = ann.pass(&site).await;
    ann.submit(&site.link("bob@site.example").await, &[]).await.goes_to();
    assert_eq!(with_pass(&site, &third).await.shows(), "the offer");
}

#[tokio::test]
async fn whoever_bought_before_the_address_was_proven_elsewhere_is_told_not_to_pay_again() {
    let site = TestSite::start().await;
    let laptop = site.visitor();
    laptop.buy(&site.stripe, "price_basic", "/essays/tide").await;
    site.visitor().submit(&site.link("ann@site.example").await, &[]).await.goes_to();
    for later in [Duration::ZERO, Duration::from_hours(24 * 30)] {
        site.advance(later);
        site.store().sweep(site.config().retention).await.expect("swept");
        let offer = laptop.open("/essays/tide").await;
        assert_eq!(offer.shows(), "the offer");
        let told = "belongs to your e-mail address now. Ask hello@weather.example for a sign-in link, and you need not pay again";
        assert!(offer.body.contains(told), "{}", offer.body);
    }
}

#[tokio::test]
async fn a_pass_is_renewed_without_a_detour_on_a_page_and_on_our_own() {
    let site = site().await;
    let ann = device(&site, LAPTOP).await;
    for path in ["/essays/tide", ACCOUNT, "/_tollhouse/join"] {
        site.advance(Duration::from_mins(10));
        let seen = ann.open(path).await;
        assert_eq!(seen.status, 200, "{path}");
        let renewed = seen.header("set-cookie").is_some_and(|it| it.starts_with("tollhouse=ey"));
        assert!(renewed, "{path}");
        assert_eq!(ann.open(path).await.header("set-cookie"), None, "{path}");
    }
}

/// A site on which ann@site.example has something.
async fn site() -> TestSite {
    let site = TestSite::start().await;
    give_basic(&site).await;
    site
}

async fn give_basic(site: &TestSite) {
    let plan = PlanId::parse("basic").expect("an id");
    site.store().grant("ann@site.example".to_owned(), plan, None).await.expect("given");
}

/// A browser of hers.
async fn device(site: &TestSite, user_agent: &str) -> Visitor {
    let device = Visitor::with(site.address, user_agent);
    device.submit(&site.link("ann@site.example").await, &[]).await.goes_to();
    device
}

/// What the buttons of the other devices send.
fn names(account: &Seen) -> Vec<String> {
    let values = account.body.split("name=\"who\" value=\"").skip(1);
    let values = values.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()));
    values.filter(|name| !["others", "all"].contains(&name.as_str())).collect()
}

async fn with_pass(site: &TestSite, pass: &str) -> Seen {
    site.visitor().fetch("/essays/tide", &[("cookie", pass), ("accept", "text/html")]).await
}

fn sessions(site: &TestSite) -> Vec<String> {
    let file = rusqlite::Connection::open(site.path("tollhouse-data/tollhouse.sqlite3"));
    let file = file.expect("it opens");
    let mut ids = file.prepare("SELECT id FROM sessions").expect("a question");
    let ids = ids.query_map([], |row| row.get(0)).expect("rows");
    ids.collect::<Result<_, _>>().expect("texts")
}

/// A device as the account page shows it.
fn line(device: &str, when: &str) -> String {
    format!("{device}<br>\n<span class=\"soft\">{when}</span>")
}
